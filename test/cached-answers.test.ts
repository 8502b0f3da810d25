import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type ResultCache, resultCache, type Store } from '@cellshed/cache';
import { createClient } from '@cellshed/client';
import { resultSchemaVersion } from '@cellshed/contracts';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-answers-'));
const file = (name: string) => join(folder, name);
let queue: PrivateRedis;
let cache: PrivateRedis;
let env: Record<string, string>;
/** Two gateways that are open to all, and one that needs keys and limits executions. */
let gateways: [Running, Running];
let strict: Running;
let worker: Running;
let store: Store;
let results: ResultCache;
let cacheClient: Redis;
let queueClient: Redis;

const raster = (name: string, value: number) =>
  writeConstantRaster(file(`${name}.tif`), { across: 2, down: 2, originX: -15_015, originY: 1_500_015, value });

beforeAll(async () => {
  for (const [i, name] of ['a', 'b', 'c'].entries()) raster(name, i + 1);
  const squareAt = (west: number) => ({ type: 'Polygon', coordinates: [boxRing(west, 36.4, west + 0.01, 36.41)] });
  const ids = ['1', '2', '3', 'Sand/ Bank'];
  const features = ids.map((huc, i) => ({
    type: 'Feature',
    properties: { huc },
    geometry: squareAt(-95.99 + i / 100),
  }));
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  const coordinates = [
    [-96, 36.405],
    [-95.9, 36.405],
  ];
  const river = { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } };
  writeFileSync(file('rivers.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [river] }));
  const catalog = (a: string) =>
    `rasters: { a: ${a}, b: { url: b.tif }, c: { url: c.tif, aliases: [sea] } }
operations:
  a: { type: groupedCount, rasters: [a] }
  c: { type: groupedCount, rasters: [c], maxAge: 1h, staleWhileRevalidate: 0s }
  ab: { type: groupedCount, rasters: [a, b] }
  either: { type: groupedCount, rasters: ['{which}'], parameters: { which: { values: [a, b], default: b } } }
  height: { type: statistics, rasters: [b] }
  today: { type: groupedCount, rasters: [b], lifetime: 1h }
  streams: { type: linesJoin, rasters: [b], lines: rivers }
  crossed: { type: linesJoin, rasters: [a] }
  many: { type: groupedCountMany, rasters: [a] }
areas: { huc: { source: huc.geojson, id: huc } }
lines: { rivers: { source: rivers.geojson } }
`;
  writeFileSync(file('catalog.yaml'), catalog('{ url: a.tif }'));
  writeFileSync(file('labels.yaml'), catalog('{ url: a.tif, legend: { 1: Marsh } }'));
  writeFileSync(file('other-labels.yaml'), catalog('{ url: a.tif, legend: { 1: Bog } }'));
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: file('catalog.yaml') },
    ...{ PORT: '0', COUNT_THREADS: '1' },
  };
  const open = () => startCatchment(['gateway'], env, gatewayReady);
  const limits = { API_KEYS: 'required', CLIENT_REQUESTS_PER_MINUTE: '2', CORS_ORIGINS: 'https://maps.example' };
  const started = await Promise.all([
    open(),
    open(),
    startCatchment(['gateway'], { ...env, ...limits }, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
  gateways = [started[0], started[1]];
  [strict, worker] = [started[2], started[3]];
  store = await openStore(cache.url, { base: folder, timeoutMilliseconds: 3_600_000, onError: () => undefined });
  results = resultCache({ store, schemaVersion: resultSchemaVersion, timeoutMilliseconds: 3_600_000 });
  [cacheClient, queueClient] = [new Redis(cache.url), new Redis(queue.url)];
});

afterAll(async () => {
  await Promise.all([...gateways, strict, worker].map((one) => one.stop('SIGKILL')));
  await store.close();
  for (const client of [cacheClient, queueClient]) client.disconnect();
  await Promise.all([queue.stop(), cache.stop()]);
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

type Init = RequestInit & { readonly headers?: Record<string, string> };

async function get(path: string, init: Init = {}, gateway: Running = gateways[0]): Promise<Answer> {
  const response = await fetch(`${gateway.said}/api/areas/${path}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const waiting = { headers: { prefer: 'wait=3600' } };
const etagOf = ({ headers }: Answer) => headers.get('etag') as string;
const having = (answer: Answer) => ({ headers: { 'if-none-match': etagOf(answer) } });
const detailOf = ({ text }: Answer) => (JSON.parse(text) as { detail: string }).detail;

async function keyOf(path: string, operation: string): Promise<string> {
  const [table, id] = path.split('/');
  for await (const key of store.keys(`geop:${table}:${id}:${operation}:`)) return key;
  throw new Error(`nothing is cached of ${path}`);
}

/** How often the cache's Redis was asked for each of these while `work` went on. */
async function commandsDuring(work: () => Promise<unknown>): Promise<Record<string, number>> {
  await cacheClient.config('RESETSTAT');
  await work();
  const stats = await cacheClient.info('commandstats');
  const calls = [...stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(([, name, count]) => [name, Number(count)]);
  return { get: 0, getrange: 0, ...Object.fromEntries(calls) };
}

/** The jobs that stand for requests. */
async function requests(): Promise<number> {
  return (await queueClient.keys('*:finish:????????-????-????-????-????????????')).length;
}

it('a miss leads to its job, and its end makes a hit of it, on each gateway', async () => {
  const miss = await get('huc/1/a');
  expect([miss.status, miss.headers.get('cache-control'), miss.headers.get('retry-after')]).toEqual([
    202,
    'no-store',
    '1',
  ]);
  const status = JSON.parse(miss.text);
  const job = miss.headers.get('location') as string;
  expect([status.processID, job]).toEqual(['a', `${gateways[0].said}/api/jobs/${status.jobID}`]);
  await until(async () => ((await (await fetch(job)).json()) as { status: string }).status === 'successful');
  const [first, second] = await Promise.all(gateways.map((gateway) => get('huc/1/a', {}, gateway)));
  expect([first?.status, first?.headers.get('catchment-cache')]).toEqual([200, 'hit']);
  expect(JSON.parse(first?.text ?? '')).toEqual(await (await fetch(`${job}/results`)).json());
  expect([second?.text, etagOf(second as Answer)]).toEqual([first?.text, etagOf(first as Answer)]);
  expect(etagOf(first as Answer)).toMatch(/^"[0-9a-f]{32}-json-plain"$/);
});

it('a client that waits gets the answer itself, with the tag that it will have as a hit', async () => {
  const waited = await get('huc/2/ab', waiting);
  expect([waited.status, waited.headers.get('catchment-cache')]).toEqual([200, 'miss']);
  // The id of a job gives access to it, and a cache may show this answer to others.
  expect([...waited.headers.values()].filter((value) => value.includes('/api/jobs/'))).toEqual([]);
  const hit = await get('huc/2/ab', waiting);
  expect([hit.headers.get('catchment-cache'), hit.headers.get('location')]).toEqual(['hit', null]);
  expect([hit.text, etagOf(hit)]).toEqual([waited.text, etagOf(waited)]);
  expect(hit.headers.get('cache-control')).toBe(waited.headers.get('cache-control'));
});

it('whatever was computed by POST is a hit', async () => {
  const choices: [operation: string, inputs: object, query: string][] = [
    ['a', { coverage: 'touched' }, '?coverage=touched'],
    ['a', { coverage: 'fraction' }, '?coverage=fraction&f=json'],
    ['ab', { rasters: { a: 'sea' } }, '?rasters=a:sea'],
    ['ab', { rasters: { a: 'b', b: 'c' } }, '?rasters=b:c,a:b'],
    ['either', {}, ''],
    ['either', { which: 'a' }, '?which=a'],
    ['height', { quantiles: [0.1, 0.9] }, '?quantiles=0.1,0.9'],
    ['height', { quantiles: [0.5], coverage: 'fraction' }, '?coverage=fraction&quantiles=0.5'],
    ['a', { cellAreas: true }, '?cellAreas=true'],
    ['streams', {}, ''],
  ];
  for (const [operation, inputs, query] of choices) {
    const posted = await fetch(`${gateways[0].said}/api/processes/${operation}/execution`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...waiting.headers },
      body: JSON.stringify({ inputs: { area: 'huc/3', ...inputs } }),
    });
    const hit = await get(`huc/3/${operation}${query}`, {}, gateways[1]);
    expect([query, hit.status, hit.headers.get('catchment-cache')]).toEqual([query, 200, 'hit']);
    expect(JSON.parse(hit.text)).toEqual(await posted.json());
  }
});

it('an area may have any id', async () => {
  const path = `huc/${encodeURIComponent('Sand/ Bank')}/a`;
  expect((await get(path, waiting)).status).toBe(200);
  expect(JSON.parse((await get(path)).text).area).toBe('huc/Sand/ Bank');
});

it('a client that has the answer is told so, and the value is not read', async () => {
  const hit = await get('huc/1/a', waiting);
  let again: Answer | undefined;
  const commands = await commandsDuring(async () => {
    again = await get('huc/1/a', having(hit));
    await get('huc/1/a', { method: 'HEAD' });
  });
  expect(commands).toMatchObject({ get: 0, getrange: 2 });
  expect([again?.status, again?.text, etagOf(again as Answer)]).toEqual([304, '', etagOf(hit)]);
  for (const name of ['cache-control', 'vary']) expect(again?.headers.get(name)).toBe(hit.headers.get(name));
  const other = await commandsDuring(async () => {
    again = await get('huc/1/a', { headers: { 'if-none-match': '"other"' } });
  });
  expect([again?.status, again?.text, other.get]).toEqual([200, hit.text, 1]);
});

it('says to browsers and proxies how long they may show an answer', async () => {
  const hit = await get('huc/1/a', waiting);
  expect(hit.headers.get('cache-control')).toBe('public, max-age=60, stale-while-revalidate=600');
  expect(hit.headers.get('vary')).toBe('accept, accept-encoding');
  expect((await get('huc/1/c', waiting)).headers.get('cache-control')).toBe('public, max-age=3600');
  expect(hit.headers.get('access-control-allow-origin')).toBe('*');
  expect(hit.headers.get('access-control-expose-headers')).toContain('etag');
});

it('a stale answer is shown while it is computed anew, and what replaces it has another tag', async () => {
  const right = await get('huc/1/today', waiting);
  const key = await keyOf('huc/1', 'today');
  const hour = 3_600_000;
  await results.write(key, Buffer.from('{"old":true}'), {
    ...{ startedAt: Date.now() - 2 * hour, costMs: 1, lifetimeMilliseconds: hour },
  });
  const stale = await get('huc/1/today', having(right));
  expect([stale.status, stale.text, stale.headers.get('catchment-cache')]).toEqual([200, '{"old":true}', 'stale']);
  expect(stale.headers.get('cache-control')).toBe('public, max-age=0, stale-while-revalidate=600');
  expect(etagOf(stale)).not.toBe(etagOf(right));
  await until(async () => (await get('huc/1/today', having(stale))).status === 200);
  const anew = await get('huc/1/today', {}, gateways[1]);
  expect([anew.text, etagOf(anew), anew.headers.get('catchment-cache')]).toEqual([right.text, etagOf(right), 'hit']);
  expect(await keyOf('huc/1', 'today')).toBe(key);
});

it('a large answer is sent as it is packed in the cache, and each form has a tag of its own', async () => {
  await get('huc/2/a', waiting);
  const text = JSON.stringify({ groups: Array.from({ length: 3000 }, (_, i) => ({ values: [i], cells: i })) });
  await results.write(await keyOf('huc/2', 'a'), Buffer.from(text), { startedAt: Date.now(), costMs: 1 });
  const tags = new Set<string>();
  for (const [accepted, encoding] of [
    ['zstd, gzip', 'zstd'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['gzip', 'gzip'],
    ['identity', null],
  ] as const) {
    const answer = await get('huc/2/a', { headers: { 'accept-encoding': accepted } });
    expect([accepted, answer.headers.get('content-encoding'), answer.text === text]).toEqual([
      accepted,
      encoding,
      true,
    ]);
    tags.add(etagOf(answer));
    expect(
      (await get('huc/2/a', { headers: { 'accept-encoding': accepted, 'if-none-match': etagOf(answer) } })).status,
    ).toBe(304);
  }
  expect(tags.size).toBe(3);
  const head = await get('huc/2/a', { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
  expect(head.headers.get('content-length')).toBe(String(text.length));
});

const formats: [f: string, type: string, ending: string | undefined][] = [
  ['json', 'application/json', undefined],
  ['labelled', 'application/json', undefined],
  ['csv', 'text/csv; charset=utf-8', 'csv'],
  ['parquet', 'application/vnd.apache.parquet', 'parquet'],
  ['geojson', 'application/geo+json', 'geojson'],
];

it('an answer is shown in each format, with a tag of its own, and a look at the tag reads no value', async () => {
  await get('huc/1/ab', waiting);
  const tags = new Set<string>();
  for (const [f, type, ending] of formats) {
    const answer = await get(`huc/1/ab?f=${f}`);
    const { headers } = answer;
    const disposition = ending ? `inline; filename="huc-1-ab.${ending}"` : null;
    expect([answer.status, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
      ...[200, type, disposition],
    ]);
    expect([headers.get('vary'), headers.get('catchment-cache')]).toEqual(['accept, accept-encoding', 'hit']);
    let seen: Answer[] = [];
    const commands = await commandsDuring(async () => {
      const method = 'HEAD';
      seen = [
        await get(`huc/1/ab?f=${f}`, having(answer), gateways[1]),
        await get(`huc/1/ab?f=${f}`, { method }),
        await get(`huc/1/ab?f=${f}`, { method, ...having(answer) }),
      ];
    });
    expect(commands).toMatchObject({ get: 0, getrange: 3 });
    expect(seen.map((one) => [one.status, etagOf(one), one.text])).toEqual(
      [304, 200, 304].map((status) => [status, etagOf(answer), '']),
    );
    expect(seen[1]?.headers.get('content-type')).toBe(type);
    tags.add(etagOf(answer));
  }
  expect(tags.size).toBe(formats.length);
  const csv = await get('huc/1/ab?f=csv');
  const { groups, cells } = JSON.parse((await get('huc/1/ab')).text);
  const rows = csv.text.trimEnd().split('\r\n').slice(1);
  expect(rows.map((row) => row.split(',').slice(0, 7))).toEqual(
    groups.map(({ values, cells: some }: { values: number[]; cells: number }) =>
      ['huc', '1', '', 'ab', ...values, some].map(String),
    ),
  );
  expect(cells).toBeGreaterThan(0);
  const accepting = (accept: string) => get('huc/1/ab', { headers: { accept } });
  expect(etagOf(await accepting('text/csv, */*;q=0.1'))).toBe(etagOf(csv));
  expect((await accepting('text/html, application/xhtml+xml, */*;q=0.8')).headers.get('content-type')).toBe(
    'application/json',
  );
});

it('who waits for an answer gets it in the format, with the tag that it will keep', async () => {
  const headers = { ...waiting.headers, accept: 'text/csv' };
  const waited = await get('huc/2/ab?coverage=touched', { headers });
  expect([waited.status, waited.headers.get('catchment-cache'), waited.text.slice(0, 10)]).toEqual([
    ...[200, 'miss', 'area_table'],
  ]);
  const hit = await get('huc/2/ab?coverage=touched&f=csv');
  expect([hit.text, etagOf(hit)]).toEqual([waited.text, etagOf(waited)]);
  const before = await requests();
  const post = (query: string, accept: string, body: object) =>
    fetch(`${gateways[0].said}/api/processes/a/execution${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...waiting.headers, accept },
      body: JSON.stringify({ inputs: body }),
    });
  for (const [query, accept, status] of [
    ['', 'text/html', 406],
    ['?f=xml', '*/*', 400],
  ] as const)
    expect((await post(query, accept, { area: 'huc/3' })).status).toBe(status);
  expect(await requests()).toBe(before);
  const posted = await post('', 'text/csv', { area: 'huc/3' });
  const text = await posted.text();
  expect([posted.status, text.slice(0, 10)]).toEqual([200, 'area_table']);
  expect(text).toBe((await get('huc/3/a?f=csv')).text);
  const labelled = await post('?f=labelled', '*/*', { area: 'huc/3' });
  expect(await labelled.json()).toMatchObject({ area: 'huc/3', sources: [{ raster: 'a' }] });
});

it('the GeoJSON of a job has the area that was drawn, while it is kept', async () => {
  const coordinates = [boxRing(-95.985, 36.402, -95.975, 36.408)];
  const posted = await fetch(`${gateways[0].said}/api/processes/ab/execution?f=geojson`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...waiting.headers },
    body: JSON.stringify({ inputs: { area: { type: 'Polygon', coordinates } } }),
  });
  const geometries = ({ features }: { features: { geometry: unknown }[] }) => features.map(({ geometry }) => geometry);
  const drawn = (await posted.json()) as { features: { geometry: unknown }[] };
  expect(drawn.features.length).toBeGreaterThan(0);
  expect(geometries(drawn)).toEqual(drawn.features.map(() => ({ type: 'Polygon', coordinates })));
  const job = /<(.*?)>/.exec(posted.headers.get('link') ?? '')?.[1];
  const again = async () => (await fetch(`${job}/results?f=geojson`)).json() as Promise<typeof drawn>;
  expect(await again()).toEqual(drawn);
  const kept = await queueClient.keys('*:shelf:drawn-*');
  expect(kept).toHaveLength(1);
  await queueClient.del(kept);
  expect(geometries(await again())).toEqual(drawn.features.map(() => null));
});

