import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AreaTable, openAreaTable, type Polygons, polygonsInLonLat } from '@cellshed/areas';
import { isRefusal } from '@cellshed/contracts';
import { crsFromText } from '@cellshed/crs';
import { runRecipe } from './readers.ts';
import { wkbPolygons } from './wkb-polygons.ts';

/** A file of the recipe, as GDAL reads it. */
interface Case {
  readonly title: string;
  readonly path: string;
  readonly table: string | null;
  readonly crs: string | null;
  readonly rows: readonly {
    readonly fid: number;
    readonly properties: Readonly<Record<string, unknown>>;
    readonly geometry: string | null;
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'catchment-sources-'));
const cases = runRecipe('area_sources.py', folder) as readonly Case[];
afterAll(() => rmSync(folder, { recursive: true }));

function inLonLat(polygons: Polygons, crs: ReturnType<typeof crsFromText> | undefined): readonly number[] {
  const shown = polygonsInLonLat({ polygons, crs });
  if (isRefusal(shown)) throw new Error(shown.problem);
  return shown.polygons.flat(3);
}

/**
 * Times are texts, with or without a zone and milliseconds. pyogrio makes numbers of truths where
 * some are missing.
 */
function plain(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$/.test(value);
  return isTime ? new Date(/T.*[^Z]$/.test(value) ? `${value}Z` : value).getTime() : value;
}

const plainAll = (properties: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, plain(value)]));

async function withTable(one: Case, id: string, use: (table: AreaTable) => Promise<void>): Promise<void> {
  const table = await openAreaTable({ name: 'x', path: one.path, table: one.table ?? undefined, id });
  await use(table);
  await table.close();
}

it('has a case for each kind of file and each peculiarity', () => {
  expect(cases.length).toBeGreaterThan(100);
});

it.each(cases.map((one) => [one.title, one] as const))('%s is read as by GDAL', async (_, one) => {
  await withTable(one, 'code', async (table) => {
    for (const { properties, geometry } of one.rows) {
      const id = String(properties['code']);
      const { items } = await table.list({ limit: 1, offset: 0, q: id });
      expect(items.length).toBeGreaterThan(0);
      if (geometry === null) {
        await expect(table.get(id)).rejects.toThrow(/geometry is (null|missing)/);
        continue;
      }
      const area = await table.get(id);
      const { fid: _, ...shown } = area?.properties ?? {};
      expect(plainAll(shown)).toEqual(plainAll(properties));
      const expected = wkbPolygons(geometry);
      expect(area?.polygons).toEqual(expected);
      const [ours, theirs] = [
        inLonLat(expected, area?.crs),
        inLonLat(expected, one.crs === null ? undefined : crsFromText(one.crs)),
      ];
      expect(Math.max(...ours.map((value, i) => Math.abs(value - (theirs[i] as number))))).toBeLessThan(1e-8);
    }
  });
});

it.each(cases.filter(({ path }) => !path.endsWith('.geojson')).map((one) => [one.title, one] as const))(
  '%s has the numbers of records of GDAL',
  async (_, one) => {
    await withTable(one, 'fid', async (table) => {
      for (const { fid, properties, geometry } of one.rows)
        if (geometry !== null)
          expect((await table.get(String(fid)))?.properties).toMatchObject({ code: properties['code'] });
    });
  },
);
