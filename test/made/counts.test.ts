import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GroupedCountResult } from '@cellshed/contracts';
import { ask, countByCommand, type Service, startService, writeCatalog } from '../service.ts';
import { answers } from './answers.ts';
import { smallAreas } from './country.ts';
import { geometryOf, writeCountry } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-made-'));
let service: Service;

beforeAll(async () => {
  writeCountry(folder, ['land', 'soil']);
  const catalog = join(folder, 'catalog.yaml');
  writeCatalog(catalog, {
    rasters: ['land: { url: land.tif }', 'soil: { url: soil.tif }'],
    operations: [
      'land_soil: { type: groupedCount, rasters: [land, soil] }',
      'soil: { type: groupedCount, rasters: [soil] }',
    ],
    areas: ['small: { source: small.geojson, id: id, name: name }'],
  });
  service = await startService(catalog);
});

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

const areas = smallAreas().map((area) => ({ ...area, told: answers.areas[area.id]! }));

it.each(areas)('$id by land cover and soil is what GDAL counts, through the gateway', async ({ id, told }) => {
  const { document } = await ask<GroupedCountResult>(service, { operation: 'land_soil', area: `small/${id}` });
  expect(document).toMatchObject({ cells: told.centre.cells, covered: 1, cellArea: 900 });
  expect(groupsOf(document)).toEqual(told.landSoil);
});

// Wholly on the rasters, partly on one of them, on none but land cover; of two parts, with holes,
// narrower than a cell.
const some = ['990107', '990113', '990104', '990190', '990191', '990192'];

it.each(areas.filter(({ id }) => some.includes(id)))(
  '$id is the same by the command line, and drawn',
  async ({ id, ...area }) => {
    const { document } = await ask<GroupedCountResult>(service, { operation: 'land_soil', area: `small/${id}` });
    expect(await countByCommand(service, `small/${id}`, 'land_soil')).toEqual(document);
    const geometry = geometryOf({ id, ...area });
    const { document: drawn } = await ask<GroupedCountResult>(service, { operation: 'land_soil', area: geometry });
    expect(drawn).toMatchObject({ cells: document.cells, groups: document.groups });
    const file = join(folder, `${id}.geojson`);
    writeFileSync(file, JSON.stringify(geometry));
    expect(await countByCommand(service, file, 'land_soil')).toEqual(drawn);
  },
);

it.each(areas)('the part of $id that lies on a smaller raster is counted, and its share said', async ({ id, told }) => {
  const { document } = await ask<GroupedCountResult>(service, { operation: 'soil', area: `small/${id}` });
  const groups = groupsOf(document);
  const ofSoil = Map.groupBy(Object.entries(told.landSoil), ([values]) => values.split(',')[1]!);
  for (const soil of ['1', '2', '3', '4'])
    expect(groups[soil]).toBe(ofSoil.get(soil)?.reduce((sum, [, cells]) => sum + cells, 0));
  expect(document.cells).toBe(Object.values(groups).reduce((sum, cells) => sum + cells, 0));
  expect(document.covered).toBeCloseTo(document.cells / told.centre.cells, 12);
});

function groupsOf({ groups }: GroupedCountResult): Record<string, number> {
  return Object.fromEntries(
    groups.map(({ values, cells }) => [values.map((value) => value ?? 'nodata').join(), cells]),
  );
}
