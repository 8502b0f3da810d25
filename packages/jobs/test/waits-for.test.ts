import {
  connectPatiently,
  newRequestId,
  openComputations,
  openProgress,
  openQueues,
  queueWaitsFor,
  type Request,
  type RunningWorker,
  runCompute,
  runCount,
  runFinish,
  runStart,
  submit,
  waitsFor,
} from '@catchment/jobs';
import { type RedisForTests, redisForTests } from '@catchment/local-redis';
import type { Redis } from 'ioredis';

let server: RedisForTests;
let redis: Redis;
const running: RunningWorker[] = [];

beforeAll(async () => {
  server = await redisForTests();
  redis = connectPatiently(server.url, () => undefined);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.close(0)));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const request: Request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
const plan = { fingerprint: 'f', startedAt: 0, tiles: 1, tallied: 0, batches: 1, members: [] };
const batch = { members: [0], rasters: [], tiles: [], tallied: null, requests: [request], fingerprints: ['f'] };

function open() {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const books = { computations: openComputations(queues), progress: openProgress(queues) };
  const settings = { redis, concurrency: 5, lockMilliseconds: 5000, onError: () => undefined };
  const finish = async ({ id }: { id: string }) => {
    const computation = await books.computations.join(id, { key: 'k', request });
    return { outcome: 'waiting' as const, computation };
  };
  const compute = {
    plan: async () => ({ plan, batches: [batch] }),
    addUp: async () => ({ outcome: 'done' as const, cache: 'miss' as const, result: 'r' }),
  };
  return {
    queues,
    start: (process: Parameters<typeof runStart>[1]) => running.push(runStart(queues, process, settings)),
    finish: () => running.push(runFinish(queues, books.computations, finish, settings)),
    compute: () => running.push(runCompute(queues, books, compute, settings)),
    count: (process: Parameters<typeof runCount>[2]) => running.push(runCount(queues, books, process, settings)),
  };
}

/**
 * Looks until the role is the expected one: it is not at once when a job goes from one queue to the
 * next.
 */
async function expectRole(look: () => Promise<string | undefined>, role: string | undefined): Promise<void> {
  while ((await look()) !== role);
}

it('a request waits for the workers of one role after the other, and for none while somebody works on it', async () => {
  const { queues, start, finish, compute, count } = open();
  const id = newRequestId();
  await submit(queues, id, request);
  const look = () => waitsFor(queues, id);
  expect(await look()).toBe('start');

  const started = Promise.withResolvers<void>();
  start(async () => {
    await started.promise;
    return { outcome: 'miss', key: 'k' };
  });
  await expectRole(look, undefined);
  started.resolve();
  await expectRole(look, 'finish');

  finish();
  // Its compute job is taken by the same workers.
  await expectRole(async () => queues.compute.getWaitingCount().then(String), '1');
  await expectRole(look, 'finish');
  expect(await queueWaitsFor(queues, 'compute')).toBe('finish');
  compute();
  await expectRole(look, 'count');
  expect([await queueWaitsFor(queues, 'compute'), await queueWaitsFor(queues, 'count')]).toEqual([undefined, 'count']);

  const counted = Promise.withResolvers<void>();
  count(async () => {
    await counted.promise;
    return { members: [0], parts: [1] };
  });
  await expectRole(look, undefined);
  expect(await queueWaitsFor(queues, 'count')).toBeUndefined();
  counted.resolve();
});

it('a job whose worker was killed waits for another one when its lock has run out', async () => {
  const { queues, start } = open();
  const id = newRequestId();
  await submit(queues, id, request);
  const taken = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<void>();
  start(async () => {
    const [job] = await queues.start.getActive();
    taken.resolve(job?.id as string);
    await ended.promise;
    return { outcome: 'miss', key: 'k' };
  });
  const job = await taken.promise;
  expect(await waitsFor(queues, id)).toBeUndefined();
  // As if nobody had renewed it.
  await redis.del(`${queues.start.toKey(job)}:lock`);
  expect(await waitsFor(queues, id)).toBe('start');
  ended.resolve();
});

it('nobody is waited for where there is nothing to be done', async () => {
  const { queues } = open();
  expect(await waitsFor(queues, newRequestId())).toBeUndefined();
  expect([await queueWaitsFor(queues, 'tally'), await queueWaitsFor(queues, 'compute')]).toEqual([
    undefined,
    undefined,
  ]);
});
