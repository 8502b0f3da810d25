import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basins, basinsFile } from '../../../../packages/areas/test/fixtures.ts';
import { boxRing } from '../../../../test/box-ring.ts';
import { writeConstantRaster } from '../../../../test/constant-raster.ts';
import { variedRaster } from '../../../../test/varied-raster.ts';
import { makeCatalog } from '../../src/init/make-catalog.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-init-'));
const at = (name: string) => join(folder, name);
const out = at('catalog.yaml');
const grid = { across: 2, down: 1, originX: 1000, originY: 2000 };
const square = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  ],
};
const feature = (properties: object, geometry: object = square) => ({ type: 'Feature', properties, geometry });

beforeAll(() => {
  mkdirSync(at('all'));
  writeConstantRaster(at('all/cover.tif'), { ...grid, value: 7 });
  writeConstantRaster(at('soil.tif'), { ...grid, value: 2 });
  writeConstantRaster(at('shifted.tif'), { ...grid, originX: 1010, value: 3 });
  writeFileSync(
    at('soil.tif.aux.xml'),
    '<PAMDataset><PAMRasterBand band="1"><CategoryNames><Category/><Category>A</Category><Category>B</Category></CategoryNames></PAMRasterBand></PAMDataset>',
  );
  writeFileSync(
    at('slope.tif'),
    variedRaster({ across: 4, down: 4, side: 32, valueAt: (column, row) => (column + row) % 200 }),
  );
  writeFileSync(at('all/text.tif'), 'no raster');
  const collection = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features });
  writeFileSync(at('fields.geojson'), collection(feature({ code: 'a', name: 'A' }), feature({ code: 'a', name: 'B' })));
  const box = (west: number) => ({ type: 'Polygon', coordinates: [boxRing(west, 23, west + 0.2, 23.2)] });
  writeFileSync(
    at('towns.geojson'),
    collection(feature({ id: 'away' }), feature({ id: 'half' }, box(-95.8)), feature({ id: 'most' }, box(-96))),
  );
  writeFileSync(
    at('all/lines.geojson'),
    collection(
      feature(
        {},
        {
          type: 'LineString',
          coordinates: [
            [0, 0],
            [1, 1],
          ],
        },
      ),
    ),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

it('values with names are classes with these names, a few whole numbers are classes, many are numbers', async () => {
  const { file } = await makeCatalog([at('all/cover.tif'), at('soil.tif'), at('slope.tif')], out);
  expect(file.rasters).toMatchObject({
    cover: { title: 'Cover' },
    soil: { legend: { 1: 'A', 2: 'B' } },
    slope: { title: 'Slope' },
  });
  expect(file.rasters.cover).not.toHaveProperty('legend');
  expect(file.operations).toMatchObject({
    cover: { type: 'groupedCount', rasters: ['cover'] },
    soil: { type: 'groupedCount', rasters: ['soil'] },
    cover_soil: { type: 'groupedCount', rasters: ['cover', 'soil'], title: 'Cover by soil' },
    slope_statistics: { type: 'statistics', rasters: ['slope'] },
  });
});

it('a raster that does not align is counted for itself, and comes with the command that mends it', async () => {
  const { file, rasters } = await makeCatalog([at('soil.tif'), at('shifted.tif')], out);
  expect(Object.keys(file.operations)).toEqual(['soil', 'shifted']);
  expect(rasters.map(({ mend }) => mend)).toEqual([
    undefined,
    expect.stringMatching(
      /^gdalwarp -t_srs EPSG:5070 -tr 30 30 -te 1000 -13360 31720 2000 -r near -dstalpha -of COG .* \S+shifted.tif shifted-aligned.tif$/,
    ),
  ]);
});

it('the property that is there once for each area is the id', async () => {
  const { file, tables } = await makeCatalog(
    [at('soil.tif'), at('fields.geojson'), basins.gpkg, basinsFile('albers.shp')],
    out,
  );
  expect(file.areas?.fields).toEqual({ title: 'Fields', source: at('fields.geojson'), id: 'name' });
  expect(tables.every(({ count }) => count > 0)).toBe(true);
  expect(Object.keys(file.areas ?? {}).length).toBeGreaterThan(3);
});

it('an area that lies on the first raster is the example, and how many may lie there is counted', async () => {
  const { tables } = await makeCatalog([at('soil.tif'), at('towns.geojson'), at('fields.geojson')], out);
  expect(tables).toMatchObject([
    { count: 3, near: 2, example: 'most' },
    { count: 2, near: 0, example: 'A' },
  ]);
});

it('files of a folder that cannot be used are left out, with the reason', async () => {
  const { file, leftOut } = await makeCatalog([at('all')], out);
  expect(Object.keys(file.rasters)).toEqual(['cover']);
  expect(leftOut).toEqual([
    { location: at('all/text.tif'), problem: expect.stringMatching(/text\.tif is not a TIFF$/) },
    {
      location: at('all/lines.geojson'),
      problem: expect.stringMatching(/lines.geojson: has no features that are polygons$/),
    },
  ]);
});

it('files that the user names must all be usable', async () => {
  const named = [at('soil.tif'), at('all/text.tif'), at('all/lines.geojson')];
  await expect(makeCatalog(named, out)).rejects.toThrow(/text.tif is not a TIFF\n.*no features that are polygons$/);
  await expect(makeCatalog([at('fields.geojson')], out)).rejects.toThrow(/a catalog needs at least one$/);
  await expect(makeCatalog([at('catalog.yaml')], out)).rejects.toThrow(/there is no such file or folder$/);
  await expect(makeCatalog(['https://example.org/a.gpkg'], out)).rejects.toThrow(/on this machine only/);
});

it('paths are relative to the catalog where they are so to the user', async () => {
  const here = process.cwd();
  try {
    process.chdir(folder);
    const { file } = await makeCatalog(['soil.tif', 'fields.geojson'], 'all/catalog.yaml');
    expect([file.rasters.soil?.url, file.areas?.fields?.source]).toEqual(['../soil.tif', '../fields.geojson']);
  } finally {
    process.chdir(here);
  }
});