it('a legend that is edited shows at once, and nothing is computed anew', async () => {
  await get('huc/1/a', waiting);
  const open = (catalog: string) => startCatchment(['gateway'], { ...env, CATCHMENT_CATALOG: catalog }, gatewayReady);
  const others = await Promise.all(['labels.yaml', 'other-labels.yaml'].map((name) => open(file(name))));
  const before = await requests();
  const shown = async (f: string) => Promise.all([gateways[0], ...others].map((one) => get(`huc/1/a?f=${f}`, {}, one)));
  for (const f of ['labelled', 'csv', 'parquet', 'geojson']) {
    const answers = await shown(f);
    expect([f, answers.map(({ status }) => status), new Set(answers.map(etagOf)).size]).toEqual([
      f,
      [200, 200, 200],
      3,
    ]);
    const old = having(answers[1] as Answer);
    expect((await get(`huc/1/a?f=${f}`, old, others[1])).status).toBe(200);
    expect((await get(`huc/1/a?f=${f}`, old, others[0])).status).toBe(304);
  }
  const labels = (await shown('csv')).map(({ text }) => /Marsh|Bog/.exec(text)?.[0]);
  expect(labels).toEqual([undefined, 'Marsh', 'Bog']);
  expect(new Set((await shown('json')).map(etagOf)).size).toBe(1);
  expect(await requests()).toBe(before);
  await Promise.all(others.map((one) => one.stop()));
});

