import type { Request } from '@cellshed/contracts';
import {
  connectPatiently,
  type FinishProcessor,
  newRequestId,
  openComputations,
  openLooks,
  openProgress,
  openQueues,
  openRequests,
  openSpending,
  type RunningWorker,
  readStatus,
  runCount,
  runFinish,
  runStart,
  type StartProcessor,
  submit,
  unavailability,
} from '@cellshed/jobs';

import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { until } from '../../../../test/until.ts';

const request: Request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
/** The result is in the cache. */
const found = { members: [{ key: 'k', fingerprint: 'f', ticket: { key: 'k', etag: 'e' } }] };
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
let redis: RedisClient;
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
  const requests = openRequests(queues);
  const dismissals = { isDismissed: async () => false };
  const sources = { queues, looks: openLooks(queues), requests, progress, dismissals, clock: Date.now };
  const startBooks = {
    computations,
    requests,
    spending: { refusal: async () => undefined },
    isDismissed: async () => false,
  };
  const start = (find: StartProcessor['find']) =>
    running.push(runStart(queues, startBooks, { find, share: async () => undefined }, settings));
  const finish = (process: FinishProcessor) => {
    const ends = { forget: async () => undefined, isDismissed: async () => false, leave: async () => undefined };
    running.push(runFinish(queues, { finish: process, ...ends }, settings));
  };
  return { queues, computations, progress, settings, start, finish, status: (id: string) => readStatus(sources, id) };
}

/** Looks again and again until there is something. */
async function seen<Seen>(look: () => Promise<Seen | undefined>): Promise<Seen> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}

it('a request that failed once and was then answered is successful', async () => {
  const { queues, start, finish, status } = open();
  start(async () => found);
  finish(failingOnce(done));
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
  const compute = {
    begin: failingOnce({ outcome: done, cells: 0 }),
    addUp: async () => done,
    forget: async () => undefined,
  };
  const count = async () => ({ isOver: true as const });
  const spending = openSpending(queues, { cellsPerHour: 0 });
  running.push(runCount(queues, { computations, progress, spending }, { compute, count }, settings));
  const computation = await computations.begin({ request, members: [{ key: 'k', fingerprint: 'f' }] });
  const ended = await seen(async () => (await computations.outcomes([computation]))[0]);
  expect(ended).toEqual(done);
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
  const { queues, start, finish, status } = open();
  const tried = Promise.withResolvers<void>();
  let tries = 0;
  const write = async () => {
    tries += 1;
    // One more than a job that fails has.
    if (tries === 4) tried.resolve();
    await redis.set(queues.key('shelf', 'x'), 'x');
    return found;
  };
  const id = newRequestId();
  await submit(queues, id, request);
  const begun = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  const startWhenFull = () => {
    begun.resolve();
    return full.promise.then(write);
  };
  start(startWhenFull);
  await begun.promise;
  await setFull(true);
  full.resolve();
  await tried.promise;
  await setFull(false);
  finish(async () => done);
  const ended = await seen(async () => {
    const now = await status(id);
    return now?.finishedAt === undefined ? undefined : now;
  });
  expect(ended).toMatchObject({ state: 'successful' });
});

it('a plan that is made again does not have more tiles done than planned', async () => {
  const { queues, progress } = open();
  const plan = (tallied: number) => redis.hset(queues.key('computation', 'c'), 'planned', 10, 'tallied', tallied);
  await plan(0);
  for (const batch of [0, 1, 2, 3, 4]) await progress.report('c', batch, 2);
  await plan(7);
  await progress.report('c', 0, 3);
  expect(await progress.read(['c'])).toEqual({ done: 10, planned: 10, tallied: 7 });
  await queues.close();
});

it('a worker that a full Redis keeps from taking jobs does not ask for them without pause', async () => {
  const { queues, computations, settings } = open();
  const refusals: number[] = [];
  const onError = () => void refusals.push(performance.now());
  const ids = Array.from({ length: 10 }, newRequestId);
  await Promise.all(ids.map((id) => submit(queues, id, request)));
  await setFull(true);
  const books = {
    computations,
    requests: openRequests(queues),
    spending: { refusal: async () => undefined },
    isDismissed: async () => false,
  };
  const process = { find: async () => found, share: async () => undefined };
  running.push(runStart(queues, books, process, { ...settings, onError }));
  // The first may be that of looking for jobs that others have left.
  await until(() => refusals.length >= 4);
  // It rests for a second after each; timers may be a little early.
  expect((refusals[3] as number) - (refusals[1] as number)).toBeGreaterThan(1900);
  await setFull(false);
  await seen(async () => ((await queues.start.getCompletedCount()) === 10 ? true : undefined));
});
