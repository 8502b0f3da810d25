import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createClient } from '@cellshed/client';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { type ManyAreas, writeManyAreas } from './many-areas.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';
import { openSmallDisk } from './small-disk.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-cache-faults-'));
let table: ManyAreas;
let queue: PrivateRedis;

beforeAll(async () => {
  table = writeManyAreas(folder, 3000);
  queue = await startRedis();
});

afterAll(async () => {
  await queue.stop();
  rmSync(folder, { recursive: true });
});

let prefix = 0;

/** A gateway and a worker with queues of their own. */
async function serve(settings: NodeJS.ProcessEnv) {
  const env = {
    QUEUE_REDIS_URL: queue.url,
    QUEUE_PREFIX: `{test${prefix++}}`,
    CATCHMENT_CATALOG: table.catalog,
    PORT: '0',
    ADMIN_TOKEN: 'sixteen-letters!',
    COUNT_THREADS: '2',
    ...settings,
  };
  const [gateway, worker] = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
  const url = (gateway as Running).said;
  return {
    env,
    ask: (id: string) => asked(url, `squares/${id}`),
    askFor: (area: unknown, operation?: string) => asked(url, area, operation),
    client: createClient(url),
    /** The stores that workers have trouble with, as the gateway tells operators. */
    troubles: async () => {
      const response = await fetch(`${url}/admin/cache`, { headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } });
      return ((await response.json()) as { readonly troubles?: readonly { readonly state: string }[] }).troubles ?? [];
    },
    worker,
    /** The text that the worker has written. */
    log: () => `${worker.output()}${worker.errors()}`,
    stop: async () => {
      await Promise.all([gateway.stop(), worker.stop()]);
      return { errors: `${gateway.errors()}${worker.errors()}` };
    },
  };
}

interface Answer {
  readonly status: number;
  readonly cache: string | null;
  readonly cells: number;
  readonly body: string;
}

/** The answer; a gateway that stood still, and so takes the queues for lost, is asked again. */
async function asked(url: string, area: unknown, operation = 'count_a'): Promise<Answer> {
  for (;;) {
    const answer = await askedOnce(url, area, operation);
    if (answer.status !== 503 || !answer.body.includes('the queue cannot be reached')) return answer;
    await setTimeout(20);
  }
}

