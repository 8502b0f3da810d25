import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEntry, type Entry, encodeEntry, parseResultKey } from '@cellshed/cache';
import { createClient, type StatusDocument } from '@cellshed/client';
import { startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { boxRing } from './box-ring.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';
import { variedRaster } from './varied-raster.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-totals-'));
const file = (name: string) => join(folder, name);
const side = 256;

/** The values of the rasters, by year, as they are now. */
const valueAt = new Map<string, (column: number, row: number) => number>([
  ['2001', (column, row) => 1 + ((7 * column + 13 * row) % 5)],
  ['2011', (column, row) => 1 + ((3 * column + 11 * row) % 7)],
]);

/**
 * 25 boxes of 51.2 cells: a tree of 15 with its outlet, a chain of 5 that ends at an area that is
 * not there, a ring of 3 and one that drains into it, and one that names nothing.
 */
const boxes = Array.from({ length: 25 }, (_, n) => {
  const [column, row] = [n % 5, Math.floor(n / 5)];
  const [left, top] = [51.2 * column, 51.2 * row];
  return {
    id: idOf(n),
    to: downstreamOf(n),
    state: 'ABC'[n % 3] as string,
    half: n < 12 ? 'west' : 'east',
    note: 'long '.repeat(n === 24 ? 80 : 1),
    left,
    top,
  };
});

function idOf(n: number): string {
  return `u${String(n).padStart(2, '0')}`;
}

function downstreamOf(n: number): string | null {
  if (n < 15) return n === 0 ? 'SEA' : idOf((n - 1) >> 1);
  if (n < 20) return n === 15 ? 'GONE' : idOf(n - 1);
  if (n < 23) return n === 22 ? idOf(20) : idOf(n + 1);
  return n === 23 ? idOf(20) : null;
}

/** All areas whose way down passes an area, by following each. */
function upstreamOf(id: string): string[] {
  const passes = (from: string): boolean => {
    for (let at: string | null = from, steps = 0; at !== null && steps < 30; steps++) {
      if (at === id) return true;
      at = boxes.find((one) => one.id === at)?.to ?? null;
    }
    return false;
  };
  return boxes.map((one) => one.id).filter(passes);
}

/** The cells of each value whose centres lie in some boxes. */
function countIn(ids: readonly string[], year: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { left, top } of boxes.filter(({ id }) => ids.includes(id)))
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++) {
        if (column + 0.5 < left || column + 0.5 >= left + 51.2 || row + 0.5 < top || row + 0.5 >= top + 51.2) continue;
        const value = valueAt.get(year)?.(column, row) as number;
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
  return counts;
}

function writeYear(year: string): void {
  const raster = { across: 8, down: 8, side: 32, origin: [0, 30 * side] as const, valueAt: valueAt.get(year) as never };
  writeFileSync(file(`${year}.tif`), variedRaster(raster));
}

function writeTables(): void {
  const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::5070' } };
  const ring = (left: number, top: number, right: number, bottom: number) =>
    [
      [left, bottom],
      [right, bottom],
      [right, top],
      [left, top],
      [left, bottom],
    ].map(([x = 0, y = 0]) => [30 * x, 30 * (side - y)]);
  const units = boxes.map(({ left, top, ...properties }) => ({
    type: 'Feature',
    properties,
    geometry: { type: 'Polygon', coordinates: [ring(left, top, left + 51.2, top + 51.2)] },
  }));
  const larger = ['west', 'east', 'north'].map((id) => ({
    type: 'Feature',
    properties: { id },
    geometry: { type: 'Polygon', coordinates: [ring(0, 0, 1, 1)] },
  }));
  const collection = (features: object[]) => JSON.stringify({ type: 'FeatureCollection', crs, features });
  writeFileSync(file('units.geojson'), collection(units));
  writeFileSync(file('halves.geojson'), collection(larger));
}

const catalog = `rasters: { y2001: { url: 2001.tif }, y2011: { url: 2011.tif } }
operations:
  cover: { type: groupedCount, rasters: ["y{year}"], parameters: { year: { values: ["2001", "2011"], default: "2001" } } }
  mean: { type: groupedAverage, rasters: [y2001], target: y2011 }
  brief: { type: groupedCount, rasters: [y2001], lifetime: 1h }
  height: { type: statistics, rasters: [y2001], quantiles: [0.5] }
areas:
  unit: { source: units.geojson, id: id, downstream: to, within: { half: half } }
  half: { source: halves.geojson, id: id }
`;

