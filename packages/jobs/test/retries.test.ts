import {
  connectPatiently,
  newRequestId,
  openComputations,
  openProgress,
  openQueues,
  type Request,
  type RunningWorker,
  readStatus,
  runCompute,
  runFinish,
  runStart,
  submit,
  unavailability,
} from '@catchment/jobs';
import { type PrivateRedis, startRedis } from '@catchment/local-redis';
import type { Redis } from 'ioredis';
import { until } from '../../../test/until.ts';

const request: Request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
const done = { outcome: 'done' as const, cache: 'miss' as const, result: 'r' };
/** A task that fails when it is tried for the first time. */
function failingOnce<Result>(result: Result): () => Promise<Result> {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries === 1) throw new Error('once');
    return result;
  };
}

let server: PrivateRedis;
let redis: Redis;
const running: RunningWorker[] = [];

beforeAll(async () => {
  // A private one, whatever REDIS_URL says: these tests fill it.
  server = await startRedis();
  redis = connectPatiently(server.url, () => undefined);
});
afterEach(async () => {
  await setFull(false);
  await Promise.all(running.splice(0).map((worker) => worker.close(1000)));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const setFull = (full: boolean) => redis.config('SET', 'maxmemory', full ? '1mb' : '0');

function open() {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const computations = openComputations(queues);
  const progress = openProgress(queues);
  const settings = { redis, concurrency: 5, lockMilliseconds: 3_600_000, onError: () => undefined };
  const sources = { queues, progress, dismissals: { isDismissed: async () => false }, clock: Date.now };
  return { queues, computations, progress, settings, status: (id: string) => readStatus(sources, id) };
}

/** Looks again and again until there is something. */
async function seen<Seen>(look: () => Promise<Seen | undefined>): Promise<Seen> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}

it('a request that failed once and was then answered is successful', async () => {
  const { queues, computations, settings, status } = open();
  running.push(runStart(queues, async () => ({ outcome: 'miss', key: 'k' }), settings));
  running.push(runFinish(queues, computations, failingOnce(done), settings));
  const id = newRequestId();
  await submit(queues, id, request);
  const ended = await seen(async () => {
    const now = await status(id);
    return now?.finishedAt === undefined ? undefined : now;
  });
  expect(ended).toMatchObject({ state: 'successful', result: 'r' });
});

it('a computation that failed once and was then done is done', async () => {
  const { queues, computations, progress, settings } = open();
  const plan = failingOnce({ found: done });
  const addUp = async () => done;
  running.push(runCompute(queues, { computations, progress }, { plan, addUp }, settings));
  const computation = (await computations.join('a request', { key: 'k', request })) as string;
  const ended = await seen(async () => {
    const now = await computations.state(computation);
    return now.state === 'pending' ? undefined : now;
  });
  expect(ended).toEqual({ state: 'done', result: done });
});

it('a full Redis refuses a request whole, and says why', async () => {
  const { queues } = open();
  await setFull(true);
  const refusal = await submit(queues, newRequestId(), request).catch((error) => error);
  expect(unavailability(refusal)).toBe('the queue is full: its Redis has reached maxmemory');
  await setFull(false);
  for (const queue of [queues.start, queues.finish]) expect(await queue.getJobCountByTypes()).toBe(0);
});

it('a job that a full Redis keeps from writing is done when there is room, however often it tried', async () => {
  const { queues, computations, settings, status } = open();
  const tried = Promise.withResolvers<void>();
  let tries = 0;
  const start = async () => {
    tries += 1;
    // One more than a job that fails has.
    if (tries === 4) tried.resolve();
    await redis.set(queues.key('shelf', 'x'), 'x');
    return { outcome: 'miss' as const, key: 'k' };
  };
  const id = newRequestId();
  await submit(queues, id, request);
  const begun = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  const startWhenFull = () => {
    begun.resolve();
    return full.promise.then(start);
  };
  running.push(runStart(queues, startWhenFull, settings));
  await begun.promise;
  await setFull(true);
  full.resolve();
  await tried.promise;
  await setFull(false);
  running.push(runFinish(queues, computations, async () => done, settings));
  const ended = await seen(async () => {
    const now = await status(id);
    return now?.finishedAt === undefined ? undefined : now;
  });
  expect(ended).toMatchObject({ state: 'successful' });
});

it('a plan that is made again does not have more tiles done than planned', async () => {
  const { queues, progress } = open();
  await progress.plan('c', { planned: 10, tallied: 0 });
  for (const batch of [0, 1, 2, 3, 4]) await progress.report('c', batch, 2);
  await progress.plan('c', { planned: 10, tallied: 7 });
  await progress.report('c', 0, 3);
  expect(await progress.read('c')).toEqual({ done: 10, planned: 10, tallied: 7 });
  await queues.close();
});

it('a worker that a full Redis keeps from taking jobs does not ask for them without pause', async () => {
  const { queues, settings } = open();
  const refusals: number[] = [];
  const onError = () => void refusals.push(performance.now());
  const ids = Array.from({ length: 10 }, newRequestId);
  await Promise.all(ids.map((id) => submit(queues, id, request)));
  await setFull(true);
  running.push(runStart(queues, async () => ({ outcome: 'miss', key: 'k' }), { ...settings, onError }));
  // The first may be that of looking for jobs that others have left.
  await until(() => refusals.length >= 4);
  // It rests for a second after each; timers may be a little early.
  expect((refusals[3] as number) - (refusals[1] as number)).toBeGreaterThan(1900);
  await setFull(false);
  await seen(async () => ((await queues.start.getCompletedCount()) === 10 ? true : undefined));
});
