import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { gatewayReady, type Running, startCatchment, workerReady } from './processes.ts';
import { writeRecordedCatalog } from './recorded/made-catalog.ts';
import { until } from './until.ts';

/** The value of one key in Redis, as text. */
type Kept =
  | string
  | { readonly hash: Readonly<Record<string, string>> }
  /** The value in base64. */
  | { readonly bytes: Readonly<Record<string, string>> }
  | { readonly list: readonly string[] }
  | { readonly set: readonly string[] }
  | { readonly zset: readonly string[] };

interface Recorded {
  /** The result of each request that was under way, by its id. */
  readonly requests: Readonly<Record<string, unknown>>;
  readonly keys: Readonly<Record<string, Kept>>;
}

const fixtures = join(import.meta.dirname, 'recorded/fixtures');
const folder = mkdtempSync(join(tmpdir(), 'catchment-recorded-'));
const catalog = writeRecordedCatalog(folder);
let queue: PrivateRedis;
let cache: PrivateRedis;
let redis: Redis;
const running: Running[] = [];

beforeEach(async () => {
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  redis = new Redis(queue.url);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  redis.disconnect();
  await Promise.all([queue.stop(), cache.stop()]);
});

afterAll(() => rmSync(folder, { recursive: true }));

const refusal = 'this request was left by an older version of the service, which no longer runs: ask again';

it.each(readdirSync(fixtures))(
  'requests that the way before has left are refused with a sentence, and leave nothing open: %s',
  async (file) => {
    const { requests, keys }: Recorded = JSON.parse(readFileSync(join(fixtures, file), 'utf8'));
    await Promise.all(Object.entries(keys).map(([key, kept]) => restore(key, kept)));
    const [gateway] = await startAll();
    for (const id of Object.keys(requests)) {
      const job = `${gateway.said}/api/jobs/${id}`;
      await until(async () => ['successful', 'failed'].includes((await read(job)).status ?? ''));
      expect(await read(job)).toMatchObject({ status: 'failed', message: refusal });
    }
    // Nothing of them is left open, also not what nobody waited for.
    await until(async () => {
      const open = ['wait', 'active', 'prioritized', 'delayed', 'waiting-children'];
      const left = await redis.exists(
        ...['start', 'finish', 'compute', 'count', 'refresh', 'tally'].flatMap((queue) =>
          open.map((state) => `{catchment}:${queue}:${state}`),
        ),
      );
      return left === 0;
    });
  },
);

it.each(readdirSync(fixtures))(
  'jobs of the way before are left to its workers while one is there: %s',
  async (file) => {
    const { requests, keys }: Recorded = JSON.parse(readFileSync(join(fixtures, file), 'utf8'));
    await Promise.all(Object.entries(keys).map(([key, kept]) => restore(key, kept)));
    // It takes no jobs, as one that is busy with others.
    const names = ['start', 'finish', 'compute', 'count', 'refresh', 'tally'];
    const old = names.map((name) => {
      return new Worker(name, null, {
        connection: new Redis(queue.url, { maxRetriesPerRequest: null }),
        prefix: '{catchment}',
      });
    });
    await Promise.all(old.map((worker) => worker.waitUntilReady()));
    const [gateway] = await startAll();
    for (const id of Object.keys(requests)) {
      expect((await read(`${gateway.said}/api/jobs/${id}`)).status).toMatch(/^(accepted|running)$/);
    }
    await Promise.all(old.map((worker) => worker.close()));
  },
);

async function startAll() {
  const env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: catalog, COUNT_THREADS: '1', PORT: '0' },
    TALLY_URL: `file:${join(folder, 'tallies')}`,
  };
  return Promise.all([start(['gateway'], env, gatewayReady), start(['worker'], env, workerReady)]);
}

async function start(args: readonly string[], env: NodeJS.ProcessEnv, ready: RegExp): Promise<Running> {
  const one = await startCatchment(args, env, ready);
  running.push(one);
  return one;
}

async function read(url: string): Promise<{ readonly status?: string }> {
  return (await fetch(url)).json() as Promise<{ readonly status?: string }>;
}

async function restore(key: string, kept: Kept): Promise<void> {
  if (typeof kept === 'string') await redis.set(key, kept);
  else if ('hash' in kept) await redis.hset(key, kept.hash);
  else if ('bytes' in kept)
    await redis.hset(
      key,
      new Map(Object.entries(kept.bytes).map(([field, text]) => [field, Buffer.from(text, 'base64')])),
    );
  else if ('list' in kept) await redis.rpush(key, ...kept.list);
  else if ('set' in kept) await redis.sadd(key, ...kept.set);
  else
    for (let at = 0; at < kept.zset.length; at += 2) await redis.zadd(key, kept.zset[at + 1] ?? 0, kept.zset[at] ?? '');
}
