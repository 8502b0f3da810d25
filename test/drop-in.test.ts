import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeConstantRaster } from './constant-raster.ts';
import { answers } from './made/answers.ts';
import { smallAreas } from './made/country.ts';
import { geometryOf, streamLines } from './made/write.ts';
import { mapshedGrid as grid, layer, mapshed, mapshedAnswer, writeMapshedRasters } from './mapshed.ts';
import { runCatchment } from './processes.ts';
import { type Service, startService, writeCatalog } from './service.ts';

const ids = ['990100', '990104', '990107', '990113', '990117', '990190', '990191', '990192'];

/**
 * Shapes as Model My Watershed sends them, and how many cells GDAL counts in each, by centre and
 * along streams.
 */
const shapes = smallAreas()
  .filter(({ id }) => ids.includes(id))
  .map((area) => ({ id: `huc12_${area.id}`, shape: JSON.stringify(geometryOf(area)) }));
const totals = shapes.map(({ id }) => {
  const { centre, streams } = answers.areas[id.slice('huc12_'.length)]!;
  return { id, cells: centre.cells, streamCells: streams.cells };
});
const streams = JSON.stringify(streamLines());

/** The grid's column in which the raster `half` begins. */
const middle = 6 * 512;
const half = { ...grid, across: 6, originX: grid.originX + 30 * middle, value: 4 };

/** A well-known area: the last of the shapes. */
const wellKnown = {
  type: 'Feature',
  properties: { id: '990192' },
  geometry: JSON.parse(shapes.at(-1)?.shape ?? ''),
};

const folder = mkdtempSync(join(tmpdir(), 'catchment-drop-in-'));
const line = '{"type":"LineString","coordinates":[[-75.9,40.3],[-75.8,40.4]]}';
let service: Service;

