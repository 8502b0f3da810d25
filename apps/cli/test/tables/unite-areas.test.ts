import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArea, unlimited } from '@cellshed/areas';
import { loadCatalog } from '@cellshed/catalog';
import { coverages, isRefusal, type ResultDocument, refusalText } from '@cellshed/contracts';
import {
  countWhole,
  type OperationChoice,
  type Operations,
  openOperations,
  resolveOperation,
} from '@cellshed/operations';
import fc from 'fast-check';
import { variedRaster } from '../../../../test/varied-raster.ts';
import { countHere } from '../../src/count-here.ts';
import { askedUnits, type UnitsOptions } from '../../src/tables/asked-units.ts';
import { makeTable, type TableWork } from '../../src/tables/make-table.ts';
import { tableAreas } from '../../src/tables/table-areas.ts';
import { formatOf } from '../../src/tables/table-file.ts';
import { tableOperations } from '../../src/tables/table-operations.ts';
import { summaryText } from '../../src/tables/table-summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-unite-'));
const file = (name: string) => join(folder, name);
const catalogPath = file('catalog.yaml');
const side = 32;
const valueAt = (column: number, row: number) => (column * 3 + row * 5) % 7;
const everything = ['count', 'heights', 'figures'];

beforeAll(() => {
  writeFileSync(file('a.tif'), variedRaster({ across: 2, down: 2, side: side / 2, valueAt }));
  writeFileSync(
    catalogPath,
    'rasters: { a: { url: a.tif, version: "1" } }\noperations:\n' +
      '  count: { type: groupedCount, rasters: [a] }\n  heights: { type: summary, rasters: [a] }\n' +
      '  figures: { type: statistics, rasters: [a], quantiles: [0.3] }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A polygon in cells, rows downwards; no position lies at the middle of a cell. */
type Triangle = readonly (readonly [number, number])[];
interface Unit {
  readonly triangle: Triangle;
  readonly state: string | undefined;
}
const anyPosition = fc.tuple(fc.integer({ min: -40, max: 400 }), fc.integer({ min: -40, max: 400 }));
const anyUnits = fc.array(
  fc.record({
    triangle: fc.array(
      anyPosition.map(([x, y]) => [x / 11.3, y / 11.7] as const),
      { minLength: 3, maxLength: 3 },
    ),
    state: fc.option(fc.constantFrom('PA', 'DE', 'NJ'), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 8 },
);

const crs = { type: 'name', properties: { name: 'EPSG:5070' } };
function collectionOf(units: readonly Unit[]) {
  const features = units.map(({ triangle, state }, i) => {
    const ring = [...triangle, triangle[0]!].map(([column, row]) => [column * 30, -row * 30]);
    const properties = { id: `u${i}`, state: state ?? null };
    return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring] } };
  });
  return { type: 'FeatureCollection', crs, features };
}

async function make(name: string, out: string, more: Partial<TableWork> & UnitsOptions = {}) {
  const catalog = await loadCatalog(catalogPath);
  const areas = tableAreas(file(name), {}, catalog);
  return makeTable({
    ...{ out: file(out), format: formatOf(out), catalogPath, signal: new AbortController().signal, threads: 1 },
    ...{ areas, units: askedUnits({ by: 'state', ...more }, areas, []) },
    operations: tableOperations(['count'], {}, catalog),
    ...more,
  });
}

/** Counts the areas with a value as one. */
async function countUnited(operations: Operations, table: string, choice: OperationChoice): Promise<ResultDocument> {
  const resolved = resolveOperation(choice, operations.catalog);
  if (isRefusal(resolved)) throw new Error(refusalText(resolved));
  const request = { ...resolved, area: { table, by: 'state', value: 'PA' } };
  const identity = await operations.identify(request);
  if (isRefusal(identity)) throw new Error(refusalText(identity));
  const whole = await countWhole(operations, [request], { fingerprints: [identity.fingerprint] });
  if (isRefusal(whole)) throw new Error(refusalText(whole));
  return whole.documents[0] as ResultDocument;
}

/** The cells of each value whose centres lie in any of some triangles. */
function cellsIn(triangles: readonly Triangle[]): Record<string, number> {
  const cells: Record<string, number> = {};
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      if (!triangles.some((one) => isIn(one, column + 0.5, row + 0.5))) continue;
      const value = valueAt(column, row);
      cells[value] = (cells[value] ?? 0) + 1;
    }
  return cells;
}

function isIn(triangle: Triangle, x: number, y: number): boolean {
  const sides = triangle.map(([ax, ay], i) => {
    const [bx, by] = triangle[(i + 1) % 3]!;
    return Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
  });
  return sides.every((sign) => sign > 0) || sides.every((sign) => sign < 0);
}

it('the cells of an area are those of any of its units, each once, also where these overlap', async () => {
  await fc.assert(
    fc.asyncProperty(anyUnits, async (units) => {
      writeFileSync(file('any.geojson'), JSON.stringify(collectionOf(units)));
      const states = Map.groupBy(
        units.filter(({ state }) => state !== undefined),
        ({ state }) => state as string,
      );
      if (states.size === 0) return;
      const summary = await make('any.geojson', 'any.csv', { overwrite: true });
      const left = units.filter(({ state }) => state === undefined).length;
      expect(summary).toMatchObject({ areas: states.size, united: units.length - left, failed: 0 });
      expect(summary.leftOut?.areas ?? 0).toBe(left);
      const rows = readFileSync(file('any.csv'), 'utf8').trimEnd().split('\r\n').slice(1);
      const found = Map.groupBy(
        rows.map((row) => row.split(',')),
        ([, id]) => id as string,
      );
      expect([...found.keys()]).toEqual([...states.keys()].sort());
      for (const [state, own] of states) {
        const counted = (found.get(state) ?? []).filter(([, , , , value]) => value !== '');
        expect(Object.fromEntries(counted.map(([, , , , value, cells]) => [value, Number(cells)]))).toEqual(
          cellsIn(own.map(({ triangle }) => triangle)),
        );
      }
    }),
    { numRuns: 40 },
  );
});

it.each(coverages)('by %s, all operations answer as for one area that is drawn of all units', async (coverage) => {
  await fc.assert(
    fc.asyncProperty(anyUnits, async (some) => {
      const units = some.map((one) => ({ ...one, state: 'PA' }));
      const collection = collectionOf(units);
      writeFileSync(file('one.geojson'), JSON.stringify(collection));
      const { catalog, table } = tableAreas(file('one.geojson'), {}, await loadCatalog(catalogPath));
      const drawn = parseArea(collection, { ...unlimited });
      if (isRefusal(drawn)) throw new Error(drawn.problem);
      await using opened = new AsyncDisposableStack();
      const operations = opened.adopt(await openOperations({ catalogPath, catalog }), (one) => one.close());
      for (const operation of everything) {
        const united = await countUnited(operations, table, { operation, coverage });
        const [expected] = await countHere(operations, {
          choices: [{ operation, coverage }],
          areas: [drawn.area],
          ...{ lines: undefined, onTiles: () => undefined },
        });
        expect({ ...united, area: '' }).toEqual({ ...expected, area: '' } as ResultDocument);
      }
    }),
    { numRuns: 15 },
  );
});

const triangles: Triangle[] = [
  [
    [2.1, 2.1],
    [9.2, 3.1],
    [4.3, 9.4],
  ],
  [
    [5.1, 2.1],
    [19.2, 3.1],
    [8.3, 9.4],
  ],
  [
    [2.1, 12.1],
    [9.2, 13.1],
    [4.3, 19.4],
  ],
];
const some: Unit[] = ['PA', 'DE', 'PA'].map((state, i) => ({ triangle: triangles[i]!, state }));

it('a table is gone on with, and only by the same property', async () => {
  writeFileSync(file('some.geojson'), JSON.stringify(collectionOf(some)));
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  expect((await make('some.geojson', 'some.csv', { signal: stop.signal })).outcome).toBe('stopped');
  const other = make('some.geojson', 'some.csv', { by: 'state:1' });
  await expect(other).rejects.toThrow('was begun with something else, as areas.by was "state", now it is "state:1"');
  expect((await make('some.geojson', 'some.csv')).outcome).toBe('done');
  const ids = readFileSync(file('some.csv'), 'utf8')
    .split('\r\n')
    .map((line) => line.split(',').slice(0, 3).join());
  expect(new Set(ids.slice(1, -1))).toEqual(new Set(['some.geojson by state,DE,', 'some.geojson by state,PA,']));
});

it('the geometry of an area is that of its units', async () => {
  const lonLat = { ...collectionOf(some), crs: undefined };
  const shifted = lonLat.features.map(({ geometry: { coordinates }, ...one }) => ({
    ...one,
    geometry: {
      type: 'Polygon',
      coordinates: coordinates.map((ring) => ring.map(([x = 0, y = 0]) => [-96 + x / 1e5, 23 + y / 1e5])),
    },
  }));
  writeFileSync(file('lonlat.geojson'), JSON.stringify({ ...lonLat, features: shifted }));
  await make('lonlat.geojson', 'units.geojson');
  const { features } = JSON.parse(readFileSync(file('units.geojson'), 'utf8'));
  const byId = new Map(
    features.map(({ properties, geometry }: (typeof shifted)[number] & { properties: { id: string } }) => [
      properties.id,
      geometry,
    ]),
  );
  const [a, b, c] = shifted.map(({ geometry }) => geometry.coordinates);
  expect(byId.get('PA')).toEqual({ type: 'MultiPolygon', coordinates: [a, c] });
  expect(byId.get('DE')).toEqual({ type: 'Polygon', coordinates: b });
});

it('areas without a value are left out and told, and values that do not fit are not answered', async () => {
  const units = [...some, { triangle: triangles[0]!, state: undefined }, { triangle: triangles[0]!, state: undefined }];
  writeFileSync(file('left.geojson'), JSON.stringify(collectionOf(units)));
  const summary = await make('left.geojson', 'left.csv');
  expect(summary).toMatchObject({ areas: 2, united: 3, leftOut: { areas: 2, first: ['u3', 'u4'] } });
  expect(summaryText(summary)).toMatch(/: \d+ rows of 2 areas united of 3 × 1 operation, /);
  expect(summaryText(summary)).toContain('\n2 areas without a value left out of left.geojson by state: u3, u4');
  expect(await make('left.geojson', 'fit.csv', { id: ['D*'] })).toMatchObject({ areas: 1, united: 1 });
  await expect(make('left.geojson', 'none.csv', { id: ['X*'] })).rejects.toThrow(
    /^left\.geojson has no area that is asked for$/,
  );
  await expect(make('left.geojson', 'none.csv', { by: 'stat' })).rejects.toThrow(
    '--by is "stat", which no area has; expected one of id, state',
  );
});