let gateway: Running;
let worker: Running;
let cacheClient: Redis;
let env: NodeJS.ProcessEnv;
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  for (const year of valueAt.keys()) writeYear(year);
  writeTables();
  writeFileSync(file('catalog.yaml'), catalog);
  const [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  for (const redis of [queue, cache]) opened.adopt(redis, (one) => one.stop());
  env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: file('catalog.yaml') },
    // Units are counted at once, most totals of missing ones in batches.
    ...{ PORT: '0', COUNT_THREADS: '2', TILES_PER_JOB: '9', MULTI_LIMIT: '40', JOB_LOCK_SECONDS: '2' },
  };
  [gateway, worker] = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
  cacheClient = new Redis(cache.url);
});

afterAll(async () => {
  await Promise.all([gateway, worker].map((one) => one?.stop('SIGKILL')));
  cacheClient?.disconnect();
  await opened.disposeAsync();
  rmSync(folder, { recursive: true });
});

interface Document {
  readonly operation: string;
  readonly area: string;
  readonly areas?: number;
  readonly cells: number;
  readonly covered: number;
  readonly groups: readonly { readonly values: readonly number[]; readonly cells: number; readonly average?: number }[];
}

/** Executes a process, and waits for its end. */
async function run(process: string, inputs: object): Promise<StatusDocument> {
  const client = createClient(gateway.said);
  const { jobID } = await client.execute(process, inputs as Readonly<Record<string, unknown>>);
  return client.wait(jobID, { everyMilliseconds: 20 });
}

async function ask<Answer = Document>(process: string, inputs: object): Promise<{ cache: unknown; answer: Answer }> {
  const { jobID, status, message, cache } = await run(process, inputs);
  if (status !== 'successful') throw new Error(message);
  return { cache, answer: await createClient(gateway.said).result<Answer>(jobID) };
}

const countsIn = ({ groups }: Document) => new Map(groups.map(({ values: [value = 0], cells }) => [value, cells]));

/** Empties the cache, but for results of some areas. */
async function forget(keep: (area: object) => boolean = () => false): Promise<void> {
  for (const name of await cacheClient.keys('*')) {
    const parts = parseResultKey(name.slice(name.indexOf('geop:')));
    if (parts && !keep(parts.area)) await cacheClient.del(name);
  }
}

/** The areas that have a result in the cache, as keys have them. */
async function cachedAreas(): Promise<string[]> {
  const names = await cacheClient.keys('*geop:*');
  return names.map((name) => name.split(':').at(-3) as string).sort();
}

it('a total counts what all of its areas have, first as a miss and then as a hit, and leaves the results of each', async () => {
  await forget();
  const { cache, answer } = await ask('cover', { area: 'unit/u00', upstream: true });
  expect(cache).toBe('miss');
  expect(answer).toMatchObject({ area: 'unit/u00 upstream', areas: 15, covered: 1 });
  expect(countsIn(answer)).toEqual(countIn(upstreamOf('u00'), '2001'));
  expect(await cachedAreas()).toEqual([...upstreamOf('u00'), 'u00@upstream'].sort());
  expect(await ask('cover', { area: 'unit/u00', upstream: true })).toEqual({ cache: 'hit', answer });
  expect((await ask('cover', { area: 'unit/u07' })).cache).toBe('hit');
});

it.each(['u01', 'u05', 'u14', 'u15', 'u18', 'u23', 'u24'])(
  'the total of %s is that of its areas one by one, however many are cached',
  async (id) => {
    const expected = countIn(upstreamOf(id), '2001');
    for (const part of [0, 2, 3]) {
      await forget((area) => part > 0 && 'id' in area && Number((area.id as string).slice(1)) % part === 0);
      const { answer } = await ask('cover', { area: `unit/${id}`, upstream: true });
      expect(countsIn(answer)).toEqual(expected);
      expect(answer.areas).toBe(upstreamOf(id).length);
    }
  },
);