beforeAll(async () => {
  const rasters = writeMapshedRasters(folder);
  writeConstantRaster(join(folder, 'half.tif'), half);
  writeConstantRaster(join(folder, 'shifted.tif'), { ...grid, originX: grid.originX + 0.01, value: 1 });
  writeFileSync(join(folder, 'huc12.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [wellKnown] }));
  const catalog = join(folder, 'catalog.yaml');
  writeCatalog(catalog, {
    rasters: [...rasters, 'half: { url: half.tif }', 'shifted: { url: shifted.tif }'],
    operations: ['groupedcount: { type: groupedCount, rasters: [nlcd] }'],
    areas: ['huc12: { source: huc12.geojson, id: id }'],
  });
  service = await startService(catalog);
});

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

async function post(path: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${service.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return { cache: response.headers.get('catchment-cache'), answer: JSON.parse(text) };
}

it('one request of Model My Watershed for eight subwatersheds and their streams has the totals that GDAL counts', async () => {
  const body = { shapes, streamLines: [streams], operations: mapshed };
  const expected = totals.map((total) => [total.id, mapshedAnswer(total)]);
  const first = await post('/multi', body);
  expect(first).toEqual({ cache: 'miss', answer: Object.fromEntries(expected) });
  expect(await post('/multi', body)).toEqual({ ...first, cache: 'hit' });
});

/** A rectangle on the grid, in EPSG:5070, whose sides are columns and rows of the grid. */
function rectangle(west: number, east: number, north = 1000.6, south = 1002.4): string {
  const position = (column: number, row: number) => [grid.originX + 30 * column, grid.originY - 30 * row];
  const ring = [position(west, north), position(east, north), position(east, south), position(west, south)];
  return JSON.stringify({ type: 'Polygon', coordinates: [[...ring, ring[0]]] });
}

const input = {
  zoom: 0,
  polygonCRS: 'ConusAlbers',
  rasterCRS: 'ConusAlbers',
  operationType: 'RasterGroupedCount',
  rasters: [layer('nlcd')],
  polygon: [rectangle(100.6, 102.4)],
};
const run = async (members: object) => (await post('/run', { input: { ...input, ...members } })).answer.result;

it('cells are those whose centres lie inside, or all that are touched', async () => {
  expect(await run({})).toEqual({ 'List(41)': 1 });
  expect(await run({ pixelIsArea: true })).toEqual({ 'List(41)': 9 });
});

it('polygons are united, but not those of RasterGroupedCountMany', async () => {
  const polygon = [rectangle(100, 104), rectangle(102, 107), rectangle(200, 201)];
  expect(await run({ polygon })).toEqual({ 'List(41)': 8 });
  const each = [4, 5, 1].map((cells) => ({ 'List(41)': cells }));
  expect(await run({ polygon, operationType: 'RasterGroupedCountMany' })).toEqual(each);
});

it('a raster may be named twice, and by another name', async () => {
  expect(await run({ rasters: [layer('nlcd'), 'soil', 'nlcd'] })).toEqual({ 'List(41, 3, 41)': 1 });
  const average = { operationType: 'RasterGroupedAverage', targetRaster: 'nlcd' };
  expect(await run(average)).toEqual({ 'List(41)': 41 });
});

it('no operations are no work', async () => {
  expect((await post('/multi', { shapes, operations: [] })).answer).toEqual(
    Object.fromEntries(shapes.map(({ id }) => [id, {}])),
  );
});

it('lines are cut to the polygon and counted cell by cell, each cell once', async () => {
  const [x, y] = [grid.originX + 30 * 90, grid.originY - 30 * 1001.5];
  const line = JSON.stringify({
    type: 'LineString',
    coordinates: [
      [x, y, 1],
      [x + 3000, y, 2],
    ],
  });
  const vector = { operationType: 'RasterLinesJoin', vector: [line, line], vectorCRS: 'ConusAlbers' };
  expect(await run({ ...vector, pixelIsArea: true })).toEqual({ 'List(41)': 3 });
});

it('where a raster ends there is no data: the least integer in a group, 0 in an average', async () => {
  const polygon = [rectangle(middle - 3, middle + 1)];
  const rasters = [layer('nlcd'), 'half'];
  expect(await run({ polygon, rasters })).toEqual({ 'List(41, 4)': 1, 'List(41, -2147483648)': 3 });
  expect(await run({ polygon, rasters: [...rasters].reverse() })).toEqual({
    'List(4, 41)': 1,
    'List(-2147483648, 41)': 3,
  });
  const average = { polygon, operationType: 'RasterGroupedAverage', targetRaster: 'half' };
  expect(await run(average)).toEqual({ 'List(41)': 1 });
  expect(await run({ polygon, rasters, operationType: 'RasterSummary' })).toEqual([
    { min: 41, avg: 41, max: 41 },
    { min: 4, avg: 1, max: 4 },
  ]);
});

it.each([
  ['a count', { operationType: 'RasterGroupedCount' }, -500, {}],
  ['each of several counts', { operationType: 'RasterGroupedCountMany' }, -600, [{}]],
  ['averages', { operationType: 'RasterGroupedAverage', targetRaster: 'half' }, -500, {}],
  [
    'an average',
    { operationType: 'RasterGroupedAverage', targetRaster: 'half', rasters: [] },
    -500,
    { 'List(0)': null },
  ],
  ['a summary', { operationType: 'RasterSummary' }, -500, []],
  ['a join with no lines', { operationType: 'RasterLinesJoin', vector: [], vectorCRS: 'LatLng' }, 100, {}],
  ['a join with other lines', { operationType: 'RasterLinesJoin', vector: [streams], vectorCRS: 'LatLng' }, 100, {}],
])('%s of nothing is a result like any other: asked again it is a hit', async (_what, members, west, result) => {
  const body = { input: { ...input, ...members, polygon: [rectangle(west, west + 10)] } };
  expect(await post('/run', body)).toEqual({ cache: 'miss', answer: { result } });
  expect(await post('/run', body)).toEqual({ cache: 'hit', answer: { result } });
});

it('no request puts its polygon in the place of a well-known area', async () => {
  const poison = rectangle(100, 110, 1000, 1010);
  const claims = { area: 'huc12/990192', table: 'huc12' };
  const operations = [{ name: 'RasterGroupedCount', label: 'groupedcount', rasters: [layer('nlcd')] }];
  const [shape] = shapes;
  const multi = { ...claims, shapes: [{ ...claims, id: 'huc12/990192', shape: shape?.shape }], operations };
  const own = totals.find(({ id }) => id === shape?.id)?.cells;
  expect(await run({ ...claims, polygon: [poison] })).toEqual({ 'List(41)': 100 });
  expect((await post('/multi', multi)).answer).toEqual({ 'huc12/990192': { groupedcount: { 'List(41)': own } } });
  const headers = { 'content-type': 'application/json', prefer: 'wait=3600' };
  const execution = { method: 'POST', headers, body: '{"inputs":{"area":"huc12/990192"}}' };
  const response = await fetch(`${service.url}/api/processes/groupedcount/execution`, execution);
  const { cells } = (await response.json()) as { readonly cells: number };
  const known = totals.find(({ id }) => id === shapes.at(-1)?.id)?.cells;
  expect([response.headers.get('catchment-cache'), cells]).toEqual(['miss', known]);
});

it('what was precomputed for an area is found by its polygon and by its name, and what these compute is found for it', async () => {
  const known = shapes.at(-1) as (typeof shapes)[number];
  const own = { 'List(41)': totals.find(({ id }) => id === known.id)?.cells };
  const wkaoi = { table: 'huc12', id: '990192' };
  const drawn = { ...input, polygonCRS: 'LatLng', polygon: [known.shape] };
  await runCatchment(['invalidate', '--table', 'huc12'], service.env);
  await runCatchment(
    ['precompute', 'huc12', '--operation', 'groupedcount', '--out', join(folder, 'ahead')],
    service.env,
  );
  expect(await runCatchment(['load', join(folder, 'ahead')], service.env)).toMatchObject({ code: 0 });
  expect(await post('/run', { input: drawn })).toEqual({ cache: 'hit', answer: { result: own } });
  const named = { ...input, polygon: undefined, wkaoi };
  expect(await post('/run', { input: named })).toEqual({ cache: 'hit', answer: { result: own } });

  expect(await post('/run', { input: { ...drawn, pixelIsArea: true } })).toMatchObject({ cache: 'miss' });
  const multi = {
    shapes: [{ id: 'a', wkaoi }],
    operations: [{ ...mapshed[2], label: 'b', rasters: [layer('nlcd')], pixelIsArea: true }],
  };
  expect(await post('/multi', multi)).toMatchObject({ cache: 'hit' });
  // An operation that the catalog does not have is about the polygon.
  expect(await post('/run', { input: { ...drawn, rasters: [layer('soil'), layer('gwn')] } })).toMatchObject({
    cache: 'miss',
  });
  expect(await post('/run', { input: { ...named, rasters: [layer('soil'), layer('gwn')] } })).toMatchObject({
    cache: 'miss',
  });
});

it('an empty area has empty answers', async () => {
  const empty = { polygonCRS: 'LatLng', polygon: [line] };
  expect(await run(empty)).toEqual({});
  expect(await run({ ...empty, operationType: 'RasterGroupedCountMany' })).toEqual([{}]);
  expect(await run({ ...empty, operationType: 'RasterSummary' })).toEqual([]);
  const average = { ...empty, operationType: 'RasterGroupedAverage', targetRaster: layer('slope') };
  expect(await run({ ...average, rasters: [] })).toEqual({ 'List(0)': null });
  expect(await run(average)).toEqual({});
  const join = { ...empty, operationType: 'RasterLinesJoin', vector: [streams], vectorCRS: 'LatLng' };
  expect(await run(join)).toEqual({});
  const short = '{"type":"LineString","coordinates":[[-75.9,40.3]]}';
  expect(await run({ operationType: 'RasterLinesJoin', vector: [short, null], vectorCRS: 'LatLng' })).toEqual({});
});

it('rasters of which one is shifted by a centimetre are refused', async () => {
  const together = run({ rasters: [layer('nlcd'), 'shifted'] });
  await expect(together).rejects.toThrow(/^400 rasters: rasters nlcd and shifted do not align/);
  expect(await run({ rasters: ['shifted'] })).toEqual({ 'List(1)': 1 });
});

it('what cannot be answered is a sentence, here in text, elsewhere in a problem', async () => {
  const refused = await fetch(`${service.url}/run`, {
    method: 'POST',
    body: '{',
    headers: { 'content-type': 'application/json' },
  });
  expect([refused.status, refused.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
  const problem = await fetch(`${service.url}/api/processes/x`);
  expect([problem.status, problem.headers.get('content-type')]).toEqual([404, expect.stringMatching('problem.json')]);
});

it('the operations are described with their bodies and answers', async () => {
  const { paths } = (await (await fetch(`${service.url}/api/openapi.json`)).json()) as {
    readonly paths: Record<string, Described>;
  };
  const bodyOf = (path: string) => paths[path]?.post.requestBody.content['application/json'].schema.properties;
  expect(Object.keys(bodyOf('/run')?.input?.properties ?? {})).toContain('operationType');
  expect(Object.keys(bodyOf('/multi') ?? {})).toEqual(['shapes', 'streamLines', 'operations']);
  expect(Object.keys(paths['/run']?.post.responses['400'].content ?? {})).toEqual(['text/plain']);
});

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
}

interface Described {
  readonly post: {
    readonly requestBody: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
    readonly responses: { readonly 400: { readonly content: object } };
  };
}