it('misses count among the requests of a client that wait, and hits do not', async () => {
  await get('huc/1/a', waiting);
  // Nobody works in these queues.
  const limits = { QUEUE_PREFIX: '{alone}', CLIENT_WAITING_LIMIT: '2' };
  const alone = await startCatchment(['gateway'], { ...env, ...limits }, gatewayReady);
  const miss = (coverage: string) => get(`huc/3/either?coverage=${coverage}&which=a`, {}, alone);
  expect([(await miss('touched')).status, (await miss('touched')).status]).toEqual([202, 202]);
  const late = await miss('fraction');
  expect([late.status, late.headers.get('retry-after'), detailOf(late)]).toEqual([
    429,
    expect.stringMatching(/^[1-9]/),
    '2 requests of this client wait for their results, as many as may: ask again later',
  ]);
  expect((await get('huc/1/a', {}, alone)).status).toBe(200);
  expect((await get('huc/3/either?coverage=fraction&which=a', { method: 'HEAD' }, alone)).status).toBe(404);
  await alone.stop();
});

it('nothing is computed for HEAD, for what browsers fetch in advance, and for crawlers', async () => {
  const before = await requests();
  const agent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  const lookers: Init[] = [
    { method: 'HEAD' },
    { headers: { 'sec-purpose': 'prefetch;prerender' } },
    { headers: { purpose: 'prefetch' } },
    { headers: { 'user-agent': agent } },
  ];
  for (const init of lookers) {
    const { status, headers } = await get('huc/3/c', init);
    expect([init, status, headers.get('cache-control')]).toEqual([init, 404, 'no-store']);
  }
  expect(await requests()).toBe(before);
  await get('huc/3/c', waiting);
  expect(await requests()).toBe(before + 1);
  for (const init of lookers) expect([init, (await get('huc/3/c', init)).status]).toEqual([init, 200]);
  const robots = await fetch(`${gateways[0].said}/robots.txt`);
  expect(await robots.text()).toBe('User-agent: *\nDisallow: /\n');
});