it('cached results are added, not counted again', async () => {
  await ask('cover', { areas: 'unit', within: 'half/west' });
  const name = (await cacheClient.keys('*:u05:*')).find((one) => one.includes('2001')) as string;
  const entry = decodeEntry(await cacheClient.getBuffer(name).then((bytes) => bytes as Buffer)) as Entry;
  const document: Document = JSON.parse(Buffer.from(entry.value).toString());
  const other = { ...document, cells: 1, groups: [{ values: [99], cells: 1 }] };
  const { valueBytes: _, etag: __, ...header } = entry;
  await cacheClient.set(name, Buffer.from(encodeEntry({ ...header, value: Buffer.from(JSON.stringify(other)) })));
  await forget((area) => 'id' in area);
  const { answer } = await ask('cover', { area: 'unit/u02', upstream: true });
  expect(countsIn(answer).get(99)).toBe(1);
  await forget();
});

/**
 * Rewrites cached results of `brief`: those of some areas are stale, or count a value that no
 * raster has.
 */
async function rewriteBrief(rewritten: (area: string) => { readonly isStale: boolean; readonly value?: number }) {
  for (const name of await cacheClient.keys('*geop:*brief*')) {
    const { isStale, value } = rewritten(name.split(':').at(-3) as string);
    const { valueBytes: _, etag: __, ...entry } = decodeEntry((await cacheClient.getBuffer(name)) as Buffer) as Entry;
    const document: Document = JSON.parse(Buffer.from(entry.value).toString());
    const changed = value === undefined ? document : { ...document, cells: 1, groups: [{ values: [value], cells: 1 }] };
    const age = isStale ? 2 * 3_600_000 : 0;
    const [computedAt, freshUntil] = [entry.computedAt - age, (entry.freshUntil as number) - age];
    const bytes = Buffer.from(JSON.stringify(changed));
    await cacheClient.set(name, Buffer.from(encodeEntry({ ...entry, computedAt, freshUntil, value: bytes })));
  }
}

it.each([
  ['upstream', { area: 'unit/u02', upstream: true }, 'u02@upstream'],
  ['within', { areas: 'unit', within: 'half/west', sum: true }, 'west@by.half'],
])(
  'a stale total %s is shown while it is added up anew, of fresh results as they are and of stale ones counted again',
  async (_, inputs, total) => {
    await forget();
    const right = countsIn((await ask('brief', inputs)).answer);
    await rewriteBrief((area) => {
      if (area === total) return { isStale: true, value: 98 };
      return area === 'u05' ? { isStale: false, value: 99 } : { isStale: true, value: 97 };
    });
    const stale = await ask('brief', inputs);
    expect([stale.cache, countsIn(stale.answer)]).toEqual(['stale', new Map([[98, 1]])]);
    let anew = await ask('brief', inputs);
    while (anew.cache !== 'hit') anew = await ask('brief', inputs);
    const others = new Map(right);
    for (const [value, cells] of countIn(['u05'], '2001')) others.set(value, (others.get(value) as number) - cells);
    expect(countsIn(anew.answer)).toEqual(new Map([...others, [99, 1]].filter(([, cells]) => cells !== 0) as never));
    // A total is as old as the oldest result in it.
    expect((await ask('brief', { area: 'unit/u05' })).cache).toBe('hit');
  },
);

it('averages of a total have the sums of all of its areas', async () => {
  const { answer } = await ask('mean', { area: 'unit/u02', upstream: true });
  const ids = upstreamOf('u02');
  for (const { values, average, cells } of answer.groups) {
    let [sum, count] = [0, 0];
    for (const { left, top } of boxes.filter(({ id }) => ids.includes(id)))
      for (let row = 0; row < side; row++)
        for (let column = 0; column < side; column++) {
          if (column + 0.5 < left || column + 0.5 >= left + 51.2 || row + 0.5 < top || row + 0.5 >= top + 51.2)
            continue;
          if (valueAt.get('2001')?.(column, row) !== values[0]) continue;
          sum += valueAt.get('2011')?.(column, row) as number;
          count += 1;
        }
    expect([cells, average]).toEqual([count, sum / count]);
  }
});

