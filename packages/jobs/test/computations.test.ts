import {
  type ComputeProcessor,
  connectPatiently,
  newRequestId,
  openComputations,
  openDismissals,
  openEndings,
  openProgress,
  openQueues,
  type Plan,
  type PlannedBatch,
  type Queues,
  type Request,
  type RunningWorker,
  runCompute,
  runCount,
  runFinish,
  runStart,
  submit,
} from '@catchment/jobs';
import { type RedisForTests, redisForTests } from '@catchment/local-redis';
import type { Redis } from 'ioredis';
import { until } from '../../../test/until.ts';

const hour = 3_600_000;

const request: Request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
const done = { outcome: 'done' as const, cache: 'miss' as const, result: 'r' };

let server: RedisForTests;
let redis: Redis;
const running: RunningWorker[] = [];
beforeAll(async () => {
  server = await redisForTests();
  redis = connectPatiently(server.url, () => undefined);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.close(1000)));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function open() {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const computations = openComputations(queues);
  const books = { computations, progress: openProgress(queues) };
  const settings = { redis, concurrency: 5, lockMilliseconds: hour, onError: () => undefined };
  return { queues, computations, books, settings };
}

function planOf(fingerprint: string, batches: number): Plan {
  return { fingerprint, startedAt: 1, tiles: batches, tallied: 0, batches, members: [{ key: fingerprint, frame: {} }] };
}

const batchesOf = (batches: number, fingerprint = 'f'): PlannedBatch[] =>
  Array.from({ length: batches }, () => ({
    members: [0],
    requests: [request],
    fingerprints: [fingerprint],
    rasters: [],
    tiles: [[0, 0, 1]],
    tallied: null,
  }));

it('a computation stays where it stands in the queue, however many join it', async () => {
  const { queues, computations } = open();
  const first = await computations.begin({ key: 'first', request });
  await computations.join('request 1', { key: 'first', request });
  const second = await computations.join('request 2', { key: 'second', request });
  await computations.join('request 3', { key: 'first', request });
  await computations.begin({ key: 'first', request });
  const waiting = await queues.compute.getWaiting();
  expect(waiting.map(({ id }) => id)).toEqual([first, second]);
});

it('batches stay where they stand in the queue, however many join their computation', async () => {
  const { queues, computations, books, settings } = open();
  const plan: ComputeProcessor['plan'] = async ({ key }) => ({ plan: planOf(key, 2), batches: batchesOf(2) });
  running.push(runCompute(queues, books, { plan, addUp: async () => done }, settings));
  await computations.begin({ key: 'first', request });
  await until(async () => (await queues.count.getPrioritizedCount()) === 2);
  await computations.join('request 1', { key: 'first', request });
  await until(async () => (await queues.count.getWaitingCount()) === 2);
  await computations.join('request 2', { key: 'second', request });
  await until(async () => (await queues.count.getWaitingCount()) === 4);
  await computations.join('request 3', { key: 'first', request });
  const waiting = await queues.count.getWaiting();
  expect(waiting.map(({ data }) => `${data.key} ${data.batch}`)).toEqual([
    'first 0',
    'first 1',
    'second 0',
    'second 1',
  ]);
});

it('a request that joins just while a computation is begun for nobody brings it to the front', async () => {
  const { queues, computations } = open();
  const add: Queues['compute']['add'] = async (...given) => {
    const job = await queues.compute.add(...given);
    await computations.join('a request', { key: 'k', request });
    return job;
  };
  const compute = { add, getJob: (id: string) => queues.compute.getJob(id) };
  const computation = await openComputations({ ...queues, compute } as unknown as Queues).begin({ key: 'k', request });
  expect((await queues.compute.getWaiting()).map(({ id }) => id)).toEqual([computation]);
});

it('batches come to the front when their worker was killed just before it brought them there', async () => {
  const { queues, computations, books, settings } = open();
  let killed = false;
  const joined = Promise.withResolvers<void>();
  const dying = {
    ...computations,
    isAwaited: async (computation: string) => {
      if (!killed) {
        killed = true;
        throw new Error('killed');
      }
      return computations.isAwaited(computation);
    },
  };
  const plan: ComputeProcessor['plan'] = async ({ key }) => {
    await joined.promise;
    return { plan: planOf(key, 2), batches: batchesOf(2) };
  };
  running.push(runCompute(queues, { ...books, computations: dying }, { plan, addUp: async () => done }, settings));
  const computation = (await computations.begin({ key: 'k', request })) as string;
  await until(async () => (await queues.compute.getActiveCount()) === 1);
  await computations.join('a request', { key: 'k', request });
  joined.resolve();
  await until(async () => (await queues.compute.getWaitingChildrenCount()) === 1);
  expect(killed).toBe(true);
  expect((await queues.compute.getJob(computation))?.attemptsMade).toBe(1);
  expect(await queues.count.getWaitingCount()).toBe(2);
});

it('what was counted for an earlier plan is never added up for a later one', async () => {
  const { queues, computations, books, settings } = open();
  const first = Promise.withResolvers<void>();
  let plans = 0;
  const plan: ComputeProcessor['plan'] = async () => {
    plans += 1;
    if (plans === 2) await first.promise;
    // What cannot be written as JSON fails between adding the batches and saving the plan, as a
    // kill would.
    const version = `version ${plans}`;
    const members = [{ key: version, frame: plans === 1 ? { kill: 1n } : {} }];
    return { plan: { ...planOf(version, 2), members }, batches: batchesOf(2, version) };
  };
  const addUp: ComputeProcessor['addUp'] = async (_input, { fingerprint }, parts) => ({
    ...done,
    result: `${fingerprint}: ${parts.map((part) => part.parts)}`,
  });
  running.push(runCompute(queues, books, { plan, addUp }, settings));
  running.push(
    runCount(
      queues,
      books,
      async ({ fingerprints }) => ({ members: [0], parts: [fingerprints[0] === 'version 1' ? 1 : 2] }),
      settings,
    ),
  );
  const computation = (await computations.join('a request', { key: 'k', request })) as string;
  await until(async () => (await queues.count.getCompletedCount()) === 2);
  first.resolve();
  await until(async () => (await computations.state(computation)).state !== 'pending');
  expect(await computations.state(computation)).toEqual({
    state: 'done',
    result: { ...done, result: 'version 2: 2,2' },
  });
});

it('a request that is dismissed just before it is parked ends at once', async () => {
  const { queues, computations, settings } = open();
  const dismissals = openDismissals(queues, computations);
  const endings = await openEndings(queues, { redis, onError: () => undefined });
  running.push({ close: () => endings.close() });
  running.push(runStart(queues, async () => ({ outcome: 'miss', key: 'k' }), settings));
  const finish = async ({ id, computation }: { id: string; computation?: string }) => {
    if (await dismissals.isDismissed(id)) {
      if (computation !== undefined) await computations.leave(id, computation);
      return { outcome: 'dismissed' as const };
    }
    const joined = await computations.join(id, { key: 'k', request });
    await dismissals.dismiss(id);
    return { outcome: 'waiting' as const, computation: joined };
  };
  running.push(runFinish(queues, computations, finish, settings));
  const id = newRequestId();
  const ended = endings.wait(id, hour);
  await submit(queues, id, request);
  expect(await ended).toEqual({ returned: { outcome: 'dismissed' } });
  const [computing] = await queues.compute.getJobs();
  expect(await computations.isCancelled(computing?.id as string)).toBe(true);
});