it('says in a sentence what is wrong with a question, and asks nobody', async () => {
  const before = await requests();
  const cases: [path: string, status: number, detail: string][] = [
    ['x/1/a', 404, 'no area table is called "x"; expected one of huc'],
    ['huc/x/a', 404, 'area table huc has no area "x"'],
    ['huc/1/x', 404, 'no operation is called "x"; expected one of a, c, ab'],
    ['huc/1/many', 404, 'operation many takes several areas: POST it to /api/processes/many/execution'],
    ['huc/1/multi', 404, 'operation multi takes several areas: POST it to /api/processes/multi/execution'],
    ['huc/1/crossed', 404, 'operation crossed takes lines that come with the request: POST it'],
    ['huc/1/a?coverage=all', 400, 'coverage: is "all", expected one of centre, touched, fraction'],
    ['huc/1/a?coverage=centre&coverage=touched', 400, 'coverage: is '],
    ['huc/1/a?colour=red', 400, 'colour: is not known here'],
    ['huc/1/a?rasters=b', 400, 'rasters: is "b", expected own:other, the names of two rasters'],
    ['huc/1/a?rasters=a:b,a:c', 400, 'rasters: names "a" twice, expected each raster once'],
    ['huc/1/a?rasters=x:b', 400, 'rasters: "x" is no raster of the operation; expected one of a'],
    ['huc/1/a?rasters=__proto__:b', 400, 'rasters: "__proto__" is no raster of the operation; expected one of a'],
    ['huc/1/a?rasters=a:x', 400, 'rasters.a: is "x", expected one of a, b, c'],
    ['huc/1/a?quantiles=0.5', 400, 'quantiles: are those of statistics, not of groupedCount; expected none'],
    ['huc/1/height?quantiles=2', 400, 'quantiles.0: is 2, expected at most 1'],
    ['huc/1/height?quantiles=half', 400, 'quantiles.0: is "half", expected number'],
    ['huc/1/height?quantiles=', 400, 'quantiles.0: is "", expected number'],
    ['huc/1/either?which=x', 400, 'which: is "x", expected one of a, b'],
    ['huc/1/either?which=a&which=b', 400, 'which: is ["a","b"], expected string'],
    ['huc/1/streams?coverage=touched', 400, 'coverage: is "touched", but the cells of linesJoin are those on lines'],
    ['huc/1/a?f=xml', 400, 'f: is "xml", expected one of json, labelled, csv, parquet, geojson'],
    ['huc/1/a?f=csv&rows=cells', 400, 'rows: is "cells", expected one of groups, classes'],
    ['huc/1/a?f=csv&rows=classes', 400, 'rows: is classes, but no answer to a has classes; expected groups'],
    [
      'huc/1/a?rows=classes',
      400,
      'rows: is classes, but json has no rows; expected f to be one of csv, parquet, geojson',
    ],
  ];
  for (const [path, status, detail] of cases) {
    const answer = await get(path);
    expect([path, answer.status, detailOf(answer)]).toEqual([path, status, expect.stringContaining(detail)]);
    expect((await get(path, { method: 'HEAD' })).status).toBe(status);
  }
  const picky = await get('huc/1/a', { headers: { accept: 'text/html' } });
  const expected = 'application/json, text/csv, application/vnd.apache.parquet, application/geo+json';
  expect([picky.status, detailOf(picky)]).toEqual([406, `accept: is "text/html", expected one of ${expected}`]);
  expect(await requests()).toBe(before);
});