async function askedOnce(url: string, area: unknown, operation: string): Promise<Answer> {
  const response = await fetch(`${url}/api/processes/${operation}/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=3600' },
    body: JSON.stringify({ inputs: { area } }),
  });
  const body = await response.text();
  const cells = response.status === 200 ? JSON.parse(body).cells : 0;
  return { status: response.status, cache: response.headers.get('catchment-cache'), cells, body };
}

it('the cache killed under load and restarted empty fails no request, and what was durable is not computed again', async () => {
  const cache = await startRedis();
  const served = await serve({ CACHE_URL: `${cache.url},file:./results` });
  const durable = table.ids.slice(0, 300);
  const warmed = await runCatchment(['warm', 'squares', '--id', '0000*', '--json'], served.env);
  const more = await runCatchment(['warm', 'squares', '--id', '0001*', '--json'], served.env);
  const rest = await runCatchment(['warm', 'squares', '--id', '0002*', '--json'], served.env);
  expect([warmed, more, rest].map(({ out }) => JSON.parse(out).computed)).toEqual([100, 100, 100]);

  const answers: Promise<Answer & { id: string }>[] = [];
  // The count of requests under way at once. A machine can take about as many in a second.
  const atOnce = 16;
  const load = async (requests: number) => {
    for (let n = 0; n < requests; n++) {
      // Every fourth one is of an area that nobody has asked for.
      const at = answers.length;
      const id = (at % 4 === 3 ? table.ids[300 + at] : durable[(7 * at) % durable.length]) as string;
      answers.push(served.ask(id).then((answer) => ({ ...answer, id })));
      await answers[at - atOnce];
    }
  };
  await load(300);
  await cache.kill();
  await load(500);
  const back = await startRedis({ port: cache.port });
  await load(500);
  const ended = await Promise.all(answers);
  expect(ended.filter(({ status, cells }) => status !== 200 || cells === 0)).toEqual([]);
  expect(ended.filter(({ id, cache: state }) => durable.includes(id) && state !== 'hit')).toEqual([]);

  const entries = new Redis(back.url);
  // Once it is known to be back, results that are asked for are stored in it again.
  await until(async () => {
    const again = await Promise.all(durable.slice(0, 50).map((id) => served.ask(id)));
    expect(new Set(again.map(({ cache: state }) => state))).toEqual(new Set(['hit']));
    return (await entries.keys('geop:squares:0000*')).length > 0;
  });
  entries.disconnect();
  const { errors } = await served.stop();
  expect(errors).not.toMatch(/unhandled|UnhandledPromise|TypeError/i);
  await back.stop();
});

it('a cache that does not say anything holds up no request for longer than CACHE_TIMEOUT_SECONDS', async () => {
  const cache = await startRedis();
  const served = await serve({ CACHE_URL: cache.url, CACHE_TIMEOUT_SECONDS: '1' });
  const [id] = table.ids as [string];
  const before = await served.ask(id);
  process.kill(cache.pid as number, 'SIGSTOP');
  expect(await served.ask(id)).toEqual({ ...before, cache: 'miss' });
  process.kill(cache.pid as number, 'SIGCONT');
  await served.stop();
  await cache.stop();
});

it('a cache that does not say anything is asked once, and again when it answers', async () => {
  const cache = await startRedis();
  const served = await serve({ CACHE_URL: cache.url, CACHE_TIMEOUT_SECONDS: '1' });
  const ids = table.ids.slice(0, 10);
  process.kill(cache.pid as number, 'SIGSTOP');
  for (const id of ids) expect(await served.ask(id)).toMatchObject({ status: 200, cache: 'miss' });
  expect(served.log().match(/cache: redis:\S+ hangs: /g)).toHaveLength(1);
  process.kill(cache.pid as number, 'SIGCONT');
  while ((await served.ask(ids[0] as string)).cache === 'miss');
  while (!/cache: redis:\S+ answers again, after/.test(served.log())) await served.ask(ids[0] as string);
  await served.stop();
  await cache.stop();
});

// The results that are asked for until it is well again have room in it.
const disk = openSmallDisk(16);
afterAll(() => disk.close());
it('a full disk beneath the cache stops no caching, and has what it missed afterwards', async () => {
  const durable = disk.folder;
  const cache = await startRedis();
  const served = await serve({ CACHE_URL: `${cache.url},file:${durable}/results` });
  const admin = new Redis(cache.url);
  const [known, missed, after, ...more] = table.ids as [string, string, string, ...string[]];
  const isInFiles = (id: string) =>
    readdirSync(join(durable, 'results'), { recursive: true }).some((name) => String(name).includes(`squares%3a${id}`));
  expect((await served.ask(known)).cache).toBe('miss');
  disk.fill([served.worker.pid]);
  const computed = await served.ask(missed);
  expect(computed).toMatchObject({ status: 200, cache: 'miss' });
  expect(await served.ask(missed)).toEqual({ ...computed, cache: 'hit' });
  expect((await served.ask(known)).cache).toBe('hit');
  expect([isInFiles(known), isInFiles(missed)]).toEqual([true, false]);
  for (const id of more.slice(0, 20)) await served.ask(id);
  expect(served.log().match(/cache: file:\S+ takes no values: .*(ENOSPC|EFBIG)/g)).toHaveLength(1);

  const troubles = [
    expect.objectContaining({
      worker: `${hostname()}:${served.worker.pid}`,
      place: expect.stringMatching(/^file:/),
      state: 'takes no values',
      problem: expect.stringMatching(/ENOSPC|EFBIG/),
    }),
  ];
  await until(async () => (await served.troubles()).length > 0);
  expect(await served.troubles()).toEqual(troubles);

  disk.free([served.worker.pid]);
  await served.ask(after);
  while (!isInFiles(missed)) await served.ask(missed);
  await admin.flushall();
  expect(await served.ask(missed)).toEqual({ ...computed, cache: 'hit' });
  for (let at = 20; !/cache: file:\S+ takes values again, after/.test(served.log()); at++) {
    await served.ask(more[at] as string);
    // However quick the machine is, the areas last until a store has been calm for long enough.
    await setTimeout(50);
  }
  await until(async () => (await served.troubles()).length === 0);
  admin.disconnect();
  await served.stop();
  await cache.stop();
});

it('a cache that has reached maxmemory evicts, and requests end right', async () => {
  const cache = await startRedis({ config: { maxmemory: '1800kb', 'maxmemory-policy': 'allkeys-lru' } });
  const served = await serve({ CACHE_URL: cache.url });
  const admin = new Redis(cache.url);
  await admin.set('filler', Buffer.alloc(200_000));
  const ids = table.ids.slice(0, 1200);
  const cells = new Map<string, number>();
  for (let at = 0; at < ids.length; at += 100) {
    const answers = await Promise.all(ids.slice(at, at + 100).map((id) => served.ask(id)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const [index, answer] of answers.entries()) cells.set(ids[at + index] as string, answer.cells);
  }
  expect(Number(/evicted_keys:(\d+)/.exec(await admin.info('stats'))?.[1])).toBeGreaterThan(0);
  for (const id of [ids[0], ids[600], ids[1199]] as string[]) {
    const { status, cells: now } = await served.ask(id);
    expect({ status, now }).toEqual({ status: 200, now: cells.get(id) });
  }
  admin.disconnect();
  await served.stop();
  await cache.stop();
});

it('drawn areas are cached by their shape, and within their bytes; well-known results stay', async () => {
  const cache = await startRedis();
  const served = await serve({ CACHE_URL: cache.url, DRAWN_CACHE_BYTES: '5000' });
  const corners = [
    [-79.5, 40],
    [-79.4, 40],
    [-79.4, 40.1],
    [-79.5, 40.1],
  ];
  const ring = (positions: readonly (readonly number[])[]) => [...positions, positions[0]];
  const polygon = (positions: readonly (readonly number[])[]) => ({ type: 'Polygon', coordinates: [ring(positions)] });
  const first = await served.askFor(polygon(corners));
  expect(first).toMatchObject({ status: 200, cache: 'miss' });
  const same = [
    polygon(corners.toReversed()),
    polygon([...corners.slice(2), ...corners.slice(0, 2)]),
    { coordinates: [ring(corners)], type: 'Polygon' },
    { type: 'Feature', properties: { name: 'x' }, geometry: polygon(corners) },
    { type: 'MultiPolygon', coordinates: [[ring(corners)]] },
  ];
  for (const shape of same) expect(await served.askFor(shape)).toMatchObject({ cache: 'hit', body: first.body });
  const known = table.ids.slice(0, 20);
  await Promise.all(known.map((id) => served.ask(id)));
  for (let n = 1; n <= 40; n++) {
    const shape = polygon(corners.map(([x = 0, y = 0]) => [x - n / 1000, y]));
    expect(await served.askFor(shape)).toMatchObject({ status: 200, cache: 'miss' });
  }
  const admin = new Redis(cache.url);
  const names = await admin.keys('geop:drawn:*');
  const bytes = await Promise.all(names.map((name) => admin.strlen(name)));
  expect(names.length).toBeGreaterThan(5);
  expect(names.length).toBeLessThan(41);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(5000);
  expect(await admin.ttl(names[0] as string)).toBeGreaterThan(0);
  const answers = await Promise.all(known.map((id) => served.ask(id)));
  expect(new Set(answers.map(({ cache: state }) => state))).toEqual(new Set(['hit']));
  admin.disconnect();
  await served.stop();
  await cache.stop();
});

it('an operation with a lifetime is served stale and refreshed in the background', async () => {
  const cache = await startRedis();
  const catalog = join(folder, 'live.yaml');
  writeFileSync(
    catalog,
    `rasters: { a: { url: a.tif } }
operations: { live: { type: groupedCount, rasters: [a], lifetime: 1s } }
areas: { squares: { source: squares.gpkg, table: squares, id: id } }
`,
  );
  const served = await serve({ CACHE_URL: cache.url, CATCHMENT_CATALOG: catalog });
  const ask = async () => {
    const { jobID } = await served.client.execute('live', { area: 'squares/000007' });
    const { status, cache: state } = await served.client.wait(jobID, { everyMilliseconds: 5 });
    return { status, state, result: await served.client.result(jobID) };
  };
  const first = await ask();
  expect(first.state).toBe('miss');
  const admin = new Redis(cache.url);
  const [name = ''] = await admin.keys('geop:squares:*');
  const computedAt = async () => (await admin.getrangeBuffer(name, 24, 31)).readDoubleBE();
  const before = await computedAt();
  await until(async () => {
    const answer = await ask();
    expect(answer).toMatchObject({ status: 'successful', result: first.result });
    return answer.state === 'stale';
  });
  await until(async () => (await computedAt()) > before);
  admin.disconnect();
  await served.stop();
  await cache.stop();
});
