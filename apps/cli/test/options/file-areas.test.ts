import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCrsName, polygonsInLonLat } from '@cellshed/areas';
import { basins, basinsFile } from '../../../../packages/areas/test/fixtures.ts';
import { readAreas } from '../../src/options/area-argument.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-file-areas-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files: readonly (readonly [string, string, string | undefined])[] = [
  ['a GeoPackage', basins.gpkg, 'albers'],
  ['a FlatGeobuf', basinsFile('albers.fgb'), undefined],
  ['GeoParquet', basinsFile('albers.parquet'), undefined],
  ['a shapefile', basinsFile('albers.shp'), undefined],
  ['a zipped shapefile', basinsFile('basins.zip'), 'albers'],
];

it.each(files)('the features of %s are areas in its own CRS, each for itself', async (_, path, layer) => {
  const { areas, notes } = await readAreas(path, { each: 'asked', layer });
  expect(areas).toHaveLength(6);
  expect(areas.map(({ feature }) => feature?.feature)).toEqual([0, 1, 2, 3, 4, 5]);
  const [first] = areas;
  expect(first?.stored?.crs).toBeDefined();
  const shown = polygonsInLonLat({ polygons: first?.stored?.polygons ?? [], crs: first?.stored?.crs });
  expect((first?.area as { coordinates: unknown }).coordinates).toEqual('polygons' in shown && shown.polygons);
  expect(notes).toEqual([
    expect.stringMatching(/: 1 feature without polygons left out \(feature \d+: geometry is missing, expected a /),
  ]);
});

it.each(files)('or those of %s are one area', async (_, path, layer) => {
  const { areas, notes } = await readAreas(path, { each: false, layer });
  expect(areas).toHaveLength(1);
  expect(areas[0]?.name).toBe(path);
  expect(areas[0]?.stored?.polygons).toHaveLength(7);
  expect(notes.at(-1)).toBe(`${path}: its 6 features are counted as one area; --each counts each for itself`);
});

it('a file that has several layers, or a CRS of its own, says so', async () => {
  await expect(readAreas(basinsFile('basins.zip'), { each: false })).rejects.toThrow(
    /basins\.zip: --layer is missing, expected one of albers, web$/,
  );
  const crs = parseCrsName('EPSG:5070');
  if ('problem' in crs) throw new Error(crs.problem);
  await expect(readAreas(basinsFile('albers.fgb'), { each: false, crs })).rejects.toThrow(
    /^--crs is that of GeoJSON, but .*albers\.fgb is a FlatGeobuf, which has a CRS of its own$/,
  );
  await expect(readAreas('huc12/1', { each: false, layer: 'x' })).rejects.toThrow(
    '--layer is of a file with several layers, but the area is "huc12/1"',
  );
  const path = join(folder, 'a.shp');
  copyFileSync(basinsFile('albers.fgb'), path);
  await expect(readAreas(path, { each: true })).rejects.toThrow(/a\.shp: is no shapefile$/);
});