it('where keys are required answers are for their clients alone, and each key may do what it may', async () => {
  const [reading, executing] = await Promise.all(['read', 'execute'].map(makeKey));
  const bearing = (key = '', more = {}) => ({ headers: { authorization: `Bearer ${key}`, ...more } });
  expect((await get('huc/1/a', {}, strict)).status).toBe(401);
  const hit = await get('huc/1/a', bearing(reading), strict);
  expect([hit.status, hit.headers.get('cache-control'), hit.headers.get('vary')]).toEqual([
    200,
    'private, max-age=60, stale-while-revalidate=600',
    'Origin, accept, accept-encoding, authorization, x-api-key',
  ]);
  const refused = await get('huc/2/c', bearing(reading), strict);
  expect([refused.status, detailOf(refused)]).toEqual([403, expect.stringMatching(/^the key may read only, and this/)]);
  // Two executions may be asked for in a minute, by whatever method. Hits are none.
  const post = () =>
    fetch(`${strict.said}/api/processes/c/execution`, {
      method: 'POST',
      headers: { ...bearing(executing).headers, 'content-type': 'application/json' },
      body: '{"inputs":{"area":"huc/2"}}',
    });
  expect((await post()).status).toBe(201);
  for (let n = 0; n < 3; n++) expect((await get('huc/1/a', bearing(executing), strict)).status).toBe(200);
  expect((await get('huc/2/height', bearing(executing, waiting.headers), strict)).status).toBe(200);
  const late = await get('huc/2/streams', bearing(executing), strict);
  expect([late.status, late.headers.has('retry-after'), detailOf(late)]).toEqual([
    429,
    true,
    expect.stringMatching(/^this client has asked 2 times within a minute/),
  ]);
  expect((await post()).status).toBe(429);
});