it('a raster of one year replaced: that year is counted anew, the others are hits', async () => {
  const asked = { area: 'unit/u00', upstream: true, year: '*' };
  const before = await ask<{ results: Document[] }>('cover', asked);
  valueAt.set('2011', (column, row) => 1 + ((5 * column + row) % 3));
  writeYear('2011');
  const { answer } = await ask<{ results: Document[] }>('cover', asked);
  const ids = upstreamOf('u00');
  expect(answer.results.map(countsIn)).toEqual(['2001', '2011'].map((year) => countIn(ids, year)));
  expect(answer.results[0]).toEqual(before.answer.results[0]);
  expect(answer.results[1]).not.toEqual(before.answer.results[1]);
  const alone = (year: string) => ask('cover', { area: 'unit/u05', year });
  expect([(await alone('2001')).cache, (await alone('2011')).cache]).toEqual(['hit', 'hit']);
});

it('areas within a larger one are listed, or answered for as one', async () => {
  const west = boxes.filter(({ half }) => half === 'west').map(({ id }) => id);
  const listed = await ask<{ results: Document[] }>('cover', { areas: 'unit', within: 'half/west' });
  expect(listed.answer.results.map(({ area }) => area)).toEqual(west.map((id) => `unit/${id}`));
  for (const [i, one] of listed.answer.results.entries()) expect(countsIn(one)).toEqual(countIn([west[i]!], '2001'));
  const { answer } = await ask('cover', { areas: 'unit', within: 'half/west', sum: true });
  expect(answer).toMatchObject({ area: 'unit/half=west', areas: 12 });
  expect(countsIn(answer)).toEqual(countIn(west, '2001'));
});

it('areas with one value of a property are answered for as one, also within a larger one and by several operations', async () => {
  const by = await ask<{ results: Document[] }>('multi', {
    ...{ areas: 'unit', by: 'state', operations: ['cover', { operation: 'cover', year: '2011' }, 'height'] },
  });
  const idsOf = (state: string, half?: string) =>
    boxes.filter((one) => one.state === state && (half === undefined || one.half === half)).map(({ id }) => id);
  for (const [i, state] of ['A', 'B', 'C'].entries()) {
    const [cover, later, height] = by.answer.results.slice(3 * i, 3 * i + 3) as [Document, Document, Document];
    expect([cover.area, cover.areas, height.areas]).toEqual([`unit/state=${state}`, idsOf(state).length, undefined]);
    expect(countsIn(cover)).toEqual(countIn(idsOf(state), '2001'));
    expect(countsIn(later)).toEqual(countIn(idsOf(state), '2011'));
    // Statistics do not add up: the areas are united.
    expect(height.cells).toBe(cover.cells);
  }
  const within = await ask<{ results: Document[] }>('cover', { areas: 'unit', by: 'state', within: 'half/east' });
  expect(within.answer.results.map(({ area }) => area)).toEqual(
    ['A', 'B', 'C'].map((state) => `unit/state=${state}, half=east`),
  );
  for (const [i, state] of ['A', 'B', 'C'].entries())
    expect(countsIn(within.answer.results[i]!)).toEqual(countIn(idsOf(state, 'east'), '2001'));
});

it('an answer upstream has a URL that can be cached, and is a property of areas', async () => {
  await forget();
  const url = `${gateway.said}/api/areas/unit/u02/cover?upstream=true&year=2001`;
  const first = await fetch(url, { headers: { prefer: 'wait=60' } });
  expect(first.status).toBe(200);
  const document = (await first.json()) as Document;
  expect(countsIn(document)).toEqual(countIn(upstreamOf('u02'), '2001'));
  const again = await fetch(url, { headers: { 'if-none-match': first.headers.get('etag') as string } });
  expect(again.status).toBe(304);
  const csv = await (await fetch(`${url}&f=csv`)).text();
  expect(csv.split('\r\n')[1]).toMatch(/^unit,u02 upstream,/);
  const items = `${gateway.said}/api/collections/unit/items?within=half/west&limit=5&operation=cover&year=2001&upstream=true`;
  const page = (await (await fetch(items)).json()) as {
    numberMatched: number;
    features: { id: string; properties: Record<string, unknown> }[];
    links: { rel: string; href: string }[];
  };
  expect(page.numberMatched).toBe(12);
  expect(page.features.map(({ id }) => id)).toEqual(['u00', 'u01', 'u02', 'u03', 'u04']);
  const [, , shown] = page.features;
  expect(shown?.properties['cells']).toBe(document.cells);
  expect(page.links.find(({ rel }) => rel === 'next')?.href).toMatch(/within=.*upstream=true|upstream=true.*within=/);
});

