import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-superseded-'));
const file = (name: string) => join(folder, name);
const token = 'only-for-this-test';
const corners = { west: -95.995, south: 36.4, east: -95.97, north: 36.42 };

function square({ west, south, east, north } = corners): number[][][] {
  const [lower, upper] = [south, north];
  const ring = boxRing(west, lower, east, upper);
  return [ring];
}

const raster = (name: string, value: number) =>
  writeConstantRaster(file(`${name}.tif`), { across: 1, down: 1, originX: -15_015, originY: 1_500_015, value });

function table(name: string, east: number): void {
  const geometry = { type: 'Polygon', coordinates: square({ ...corners, east }) };
  const features = [{ type: 'Feature', properties: { huc: '01' }, geometry }];
  writeFileSync(file(`${name}.geojson`), JSON.stringify({ type: 'FeatureCollection', features }));
}

function rivers(lat: number): void {
  const coordinates = [
    [corners.west, lat],
    [corners.east, lat],
  ];
  const features = [{ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } }];
  writeFileSync(file('rivers.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
}

interface Asked {
  readonly operation: string;
  readonly area: unknown;
  readonly others?: Readonly<Record<string, unknown>>;
  /** The sources that the result is computed from. */
  readonly of: readonly string[];
}

const drawn = { type: 'Polygon', coordinates: square() };
const lines = { type: 'LineString', coordinates: square()[0]?.slice(0, 3) };
const requests: readonly Asked[] = [
  { operation: 'a', area: 'huc12/01', of: ['a', 'huc12'] },
  { operation: 'a', area: 'huc8/01', of: ['a', 'huc8'] },
  { operation: 'a', area: 'huc12/01', others: { coverage: 'touched' }, of: ['a', 'huc12'] },
  { operation: 'a', area: 'huc12/01', others: { rasters: { a: 'b' } }, of: ['b', 'huc12'] },
  { operation: 'a', area: drawn, of: ['a'] },
  { operation: 'ab', area: 'huc12/01', of: ['a', 'b', 'huc12'] },
  { operation: 'b', area: drawn, of: ['b'] },
  { operation: 'b', area: drawn, others: { coverage: 'fraction' }, of: ['b'] },
  { operation: 'height', area: 'huc8/01', of: ['b', 'huc8'] },
  { operation: 'height', area: 'huc8/01', others: { quantiles: [0.25] }, of: ['b', 'huc8'] },
  { operation: 'chosen', area: 'huc12/01', others: { which: 'a' }, of: ['a', 'huc12'] },
  { operation: 'chosen', area: 'huc12/01', others: { which: 'b' }, of: ['b', 'huc12'] },
  { operation: 'streams', area: 'huc8/01', of: ['b', 'huc8', 'rivers'] },
  { operation: 'crossed', area: drawn, others: { lines }, of: ['a'] },
];

let queue: PrivateRedis;
let cache: PrivateRedis;
let env: NodeJS.ProcessEnv;
let running: Running[] = [];

beforeAll(async () => {
  raster('a', 1);
  raster('b', 2);
  table('huc12', corners.east);
  table('huc8', corners.east);
  rivers(36.41);
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { a: { url: a.tif }, b: { url: b.tif } }
operations:
  a: { type: groupedCount, rasters: [a] }
  b: { type: groupedCount, rasters: [b] }
  ab: { type: groupedCount, rasters: [a, b] }
  height: { type: statistics, rasters: [b], quantiles: [0.5] }
  chosen: { type: groupedCount, rasters: ['{which}'], parameters: { which: { values: [a, b] } } }
  streams: { type: linesJoin, rasters: [b], lines: rivers }
  crossed: { type: linesJoin, rasters: [a] }
areas: { huc12: { source: huc12.geojson, id: huc }, huc8: { source: huc8.geojson, id: huc } }
lines: { rivers: { source: rivers.geojson } }
`,
  );
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  env = {
    ...{ CATCHMENT_CATALOG: file('catalog.yaml'), CACHE_URL: cache.url, DRAWN_CACHE_URL: 'file:./drawn' },
    ...{ QUEUE_REDIS_URL: queue.url, PORT: '0', COUNT_THREADS: '1', ADMIN_TOKEN: token },
  };
  running = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
});

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await Promise.all([queue?.stop(), cache?.stop()]);
  rmSync(folder, { recursive: true });
});

const url = () => running[0]?.said as string;

async function ask({ operation, area, others }: Asked): Promise<string> {
  const client = createClient(url());
  const { jobID } = await client.execute(operation, { area, ...others });
  const { status, cache: found } = await client.wait(jobID, { everyMilliseconds: 10 });
  return `${status} ${found}`;
}

type Figures = Readonly<Record<string, unknown>>;

async function run(...args: string[]): Promise<Figures & { code: number | null; err: string }> {
  const { code, out, err } = await runCatchment([...args, '--json'], env);
  return { ...(JSON.parse(out) as Figures), code, err };
}

async function admin(method: 'GET' | 'POST', path: string, body?: object): Promise<Figures> {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${url()}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return (await answer.json()) as Figures;
}

const usesOf = (name: string) => requests.filter(({ of }) => of.includes(name));

it('what a replaced raster, table or line source leaves is counted apart and removed alone', async () => {
  for (const one of requests) expect(await ask(one)).toBe('successful miss');
  expect(await run('invalidate', '--superseded', '--dry-run')).toMatchObject({ code: 0, err: '', matched: 0 });
  expect(await run('cache', 'stats')).toMatchObject({
    total: { entries: requests.length, superseded: 0, supersededBytes: 0, unlisted: 0 },
  });

  for (const [name, replace] of [
    ['a', () => raster('a', 3)],
    ['huc8', () => table('huc8', corners.east - 0.001)],
    ['rivers', () => rivers(36.415)],
  ] as const) {
    replace();
    const going = usesOf(name);
    const surveyed = { total: { entries: requests.length, superseded: going.length } };
    expect(await run('cache', 'stats')).toMatchObject(surveyed);
    expect(await admin('GET', '/admin/cache')).toMatchObject(surveyed);
    const ofDrawn = going.filter(({ area }) => area === drawn).length;
    expect(await admin('GET', '/admin/cache?drawn=true')).toMatchObject({ total: { superseded: ofDrawn } });

    expect(await run('invalidate', '--superseded', '--dry-run')).toMatchObject({ code: 0, matched: going.length });
    expect(await run('invalidate', '--superseded')).toMatchObject({ code: 0, removed: going.length });
    expect(await admin('GET', '/admin/cache')).toMatchObject({
      total: { entries: requests.length - going.length, superseded: 0, supersededBytes: 0 },
    });
    for (const one of requests) expect(await ask(one)).toBe(`successful ${going.includes(one) ? 'miss' : 'hit'}`);
  }
});

it('may be asked for together with tables, areas, operations and rasters', async () => {
  for (const one of requests) await ask(one);
  raster('b', 4);
  const going = usesOf('b');
  const inTable = (name: string) => going.filter(({ of }) => of.includes(name)).length;
  const counted = async (filters: object) =>
    (await admin('POST', '/admin/cache/invalidate', { superseded: true, dryRun: true, ...filters })).matched;
  expect(await counted({})).toBe(going.length);
  expect(await counted({ table: ['huc12'] })).toBe(inTable('huc12'));
  expect(await counted({ area: ['huc8/01'] })).toBe(inTable('huc8'));
  expect(await counted({ drawn: true })).toBe(2);
  expect(await counted({ operation: ['height'] })).toBe(2);
  expect(await counted({ operation: ['a'] })).toBe(1);
  // One of the operations that use it also uses the raster that was replaced.
  expect(await counted({ raster: ['a'] })).toBe(1);
  expect(await counted({ raster: ['b'], table: ['huc8'], operation: ['streams'] })).toBe(1);
  const dry = await run('invalidate', '--superseded', '--dry-run', '--operation', 'height', '--table', 'huc8');
  expect(dry.matched).toBe(2);
  const listed = await runCatchment(['cache', 'ls', '--superseded', '--table', 'huc8', '--json'], env);
  expect(listed.out.trim().split('\n')).toHaveLength(inTable('huc8'));
  expect(await run('invalidate', '--superseded', '--table', 'huc12')).toMatchObject({ removed: inTable('huc12') });
  const left = going.length - inTable('huc12');
  expect(await counted({})).toBe(left);
  const { out } = await runCatchment(['cache', 'stats'], env);
  expect(out).toMatch(new RegExp(`\n${left} results superseded \\([\\d.]+ kB\\): what`));
});

it('a catalog that has not what results are of leaves them, and says how many there are', async () => {
  writeFileSync(
    file('other.yaml'),
    'rasters: { b: { url: b.tif } }\noperations: { other: { type: groupedCount, rasters: [b] } }\n',
  );
  const { total } = (await run('cache', 'stats', '--catalog', file('other.yaml'))) as { total?: { entries: number } };
  expect(total).toMatchObject({ superseded: 0, unlisted: total?.entries });
  expect(await run('invalidate', '--superseded', '--catalog', file('other.yaml'))).toMatchObject({
    code: 0,
    removed: 0,
  });
});

it('without a catalog the figures say that it is not known what was superseded, and nothing is removed', async () => {
  const nowhere = { ...env, CATCHMENT_CATALOG: file('nowhere.yaml') };
  const { code, out } = await runCatchment(['cache', 'stats', '--json'], nowhere);
  expect([code, JSON.parse(out)]).toMatchObject([
    0,
    {
      total: { superseded: null, supersededBytes: null },
      problems: [expect.stringMatching(/nowhere\.yaml: there is no such file/)],
    },
  ]);
  const ended = await runCatchment(['invalidate', '--superseded'], nowhere);
  expect([ended.code, ended.err]).toEqual([
    1,
    expect.stringMatching(/^catchment: .*nowhere\.yaml: there is no such file/),
  ]);
  const all = await runCatchment(['invalidate', '--superseded', '--all'], env);
  expect([all.code, all.err]).toEqual([2, expect.stringMatching(/^catchment: all: means every result/)]);
});
