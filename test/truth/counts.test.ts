import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GroupedCountResult } from '@cellshed/contracts';
import { writeConstantRaster } from '../constant-raster.ts';
import { ask, countByCommand, type Service, startService, writeCatalog } from '../service.ts';
import { publishedTotals, schuylkillShapes, truthFile, truthJson } from './files.ts';

interface ExpectedCase {
  readonly polygons: string;
  readonly rasters: readonly string[];
  readonly result: Readonly<
    Record<string, { cells: number; fraction_of_polygon_in_raster: number; groups: Record<string, number> }>
  >;
}

const expected = truthJson<{ cases: Record<string, ExpectedCase> }>('examples/expected-counts.json').cases;
const shapes = schuylkillShapes();

const folder = mkdtempSync(join(tmpdir(), 'catchment-truth-'));
let service: Service;

beforeAll(async () => {
  // The raster is on the NLCD grid: its upper left cell is a whole number of cells from (-2493045,
  // 3310005).
  writeConstantRaster(join(folder, 'constant.tif'), {
    across: 12,
    down: 12,
    originX: -2493045 + 30 * 137_000,
    originY: 3310005 - 30 * 36_000,
    value: 1,
  });
  const cases = Object.entries(expected);
  const files = new Set(cases.flatMap(([, { rasters }]) => rasters));
  const catalog = join(folder, 'catalog.yaml');
  writeCatalog(catalog, {
    rasters: [
      `constant: { url: ${join(folder, 'constant.tif')} }`,
      ...Array.from(files, (file) => `${rasterName(file)}: { url: ${truthFile(file)} }`),
    ],
    operations: [
      'constant: { type: groupedCount, rasters: [constant] }',
      ...cases.map(
        ([name, { rasters }]) => `${name}: { type: groupedCount, rasters: [${rasters.map(rasterName).join(', ')}] }`,
      ),
    ],
    areas: cases.map(
      ([name, { polygons }]) => `${name}: { source: ${truthFile(polygons)}, id: ${idProperty(polygons)} }`,
    ),
  });
  service = await startService(catalog);
});

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

function rasterName(file: string): string {
  return file.replace('data/', '').replace(/\W+/g, '_').toLowerCase();
}

/** The property of the file's features that holds twelve digits. */
function idProperty(polygons: string): string {
  const [feature] = truthJson<{ features: { properties: Record<string, unknown> }[] }>(polygons).features;
  const { properties } = feature ?? { properties: {} };
  const likely = polygons.includes('drb') ? 'huc12' : 'HUC_12';
  if (likely in properties) return likely;
  const isId = (name: string) => /^\d{12}$/.test(String(properties[name])) && !/DS|to_/.test(name);
  return Object.keys(properties).find(isId) ?? likely;
}

function groupsOf({ groups }: GroupedCountResult): Record<string, number> {
  return Object.fromEntries(
    groups.map(({ values, cells }) => [values.map((value) => value ?? 'nodata').join(), cells]),
  );
}

const cases = Object.entries(expected).flatMap(([operation, { result }]) =>
  Object.entries(result).map(([id, figures]) => ({ operation, id, figures })),
);

it.each(cases)(
  '$operation in $id is what GDAL counts, through gateway and command line',
  async ({ operation, id, figures }) => {
    const area = `${operation}/${id}`;
    const { document } = await ask<GroupedCountResult>(service, { operation, area });
    expect(document.cells).toBe(figures.cells);
    expect(groupsOf(document)).toEqual(figures.groups);
    expect(document.covered).toBeCloseTo(figures.fraction_of_polygon_in_raster, 3);
    expect(document.cellArea).toBe(900);
    expect(await countByCommand(service, area, operation)).toEqual(document);
  },
);

it.each(publishedTotals())('drawn $id of the Schuylkill has the published $cells cells', async ({ id, cells }) => {
  const shape = shapes.find((one) => one.id === id)?.shape ?? '';
  const { document } = await ask<GroupedCountResult>(service, { operation: 'constant', area: JSON.parse(shape) });
  expect(document).toMatchObject({ cells, covered: 1 });
  const file = join(folder, `${id}.geojson`);
  writeFileSync(file, shape);
  expect(await countByCommand(service, file, 'constant')).toEqual(document);
});