it('an area links to the next one downstream, to those that drain into it and to the larger one', async () => {
  interface Linked {
    readonly geometry: object | null;
    readonly links: readonly { rel: string; href: string; title: string }[];
    readonly features: readonly { id: string; geometry: object | null }[];
  }
  const at = async (path: string) => (await (await fetch(new URL(path, `${gateway.said}/`))).json()) as Linked;
  const items = `${gateway.said}/api/collections/unit/items`;
  const linksOf = async (id: string) =>
    (await at(`${items}/${id}`)).links.slice(2).map(({ rel, href }) => [rel, href.replace(/.*collections/, '')]);
  const idsAt = async (query: string) => (await at(`${items}?${query}&skipGeometry=true`)).features.map(({ id }) => id);
  expect(await linksOf('u05')).toEqual([
    ['within', '/half/items/west'],
    ['downstream', '/unit/items/u02'],
    ['upstream', '/unit/items?drainsInto=u05'],
  ]);
  // It names an area that is not there.
  expect((await linksOf('u15')).map(([rel]) => rel)).toEqual(['within', 'upstream']);
  const above = await at(`${items}?drainsInto=u02&skipGeometry=true`);
  expect(above.features.map(({ id, geometry }) => [id, geometry])).toEqual([
    ['u05', null],
    ['u06', null],
  ]);
  expect((await at(`${items}?drainsInto=u19`)).features).toEqual([]);
  expect((await at(`${items}?drainsInto=u02`)).features.every(({ geometry }) => geometry !== null)).toBe(true);
  const all = await at(`${items}?upstreamOf=u05&skipGeometry=true&limit=1000`);
  expect(all.features.map(({ id }) => id)).toEqual(expect.arrayContaining(['u05', ...(await idsAt('drainsInto=u05'))]));
  expect(all.features.map(({ id }) => id)).not.toContain('u02');
  for (const [query, detail] of [
    ['upstreamOf=u99', 'upstreamOf: table unit has no area "u99"'],
    ['upstreamOf=u20', expect.stringMatching(/^upstreamOf: u20 drains into itself/)],
    ['upstreamOf=u02&q=u', 'upstreamOf: is not known together with q'],
    ['drainsInto=u99', 'drainsInto: is "u99", but area table unit has no area with this id'],
    ['drainsInto=u02&q=u', 'drainsInto: is not known together with q'],
    ['drainsInto=u02&within=half/west', 'within: is not known together with drainsInto'],
  ] as const)
    expect(await at(`${items}?${query}`)).toMatchObject({ status: 400, detail });
  const halves = `${gateway.said}/api/collections/half/items`;
  expect(await at(`${halves}?drainsInto=west`)).toMatchObject({
    detail: expect.stringMatching(/^drainsInto: areas of/),
  });
});

it('an operator lists, reads and removes results of totals by their names', async () => {
  await ask('cover', { area: 'unit/u02', upstream: true });
  const listed = await runCatchment(['cache', 'ls', '--area', 'unit/u02 upstream', '--json'], env);
  expect(listed.code).toBe(0);
  const [one] = listed.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line)) as [{ key: string; area: string }];
  expect(one.area).toBe('unit/u02 upstream');
  const got = await runCatchment(['cache', 'get', one.key], env);
  expect(JSON.parse(got.out)).toMatchObject({ area: 'unit/u02 upstream' });
  const removed = await runCatchment(['invalidate', '--area', 'unit/u02 upstream'], env);
  expect(removed.out).toMatch(/\b1 result/);
  expect((await ask('cover', { area: 'unit/u02', upstream: true })).cache).toBe('miss');
});

const drawn = { type: 'Polygon', coordinates: [boxRing(-96, 23, -95.9, 23.1)] };

