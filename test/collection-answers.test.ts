import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEntry, type Entry, encodeEntry } from '@cellshed/cache';
import { createClient } from '@cellshed/client';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, startCatchment, workerReady } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-collection-answers-'));
const file = (name: string) => join(folder, name);
let queue: PrivateRedis;
let cache: PrivateRedis;
let cacheClient: Redis;
let queueClient: Redis;
let gateway: Running;
let blind: Running;
let worker: Running;
/** The answers of areas 1 and 2, as jobs have them. */
const counted = new Map<string, Document[]>();

interface Document {
  readonly cells: number;
  readonly covered: number;
  readonly cellArea: number;
  readonly mean: number;
  readonly groups: readonly { readonly values: readonly number[]; readonly cells: number; readonly average: number }[];
}

const ids = ['1', '2', '3', 'Sand/ Bank'];

beforeAll(async () => {
  for (const [i, name] of ['a', 'b'].entries())
    writeConstantRaster(file(`${name}.tif`), {
      ...{ across: 2, down: 2, originX: -15_015 + 12_000 * i, originY: 1_500_015, value: i + 1 },
    });
  const features = ids.map((huc, i) => {
    const west = -95.99 + i / 100;
    return {
      type: 'Feature',
      properties: { huc, cells: `cell ${i}` },
      geometry: { type: 'Polygon', coordinates: [boxRing(west, 36.4, west + 0.01, 36.41)] },
    };
  });
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { a: { url: a.tif, legend: { 1: Wood, 3: Water } }, b: { url: b.tif, units: m } }
operations:
  cover: { title: Land cover, type: groupedCount, rasters: [a] }
  ab: { type: groupedCount, rasters: [a, b] }
  mean: { type: groupedAverage, rasters: [a], target: b }
  height: { type: statistics, rasters: [b], quantiles: [0.5] }
  either: { type: groupedCount, rasters: ['{which}'], parameters: { which: { values: [a, b] } } }
  today: { type: groupedCount, rasters: [a], lifetime: 1h }
  crossed: { type: linesJoin, rasters: [a] }
  many: { type: groupedCountMany, rasters: [a] }
areas: { huc: { title: Basins, source: huc.geojson, id: huc } }
`,
  );
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  const env = {
    ...{ QUEUE_REDIS_URL: queue.url, CATCHMENT_CATALOG: file('catalog.yaml'), PORT: '0', COUNT_THREADS: '1' },
  };
  [gateway, blind, worker] = await Promise.all([
    startCatchment(['gateway'], { ...env, CACHE_URL: cache.url }, gatewayReady),
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['worker'], { ...env, CACHE_URL: cache.url }, workerReady),
  ]);
  cacheClient = new Redis(cache.url);
  queueClient = new Redis(queue.url);
  const client = createClient(gateway.said);
  for (const operation of ['cover', 'ab', 'mean', 'height', 'today'])
    for (const id of ['1', '2']) {
      const { jobID } = await client.execute(operation, { area: `huc/${id}` });
      await client.wait(jobID, { everyMilliseconds: 20 });
      counted.set(operation, [...(counted.get(operation) ?? []), await client.result<Document>(jobID)]);
    }
});
afterAll(async () => {
  await Promise.all([gateway, blind, worker].map((one) => one?.stop()));
  for (const client of [cacheClient, queueClient]) client?.disconnect();
  await Promise.all([queue, cache].map((one) => one?.stop()));
  rmSync(folder, { recursive: true });
});

interface Page {
  readonly detail: string;
  readonly title: string;
  readonly numberReturned: number;
  readonly features: readonly { readonly id: string; readonly properties: Record<string, unknown> }[];
  readonly links: readonly { readonly rel: string; readonly href: string; readonly type: string }[];
  readonly properties: {
    readonly properties: { readonly properties: Record<string, { type: string; title?: string }> };
  };
}

async function get(path: string, headers: Record<string, string> = {}, from = gateway) {
  const response = await fetch(path.startsWith('http') ? path : from.said + path, { headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, page: (text ? JSON.parse(text) : {}) as Page };
}

const items = '/api/collections/huc/items';
const linkOf = ({ links }: Page, rel: string) => links.find((one) => one.rel === rel)?.href ?? '';

it('areas have the answers that are cached as properties, beside their own; the others have null', async () => {
  const { status, page } = await get(`${items}?operation=cover`);
  expect(status).toBe(200);
  expect(page.features.map(({ id }) => id)).toEqual(ids);
  for (const [i, { properties }] of page.features.entries()) {
    const { huc, cells_property: own, ...answer } = properties;
    expect([huc, own]).toEqual([ids[i], `cell ${i}`]);
    const document = counted.get('cover')?.[i];
    if (!document) {
      expect(new Set(Object.values(answer))).toEqual(new Set([null]));
      continue;
    }
    const { cells, covered, cellArea, groups } = document;
    const wood = groups.find(({ values }) => values[0] === 1)?.cells ?? 0;
    const none = groups.find(({ values }) => values[0] === null)?.cells ?? 0;
    expect(cells).toBeGreaterThan(0);
    expect(answer).toEqual({
      ...{ cells, covered, area_m2: cells * cellArea, coverage: 'centre', warnings: null },
      ...{ a_1_cells: wood, a_1_area_m2: wood * cellArea, a_1_percent: (100 * wood) / cells },
      ...{ a_3_cells: 0, a_3_area_m2: 0, a_3_percent: 0 },
      ...{ a_no_data_cells: none, a_no_data_area_m2: none * cellArea, a_no_data_percent: (100 * none) / cells },
      ...{ other_cells: 0, other_area_m2: 0, other_percent: 0 },
    });
  }
});

it('all kinds of operations have properties of the same values as their JSON', async () => {
  const of = async (operation: string) =>
    (await get(`${items}?operation=${operation}`)).page.features.map(({ properties }) => properties);
  const [average, height, ab] = [await of('mean'), await of('height'), await of('ab')];
  for (const i of [0, 1]) {
    const group = counted.get('mean')?.[i]?.groups.find(({ values }) => values[0] === 1);
    expect(average[i]).toMatchObject({ units: 'm', a_1_average: group?.average ?? null, a_1_cells: group?.cells ?? 0 });
    expect(height[i]).toMatchObject({ units: 'm', mean: counted.get('height')?.[i]?.mean });
    // A raster without a legend has no properties of its own: the groups are told as they are.
    const groups = counted.get('ab')?.[i]?.groups ?? [];
    expect(ab[i]?.groups).toEqual(groups.map((group) => expect.objectContaining(group)));
  }
});

it('the properties are those of the schema, whatever is cached, and their titles are labels', async () => {
  for (const query of ['operation=cover', 'operation=ab', 'operation=mean', 'operation=height&quantiles=0.1,0.9']) {
    const { page: collection } = await get(`/api/collections/huc?${query}`);
    const { page: schema, headers } = await get(linkOf(collection, 'describedby'));
    expect(headers.get('content-type')).toMatch(/^application\/schema\+json/);
    const described = schema.properties.properties.properties;
    const { page } = await get(linkOf(collection, 'items'));
    for (const { properties } of page.features) {
      const { huc, cells_property, ...answer } = properties;
      const names =
        cells_property === undefined ? Object.keys(properties).filter((one) => one !== 'huc') : Object.keys(answer);
      expect(new Set(names)).toEqual(new Set([...Object.keys(described)]));
    }
    if (query === 'operation=cover') {
      const meaning = { title: 'Wood: percent', 'x-figure': 'percent', 'x-values': [1] };
      expect(described.a_1_percent).toEqual({ type: 'number', ...meaning });
    }
  }
});

it('nothing is computed for a page, nor is a stale answer refreshed, and one command reads it', async () => {
  const requests = async () => (await queueClient.keys('*:finish:????????-????-????-????-????????????')).length;
  const before = await requests();
  const [key = ''] = await cacheClient.keys('geop:huc:1:today:*');
  const entry = decodeEntry((await cacheClient.getBuffer(key)) as Buffer) as Entry;
  await cacheClient.set(key, Buffer.from(encodeEntry({ ...entry, freshUntil: 1 })));
  await cacheClient.config('RESETSTAT');
  const { page } = await get(`${items}?operation=today`);
  expect(page.features[0]?.properties.cells).toBe(counted.get('today')?.[0]?.cells);
  expect((await get(`${items}?operation=either&which=b`)).status).toBe(200);
  const commands = [...(await cacheClient.info('commandstats')).matchAll(/cmdstat_(\w+):calls=(\d+)/g)];
  // One command reads a page; a refresh would take a lease by a script.
  expect(commands.map(([, name, calls]) => `${name} ${calls}`)).toEqual(
    expect.not.arrayContaining([expect.stringMatching(/^(get|getrange|eval|evalsha) /)]),
  );
  expect(commands.find(([, name]) => name === 'mget')?.[2]).toBe('2');
  expect(await requests()).toBe(before);
});

it('links go on asking, from the landing page to the next page, and repeats count once', async () => {
  const query = 'operation=cover&coverage=centre';
  const { page: landing } = await get(`/api?${query}`);
  expect(linkOf(landing, 'self')).toContain(`/api?${query}`);
  const { page } = await get(landing.links.find(({ href }) => href.includes('/collections'))?.href ?? '');
  const [collection] = (page as unknown as { collections: Page[] }).collections as [Page];
  expect(collection.title).toBe('Basins: Land cover');
  const seen: string[] = [];
  let next = `${linkOf(collection, 'items')}&limit=3&${query}`;
  while (next !== '') {
    const { status, page: some } = await get(`${next}&${query}`);
    expect(status).toBe(200);
    seen.push(...some.features.map(({ id, properties }) => `${id} ${'a_1_cells' in properties}`));
    next = linkOf(some, 'next');
  }
  expect(seen).toEqual(ids.map((id) => `${id} true`));
});

it('one area has its answer, too', async () => {
  const { page } = await get(`${items}/${encodeURIComponent('2')}?operation=cover`);
  const { properties } = page as unknown as Page['features'][number];
  expect(properties).toMatchObject({ huc: '2', cells: counted.get('cover')?.[1]?.cells });
  expect(linkOf(page, 'self')).toContain('operation=cover');
});

it('an unchanged page is not sent again, and one with another answer is', async () => {
  const { headers } = await get(`${items}?operation=cover`);
  const tag = headers.get('etag') ?? '';
  expect(headers.get('cache-control')).toBe('public, no-cache');
  expect((await get(`${items}?operation=cover`, { 'if-none-match': tag })).status).toBe(304);
  const [key = ''] = await cacheClient.keys('geop:huc:2:cover:*');
  const entry = await cacheClient.getBuffer(key);
  await cacheClient.del(key);
  const { status, page } = await get(`${items}?operation=cover`, { 'if-none-match': tag });
  expect([status, page.features[1]?.properties.cells]).toEqual([200, null]);
  await cacheClient.set(key, entry as Buffer);
  expect((await get(`${items}?operation=cover`, { 'if-none-match': tag })).status).toBe(304);
});

it.each([
  ['operation=nothing', 'operation: is "nothing", expected one of cover, ab, mean, height, either, today'],
  ['operation=many', 'operation: is "many", which takes several areas, expected one of cover, ab, mean'],
  ['operation=multi', 'operation: is "multi", which takes several areas, expected one of cover, ab, mean'],
  ['operation=crossed', 'operation: is "crossed", which takes lines that come with the request, expected one of'],
  ['operation=cover&coverage=half', 'coverage: is "half", expected one of centre, touched, fraction'],
  ['operation=cover&rasters=b', 'rasters: is "b", expected own:other, the names of two rasters'],
  ['operation=cover&colour=red', 'colour: '],
  ['operation=either', 'which: '],
  ['coverage=centre', 'coverage: is not known here without an operation'],
  ['colour=red', 'colour: is not known here'],
  ['operation=cover&operation=ab', 'operation: '],
])('%s is refused with a sentence', async (query, sentence) => {
  for (const path of [
    items,
    `${items}/1`,
    '/api/collections/huc',
    '/api/collections/huc/schema',
    '/api/collections',
    '/api',
  ]) {
    const { status, page } = await get(`${path}?${query}`);
    expect([path, status, page.detail.slice(0, sentence.length)]).toEqual([path, 400, sentence]);
  }
});

it('a gateway without a cache says that it has no answers', async () => {
  const { status, page } = await get(`${items}?operation=cover`, {}, blind);
  expect([status, page.detail]).toEqual([503, 'this gateway reads no cached answers']);
});