it('the statuses of a job are heard at each gateway, with its key where keys are required', async () => {
  const key = await makeKey('read');
  const listening = [
    createClient(gateways[0].said),
    createClient(gateways[1].said),
    createClient(strict.said, { key }),
  ];
  const posted = createClient(gateways[0].said).execute('a', {
    area: { type: 'Polygon', coordinates: [boxRing(-95.99, 36.4, -95.97, 36.41)] },
  });
  const { jobID } = await posted;
  const heard = await Promise.all(
    listening.map(async (client) => {
      const statuses: string[] = [];
      const end = await client.wait(jobID, { onStatus: ({ status }) => statuses.push(status) });
      return [end.status, statuses.at(-1), statuses.length === new Set(statuses).size];
    }),
  );
  expect(heard).toEqual(listening.map(() => ['successful', 'successful', true]));
  const response = await fetch(`${gateways[0].said}/api/jobs/${jobID}/events`, {
    headers: { origin: 'https://maps.example' },
  });
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  const last = /^id: (\S+)$/m.exec(await response.text())?.[1] as string;
  const again = await fetch(`${gateways[0].said}/api/jobs/${jobID}/events`, { headers: { 'last-event-id': last } });
  expect(again.status).toBe(204);
  const refused = await fetch(`${strict.said}/api/jobs/${jobID}/events`);
  expect([refused.status, refused.headers.get('content-type')]).toEqual([401, expect.stringContaining('problem+json')]);
});