describe('what cannot be answered is refused with one sentence', () => {
  it.each([
    ['cover', { area: 'unit/u20', upstream: true }, 'area: u20 drains into itself: u20 → u21 → u22 → u20'],
    [
      'cover',
      { areas: 'unit', by: 'state', within: 'half/north' },
      /^inputs.within: no area of table unit has half="north"/,
    ],
    [
      'height',
      { area: 'unit/u00', upstream: true },
      'inputs.upstream: height: statistics do not add up, as quantiles do not follow from those of parts; ask for a summary, an average or a count',
    ],
    [
      'cover',
      { area: 'unit/u00', upstream: true, coverage: 'touched' },
      'inputs.upstream: cover: results by coverage touched do not add up, as a cell on the border of two areas counts in both; ask for centre or fraction',
    ],
    [
      'cover',
      { area: 'half/west', upstream: true },
      'inputs.upstream: areas of table half do not name the next one downstream (areas.half.downstream in the catalog)',
    ],
    [
      'cover',
      { areas: 'unit', by: 'note' },
      /^inputs.by: is "note", of which a value is "long long .*; expected values/,
    ],
    [
      'cover',
      { areas: 'unit', by: 'stat' },
      'inputs.by: table unit has no property "stat"; expected one of id, to, state, half, note',
    ],
    ['cover', { area: drawn, upstream: true }, /^inputs.upstream: is true, but an area is drawn/],
    [
      'cover',
      { areas: 'unit', by: 'state', sum: true },
      'inputs.sum: is true, but inputs.by answers for each value; expected one of both',
    ],
    [
      'cover',
      { areas: 'unit', by: 'state', upstream: true },
      'inputs.upstream: is true, but inputs.by unites other areas; expected one of both',
    ],
    [
      'cover',
      { areas: 'units', by: 'state' },
      'inputs.areas: no area table is called "units"; expected one of unit, half',
    ],
    [
      'cover',
      { areas: 'unit', within: 'half/up' },
      'inputs.within: is "half/up", but area table half has no area with this id',
    ],
    [
      'cover',
      { areas: 'half', within: 'unit/u00' },
      'inputs.within: is "unit/u00", but the catalog does not say which areas of table half lie in one of table unit; areas.half.within would: { unit: the property with the id of the larger area }',
    ],
    [
      'cover',
      { area: 'unit/u00', within: 'half/west' },
      'inputs.within: is known only where inputs.areas is the name of an area table',
    ],
    [
      'cover',
      { areas: 'unit' },
      'inputs.areas: is "unit", expected inputs.within or inputs.by beside the name of an area table, or a list of areas',
    ],
    [
      'cover',
      { areas: 'unit', by: 'id', year: '*' },
      'inputs.areas: 25 values of id are meant, at most 20 are allowed for so many operations (MULTI_LIMIT); catchment table answers more',
    ],
  ])('%s of %j', async (process, inputs, sentence) => {
    const refusal = await run(process, inputs).then(
      ({ message }) => message,
      ({ message }: Error) => message,
    );
    if (typeof sentence === 'string') expect(refusal).toBe(sentence);
    else expect(refusal).toMatch(sentence);
  });

  it('also more areas without a result than one request may have computed', async () => {
    await forget();
    const { message } = await run('cover', { areas: 'unit', by: 'half:1', year: '*' });
    expect(message).toMatch(
      /^unit\/half:1=[we], cover\(y20.1\): 50 or more of the areas to add up have no cached result, at most 40 are computed for one request \(MULTI_LIMIT\); have them computed first: catchment warm unit cover$/,
    );
  });
});

it('a worker that is killed during a total is replaced, and the total is right', async () => {
  await forget();
  const client = createClient(gateway.said);
  await worker.stop('SIGKILL');
  const slow = await startCatchment(['worker'], env, workerReady);
  const { jobID } = await client.execute('cover', { area: 'unit/u00', upstream: true });
  await slow.stop('SIGKILL');
  worker = await startCatchment(['worker'], env, workerReady);
  const { status } = await client.wait(jobID, { everyMilliseconds: 50 });
  expect(status).toBe('successful');
  expect(countsIn(await client.result<Document>(jobID))).toEqual(countIn(upstreamOf('u00'), '2001'));
});

it('a total can be dismissed before a worker takes it', async () => {
  await forget();
  await worker.stop('SIGKILL');
  const client = createClient(gateway.said);
  const { jobID } = await client.execute('cover', { area: 'unit/u00', upstream: true });
  await client.dismiss(jobID);
  worker = await startCatchment(['worker'], env, workerReady);
  expect((await client.status(jobID)).status).toBe('dismissed');
  const { answer } = await ask('cover', { area: 'unit/u00', upstream: true });
  expect(countsIn(answer)).toEqual(countIn(upstreamOf('u00'), '2001'));
});
