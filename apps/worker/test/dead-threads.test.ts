import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '@catchment/cache';
import {
  areaPath,
  connectPatiently,
  type FailedJob,
  newRequestId,
  openComputations,
  openProgress,
  openQueues,
  openScratch,
  type Request,
  runCompute,
} from '@catchment/jobs';
import { type RedisForTests, redisForTests } from '@catchment/local-redis';
import { isRefusal } from '@catchment/operations';
import { writeConstantRaster } from '../../../test/constant-raster.ts';
import { until } from '../../../test/until.ts';
import { openCountPool } from '../src/count-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-dead-threads-'));
const catalogPath = join(folder, 'catalog.yaml');
let server: RedisForTests;

beforeAll(async () => {
  server = await redisForTests();
  const place = { across: 1, down: 1, originX: -15_015, originY: 1_500_015 };
  writeConstantRaster(join(folder, 'a.tif'), { ...place, value: 1 });
  writeFileSync(
    catalogPath,
    'rasters: { a: { url: a.tif } }\noperations: { a: { type: groupedCount, rasters: [a] } }\n',
  );
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const large = { operation: 'a', area: { drawn: 'large' }, coverage: 'centre' } satisfies Request;
const small = { operation: 'a', area: { drawn: 'small' }, coverage: 'centre' } satisfies Request;
const corners = '[-96,36.3],[-95.9,36.3],[-95.9,36.35],[-96,36.3]';
const area = (ring: string) => Buffer.from(`{"polygons":[[[${ring}]]],"warnings":[]}`);

/** A pool of one thread with little memory, and a queue of computations that are planned in it. */
async function open() {
  await using opened = new AsyncDisposableStack();
  const redis = opened.adopt(
    connectPatiently(server.url, () => undefined),
    async (one) => one.disconnect(),
  );
  const queues = opened.adopt(openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 }), (one) =>
    one.close(),
  );
  const scratch = openScratch(queues, memoryStore());
  await scratch.ofComputation('k').set(areaPath('small'), area(corners));
  // Its text takes a tenth of the memory that it takes when it is read.
  const vertices = Array.from({ length: 1_500_000 }, (_, i) => `[${i % 7},1]`).join(',');
  await scratch.ofComputation('k').set(areaPath('large'), area(vertices));
  const settings = { catalogPath, recheckMilliseconds: 0, threads: 1, scratch, heapMegabytes: 90 };
  const pool = opened.adopt(openCountPool(settings), (one) => one.close());
  const computations = openComputations(queues);
  const failed: FailedJob[] = [];
  let tries = 0;
  const plan = async ({ key, request }: { key: string; request: unknown }, signal: AbortSignal) => {
    tries += 1;
    await pool.plan({ key, requests: [request as Request], tilesPerBatch: 1 }, signal);
    return { found: { outcome: 'done', cache: 'miss' } } as const;
  };
  const addUp = () => Promise.reject(new Error('nothing is counted'));
  const onFailed = (one: FailedJob) => void failed.push(one);
  const workers = { redis, concurrency: 1, lockMilliseconds: 3_600_000, onError: () => undefined, onFailed };
  const running = runCompute(queues, { computations, progress: openProgress(queues) }, { plan, addUp }, workers);
  opened.defer(() => running.close(1000));
  const kept = opened.move();
  return { computations, pool, failed, triesOf: () => tries, close: () => kept.disposeAsync() };
}

it('a job that has twice ended its thread for want of memory is given up, and others go on', async () => {
  const { computations, pool, failed, triesOf, close } = await open();
  const computation = (await computations.join('a request', { key: 'k', request: large })) as string;
  await until(async () => (await computations.state(computation)).state !== 'pending');
  // What clients hear, and what the log has.
  const sentence =
    /^told: the work on this has twice ended .* ask for less at once\nthe thread that did this work died: .*memory.* given up$/;
  expect(await computations.state(computation)).toEqual({ state: 'failed', reason: expect.stringMatching(sentence) });
  expect(triesOf()).toBe(2);
  expect(failed).toEqual([
    expect.objectContaining({ cause: expect.stringMatching(/^the thread .*memory/), requests: ['a request'] }),
  ]);
  const { signal } = new AbortController();
  const planned = await pool.plan({ key: 'k', requests: [small], tilesPerBatch: 1 }, signal);
  expect(isRefusal(planned)).toBe(false);
  await close();
});

it('the only request that is dismissed stops the planning for it', async () => {
  const redis = connectPatiently(server.url, () => undefined);
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const computations = openComputations(queues);
  const begun = Promise.withResolvers<void>();
  const plan = (_input: unknown, signal: AbortSignal) => {
    begun.resolve();
    return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const addUp = () => Promise.reject(new Error('nothing is counted'));
  const settings = { redis, concurrency: 1, lockMilliseconds: 3_600_000, onError: () => undefined };
  const running = runCompute(queues, { computations, progress: openProgress(queues) }, { plan, addUp }, settings);
  const computation = (await computations.join('a request', { key: 'k', request: small })) as string;
  await begun.promise;
  await computations.leave('a request', computation);
  await until(async () => (await computations.state(computation)).state !== 'pending');
  expect(await computations.state(computation)).toEqual({ state: 'failed', reason: 'dismissed' });
  await running.close(1000);
  await queues.close();
  redis.disconnect();
});
