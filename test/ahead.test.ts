import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { writeConstantRaster } from './constant-raster.ts';
import { type Running, runCatchment, startCatchment } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-ahead-'));
const at = (name: string) => join(folder, name);
const catalog = at('catalog.yaml');
const ids = ['a', 'b', 'c'];
let queue: PrivateRedis;
let cache: PrivateRedis;
let served: Running;
let env: NodeJS.ProcessEnv;

/** The inputs that a gateway takes, and their names in keys and files. */
const requests: [operation: string, inputs: object, name: string][] = [
  ['count', {}, 'count'],
  ['many', {}, 'many'],
  ['mean', { which: 'one' }, 'mean(one)'],
  ['mean', { which: 'two' }, 'mean(two)'],
  ['along', {}, 'along'],
  ['describe', {}, 'describe'],
];

beforeAll(async () => {
  const grid = { across: 2, down: 2, originX: -80, originY: 41, cell: 0.001, epsg: 4326 };
  writeConstantRaster(at('one.tif'), { ...grid, value: 1 });
  writeConstantRaster(at('two.tif'), { ...grid, value: 2 });
  const features = ids.map((id, n) => ({ type: 'Feature', properties: { id }, geometry: square(-79.9 + 0.1 * n) }));
  writeFileSync(at('areas.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeStream(40.51);
  writeCatalog({ two: '1', streams: '1' });
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  env = { QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: catalog, PORT: '0' };
  served = await startCatchment(['serve'], env, / on (http:\S+)/);
});

afterAll(async () => {
  await served.stop();
  await Promise.all([queue.stop(), cache.stop()]);
  rmSync(folder, { recursive: true });
});

function square(west: number) {
  const [east, south, north] = [west + 0.05, 40.5, 40.55];
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}

function writeStream(latitude: number): void {
  const coordinates = [
    [-80, latitude],
    [-79.5, latitude],
  ];
  writeFileSync(at('streams.geojson'), JSON.stringify({ type: 'LineString', coordinates }));
}

function writeCatalog({ two, streams }: { readonly two: string; readonly streams: string }): void {
  writeFileSync(
    catalog,
    `rasters: { one: { url: one.tif, version: "1" }, two: { url: two.tif, version: "${two}" } }
operations:
  count: { type: groupedCount, rasters: [one] }
  many: { type: groupedCountMany, rasters: [one] }
  mean: { type: groupedAverage, rasters: [], target: "{which}", parameters: { which: { values: [one, two] } } }
  along: { type: linesJoin, rasters: [one], lines: streams }
  drawn: { type: linesJoin, rasters: [one] }
  describe: { type: statistics, rasters: [one], weights: two }
areas: { areas: { source: areas.geojson, id: id, version: "1" } }
lines: { streams: { source: streams.geojson, version: "${streams}" } }
`,
  );
}

const json = async (...args: string[]) => {
  const { code, out, err } = await runCatchment([...args, '--json'], env);
  return { code, err, ...JSON.parse(out || '{}') };
};

interface Line {
  readonly area: string;
  readonly operation: string;
  readonly value: unknown;
}

const linesOf = (file: string): Line[] =>
  readFileSync(at(file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

it('a warming of all is of every type of operation and every choice of parameters, and finds nothing missing afterwards', async () => {
  const planned = ids.length * requests.length;
  const warmed = await json('warm', 'areas');
  expect(warmed).toMatchObject({ code: 0, planned, computed: planned, there: 0, failed: 0 });
  expect(await json('warm', 'areas', '--dry-run')).toMatchObject({ planned, computed: 0, there: planned });
  const some = ['--operation', 'mean', 'along'];
  expect(await json('warm', 'areas', '--dry-run', ...some)).toMatchObject({ planned: 9, there: 9 });
});

it('what was warmed, or precomputed and loaded, is what a gateway has as a hit', async () => {
  const total = ids.length * requests.length;
  expect(await json('precompute', 'areas', '--out', at('all.jsonl'))).toMatchObject({
    code: 0,
    results: total,
    operations: requests.map(([, , name]) => name).toSorted(),
  });
  expect(await json('load', at('all.jsonl'))).toMatchObject({
    loaded: 0,
    alreadyThere: total,
    alreadyThereOtherwise: 0,
  });
  expect(await json('invalidate', '--all')).toMatchObject({ code: 0 });
  expect(await json('load', at('all.jsonl'))).toMatchObject({ loaded: total, alreadyThere: 0, refused: 0, broken: 0 });
  const lines = linesOf('all.jsonl');
  for (const [operation, inputs, name] of requests) {
    const { value } = lines.find((line) => line.area === 'areas/b' && line.operation === name) as Line;
    const area = operation === 'many' ? { areas: ['areas/b'] } : { area: 'areas/b' };
    const response = await fetch(`${served.said}/api/processes/${operation}/execution`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=3600' },
      body: JSON.stringify({ inputs: { ...area, ...inputs } }),
    });
    expect([name, response.headers.get('catchment-cache')]).toEqual([name, 'hit']);
    expect(await response.json()).toEqual(operation === 'many' ? { results: [value] } : value);
  }
});

it('results of a target, weights or lines that were replaced are refused with both versions', async () => {
  writeStream(40.52);
  writeCatalog({ two: '2', streams: '2' });
  const { code, loaded, alreadyThere, refusals } = await json('load', at('all.jsonl'));
  expect([code, loaded, alreadyThere]).toEqual([3, 0, 3 * ids.length]);
  const reasons = (refusals as { reason: string; lines: number }[]).map(({ reason, lines }) => [lines, reason]);
  expect(reasons).toEqual([
    [3, 'line source streams has version "1" in the file, "2" in the catalog'],
    [6, 'raster two has version "1" in the file, "2" in the catalog'],
  ]);
  const going = await runCatchment(['precompute', 'areas', '--out', at('all.jsonl')], env);
  expect([going.code, going.err]).toEqual([
    1,
    expect.stringMatching(/is not what is asked \(line 1: line source streams has version "1" in the file, "2" in/),
  ]);
});

it('a join with lines that come with the request is refused by name, in one sentence', async () => {
  const commands = [
    ['warm', 'areas', '--operation', 'drawn'],
    ['precompute', 'areas', '--out', at('drawn.jsonl'), '--operation', 'drawn'],
  ];
  for (const command of commands) {
    const sentence =
      'operation drawn joins with lines that come with a request: it cannot be done before there are any';
    expect(await runCatchment(command, env)).toMatchObject({ code: 2, out: '', err: `catchment: ${sentence}\n` });
  }
});
