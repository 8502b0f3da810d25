import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeConstantRaster } from './constant-raster.ts';
import { runCatchment } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-catalog-show-'));
const file = (name: string) => join(folder, name);
const grid = { across: 2, down: 1, originX: 1000, originY: 2000, value: 7 };

beforeAll(() => {
  writeConstantRaster(file('good.tif'), grid);
  writeConstantRaster(file('shifted.tif'), { ...grid, originX: 1010 });
  // Geographic CRSs have no codes like this.
  writeConstantRaster(file('unknown.tif'), { ...grid, epsg: 4 });
  writeConstantRaster(file('second.tif'), { ...grid, originY: grid.originY - 512 * 30 });
  writeFileSync(file('text.tif'), 'this is no raster');
  writeFileSync(
    file('catalog.yaml'),
    `rasters:
  good: { title: The good one, url: good.tif, nodata: 7, version: "3" }
  shifted: { url: shifted.tif }
  unknown: { url: unknown.tif }
  missing: { url: missing.tif }
  text: { url: text.tif }
  both: { url: [good.tif, second.tif] }
operations:
  two: { type: groupedCount, rasters: [good, shifted] }
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

const show = (...args: string[]) => runCatchment(['catalog', 'show', '--catalog', file('catalog.yaml'), ...args]);

it('a raster is shown as it was understood, with what its file says and what the catalog has in its place', async () => {
  const { code, out, err } = await show('good', '--json');
  expect([code, err]).toEqual([0, '']);
  const shown = JSON.parse(out);
  expect(shown).toMatchObject({
    name: 'good',
    title: 'The good one',
    url: file('good.tif'),
    catalog: { nodata: 7, version: '3' },
    understood: {
      crs: 'EPSG:5070',
      crsDefinition: expect.stringContaining('+proj=aea'),
      origin: [1000, 2000],
      cellSize: [30, 30],
      cellArea: 900,
      size: [1024, 512],
      extent: [1000, 2000 - 512 * 30, 1000 + 1024 * 30, 2000],
      samples: 'uint8',
      nodata: 7,
      tiles: [512, 512],
      version: '3',
    },
    file: {
      kind: 'GeoTIFF',
      files: 1,
      facts: {
        size: [1024, 512],
        samples: 'unsigned, 8 bit',
        compression: 'deflate (8)',
        layout: 'tiles of 512 × 512 cells',
        byteOrder: 'little-endian',
        pixelScale: [30, 30, 0],
        geoKeys: { GTModelTypeGeoKey: 1, GTRasterTypeGeoKey: 1, ProjectedCSTypeGeoKey: 5070 },
      },
    },
  });
});

it('a raster that cannot be used is told with the reason, beside the others, and its GeoKeys all the same', async () => {
  const { code, out } = await show('--json');
  expect(code).toBe(1);
  const all = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(all.map(({ name }) => name)).toEqual(['good', 'shifted', 'unknown', 'missing', 'text', 'both']);
  const [good, shifted, unknown, missing, text, both] = all;
  expect([good.understood.crs, shifted.understood.origin]).toEqual(['EPSG:5070', [1010, 2000]]);
  expect(unknown.understood.problem).toMatch(/^raster unknown: cannot use .*unknown.tif: .*EPSG:4\b/);
  expect(unknown.file.facts.geoKeys).toMatchObject({ ProjectedCSTypeGeoKey: 4 });
  for (const one of [missing.understood, missing.file]) expect(one.problem).toMatch(/missing.tif: no such file/);
  for (const one of [text.understood, text.file]) expect(one.problem).toMatch(/text.tif is not a TIFF/);
  expect(both).toMatchObject({ understood: { size: [1024, 1024] }, file: { kind: 'GeoTIFF', files: 2 } });
});

it('operations whose rasters do not align are told, too', async () => {
  const { code, err } = await show('good', 'shifted');
  expect([code, err]).toEqual([1, expect.stringMatching(/^catchment: operations\.two\.rasters: .*good.*shifted/)]);
});

it('for people it is one block for each raster, in lines that fit the terminal where words allow', async () => {
  const { out } = await show('good', 'text');
  const blocks = out.trimEnd().split('\n\n');
  expect(blocks.map((block) => block.split('\n')[0])).toEqual(['good: The good one', 'text']);
  for (const pattern of [/^ {2}CRS +EPSG:5070$/m, /^ {2}no data +7$/m, /^ {4}GeoKeys +GTModelTypeGeoKey 1,/m])
    expect(blocks[0]).toMatch(pattern);
  expect(blocks[1]).toMatch(/^ {2}cannot be used\n {4}raster text: /m);
});

it('a raster that the catalog does not have, and a catalog that is wrong, are said in a sentence', async () => {
  const unknown = await show('nope');
  expect([unknown.code, unknown.out, unknown.err]).toEqual([
    2,
    '',
    'catchment: no raster is called "nope"; expected one of good, shifted, unknown, missing, text, both\n',
  ]);
  writeFileSync(file('wrong.yaml'), `${readFileSync(file('catalog.yaml'), 'utf8')}  two: {}\n`);
  const wrong = await runCatchment(['catalog', 'show', '--catalog', file('wrong.yaml')]);
  expect([wrong.code, wrong.out, wrong.err]).toEqual([1, '', expect.stringMatching(/^catchment: .*wrong\.yaml:10: /)]);
});
