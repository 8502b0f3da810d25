import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalog } from '@cellshed/catalog';
import type { Look } from '@cellshed/pictures';
import { decode } from 'fast-png';
import Fastify, { type FastifyInstance } from 'fastify';
import { writeConstantRaster } from '../../../../test/constant-raster.ts';
import { baseUrl } from '../../src/http/links.ts';
import { validation } from '../../src/http/validators.ts';
import { openPictures, type Pictures } from '../../src/pictures/pictures.ts';
import { answerProblems, describeProblems } from '../../src/problems/problem.ts';
import { rastersRoutes } from '../../src/routes/rasters.ts';

const folder = mkdtempSync(join(tmpdir(), 'rasters-'));
for (const name of ['cover_2001', 'cover_2021', 'height'])
  writeConstantRaster(join(folder, `${name}.tif`), { across: 2, down: 2, originX: 0, originY: 2_000_000, value: 7 });
const catalogFile = join(folder, 'catalog.yaml');
writeFileSync(
  catalogFile,
  `rasters:
  cover_2001: { url: cover_2001.tif, date: "2001", legend: { 7: { label: Wood, color: "#00ff00" }, 9: Water } }
  cover_2021: { url: cover_2021.tif, title: Cover }
  height: { url: height.tif, units: m }
operations:
  cover: { type: groupedCount, rasters: ["cover_{year}"], parameters: { year: { values: ["2001", "2021"] } } }
`,
);
const running: { close(): Promise<unknown> }[] = [];
afterAll(async () => {
  for (const one of running) await one.close();
  rmSync(folder, { recursive: true });
});

/** The routes over the catalog; the version of each raster is `version`. */
async function serve({
  pictures,
  version = () => 'v1',
  needsKeys = false,
}: Partial<Served> = {}): Promise<FastifyInstance> {
  const catalog = await loadCatalog(catalogFile);
  const own = pictures ?? openPictures({ catalog, recheckMilliseconds: 1000 });
  const app = Fastify(validation);
  answerProblems(app);
  describeProblems(app);
  const versions = { raster: async () => version() };
  const baseOf = baseUrl({ publicUrl: 'http://gis.test' });
  await app.register(rastersRoutes, { catalog, pictures: own, versions, baseOf, needsKeys, isForAllSites: true });
  running.push(app, own);
  return app;
}

interface Served {
  readonly pictures: Pictures;
  readonly version: () => string;
  readonly needsKeys: boolean;
}

const look: Look = { minzoom: 0, maxzoom: 9, ramp: { least: 1, most: 2, colors: ['#000000', '#ffffff'] } };

/** Pictures whose bytes are the number of the drawing, and the tiles that were drawn. */
function fakePictures(others: Partial<Pictures> = {}) {
  const drawn: string[] = [];
  const pictures: Pictures = {
    tile: async (raster, { z, x, y }) => ({
      png: Uint8Array.of(drawn.push(`${raster}/${z}/${x}/${y}`)),
      version: 'v1',
    }),
    look: async () => look,
    close: async () => undefined,
    ...others,
  };
  return { drawn, pictures };
}

const tile = '/api/rasters/cover_2001/tiles/10/243/438.png';

it('a picture has the colour of the legend', async () => {
  const app = await serve();
  const { statusCode, headers, rawPayload } = await app.inject('/api/rasters/cover_2001/tiles/6/14/24.png');
  expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
    ...[200, 'image/png', 'public, max-age=300, stale-while-revalidate=86400'],
  ]);
  const { palette, data } = decode(rawPayload);
  expect(new Set(Array.from(data, (index) => String(palette?.[index])))).toContain('0,255,0,255');
});

it('a picture is drawn once, and not sent to who has it', async () => {
  const { drawn, pictures } = fakePictures();
  const app = await serve({ pictures });
  const first = await app.inject(tile);
  expect(first.headers['cross-origin-resource-policy']).toBe('cross-origin');
  const again = await app.inject(tile);
  expect([again.rawPayload, again.headers.etag]).toEqual([first.rawPayload, first.headers.etag]);
  const had = await app.inject({ url: tile, headers: { 'if-none-match': String(first.headers.etag) } });
  expect([had.statusCode, had.headers.etag, drawn.length]).toEqual([304, first.headers.etag, 1]);
  await app.inject(tile.replace('438', '439'));
  expect(drawn).toEqual(['cover_2001/10/243/438', 'cover_2001/10/243/439']);
});