it('a gateway that is stopped ends the streams, and their clients go on at another', async () => {
  await worker.stop('SIGKILL');
  const stopped = await startCatchment(['gateway'], env, gatewayReady);
  let url = stopped.said;
  const moving = ((path: URL, init: RequestInit) =>
    fetch(String(path).replace(/^http:\/\/[^/]+/, url), init)) as typeof fetch;
  const client = createClient(stopped.said, { fetch: moving });
  const { jobID } = await client.execute('a', { area: 'huc/1', coverage: 'touched' });
  const heard: string[] = [];
  const ended = client.wait(jobID, { onStatus: ({ status }) => heard.push(status) });
  await until(() => heard.length > 0);
  url = gateways[0].said;
  await stopped.stop();
  expect(await stopped.ended).toBe(0);
  worker = await startCatchment(['worker'], env, workerReady);
  expect((await ended).status).toBe('successful');
});

async function makeKey(scope: string): Promise<string> {
  const { out } = await runCatchment(['key', 'make', `for ${scope}`, '--scope', scope], env);
  return out.trim();
}

it('a raster that is replaced changes the answer at once, on each gateway', async () => {
  const before = await get('huc/1/c', waiting);
  raster('new', 7);
  renameSync(file('new.tif'), file('c.tif'));
  for (const gateway of gateways)
    expect((await get('huc/1/c', { ...having(before), method: 'HEAD' }, gateway)).status).toBe(404);
  const after = await get('huc/1/c', { headers: { ...waiting.headers, ...having(before).headers } });
  expect([after.status, JSON.parse(after.text).groups]).toEqual([200, [{ values: [7], cells: expect.any(Number) }]]);
  expect(etagOf(await get('huc/1/c', {}, gateways[1]))).toBe(etagOf(after));
});