it('a replaced raster has other pictures, with other tags', async () => {
  let version = 'v1';
  const { drawn, pictures } = fakePictures();
  const app = await serve({
    pictures: { ...pictures, tile: async (...asked) => ({ ...(await pictures.tile(...asked)), version }) },
    version: () => version,
  });
  const first = await app.inject(tile);
  version = 'v2';
  const second = await app.inject({ url: tile, headers: { 'if-none-match': String(first.headers.etag) } });
  expect([second.statusCode, second.headers.etag === first.headers.etag, drawn.length]).toEqual([200, false, 2]);
});

it('where keys are needed, only the browser keeps a picture', async () => {
  const { pictures } = fakePictures();
  const { headers } = await (await serve({ pictures, needsKeys: true })).inject(tile);
  expect(headers['cache-control']).toMatch(/^private,/);
  expect(headers.vary).toContain('authorization');
  expect(headers['cross-origin-resource-policy']).toBeUndefined();
});

it.each([
  ['/api/rasters/nothing/tiles/0/0/0.png', 404, 'no raster is called "nothing"; expected one of cover_2001'],
  ['/api/rasters/..%2Fheight/tiles/0/0/0.png', 404, 'no raster is called "../height"'],
  ['/api/rasters/constructor/tiles/0/0/0.png', 404, 'no raster is called "constructor"'],
  ['/api/rasters/height/tiles/1/2/0.png', 404, 'zoom 1 has no tile 2/0; both are below 2'],
  ['/api/rasters/height/tiles/23/0/0.png', 400, 'z: is 23'],
  ['/api/rasters/height/tiles/1/-1/0.png', 400, 'x: is -1'],
  ['/api/rasters/height/tiles/1/0/x.png', 400, 'y: is "x"'],
])('%s is refused', async (url, status, sentence) => {
  const { drawn, pictures } = fakePictures();
  const { statusCode, body } = await (await serve({ pictures })).inject(url);
  expect([statusCode, JSON.parse(body).detail]).toEqual([status, expect.stringContaining(sentence)]);
  expect(drawn).toEqual([]);
});

it('says to zoom in where a picture has too many cells, and that a raster cannot be read', async () => {
  const coarse = fakePictures({ tile: async () => ({ png: undefined, version: 'v1' }) });
  const { statusCode, body } = await (await serve(coarse)).inject(tile);
  expect([statusCode, JSON.parse(body).detail]).toEqual([
    404,
    'raster cover_2001 has too many cells in this tile of zoom 10: zoom in',
  ]);
  const broken = fakePictures({ tile: () => Promise.reject(new Error('/secret/path is damaged')) });
  const failed = await (await serve(broken)).inject(tile);
  expect([failed.statusCode, failed.body.includes('secret')]).toEqual([503, false]);
});

it('lists the rasters with places, colours, series and the URL of their pictures', async () => {
  const app = await serve();
  const { rasters } = JSON.parse((await app.inject('/api/rasters')).body);
  const [early, late, height] = rasters;
  expect(early).toMatchObject({
    ...{
      id: 'cover_2001',
      date: '2001',
      minzoom: 0,
      maxzoom: 12,
      cellArea: 900,
      bbox: Array(4).fill(expect.any(Number)),
    },
    legend: [
      { value: 7, label: 'Wood', color: '#00ff00' },
      { value: 9, label: 'Water', color: '#56b4e9' },
    ],
    series: [{ template: 'cover_{year}', parameters: { year: '2001' } }],
    tiles: { href: 'http://gis.test/api/rasters/cover_2001/tiles/{z}/{x}/{y}.png', templated: true },
  });
  expect(early.ramp).toBeUndefined();
  expect(late).toMatchObject({ title: 'Cover', ramp: { least: 7, most: 7 } });
  expect([height.units, height.series]).toEqual(['m', undefined]);
});

it('lists a raster that cannot be read now without what only its file tells', async () => {
  const { pictures } = fakePictures({ look: () => Promise.reject(new Error('gone')) });
  const { rasters } = JSON.parse((await (await serve({ pictures })).inject('/api/rasters')).body);
  expect(rasters[0]).toMatchObject({ id: 'cover_2001', legend: expect.any(Array), tiles: expect.any(Object) });
  expect(rasters[0]).not.toHaveProperty('minzoom');
});
