import type { Request } from '@cellshed/contracts';
import {
  type Computable,
  type ComputeProcessor,
  connectPatiently,
  newRequestId,
  type Outcome,
  openComputations,
  openDismissals,
  openEndings,
  openProgress,
  openQueues,
  openRequests,
  openSpending,
  type Plan,
  type PlannedBatch,
  type RunningWorker,
  runCount,
  runFinish,
  runStart,
  submit,
} from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { until } from '../../../../test/until.ts';
import { longestOpenSeconds } from '../../src/queues.ts';

const hour = 3_600_000;

const request: Request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
const done: Outcome = { outcome: 'done', cache: 'miss', result: 'r' };
const record = { startedAt: 1, start: 'none' };

let server: ServerForTests;
let redis: RedisClient;
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

const of = (...keys: string[]): Computable => ({ request, members: keys.map((key) => ({ key, fingerprint: 'f' })) });

function open() {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const computations = openComputations(queues);
  const requests = openRequests(queues);
  const spending = openSpending(queues, { cellsPerHour: 0 });
  const books = { computations, requests, progress: openProgress(queues), spending };
  const settings = { redis, concurrency: 5, lockMilliseconds: hour, onError: () => undefined };
  /** A request that waits for the computations of some keys; those it begins have their jobs. */
  const askInTurn = async (turn: number, ...keys: string[]) => {
    const id = newRequestId();
    await submit(queues, id, { ...request, turn });
    const joined = await computations.join(id, keys, { ...record, turn });
    const asking = { request: id, turn };
    for (const computation of joined?.begun ?? []) await computations.add(computation, of(...keys), asking);
    return { id, computation: joined?.computations[0] as string, joined };
  };
  const ask = (...keys: string[]) => askInTurn(1, ...keys);
  return { queues, computations, requests, books, settings, ask, askInTurn };
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

const processorOf = (begin: ComputeProcessor['begin'], addUp: ComputeProcessor['addUp'] = async () => done) => ({
  begin,
  addUp,
  forget: async () => undefined,
});

it('a computation stays where it stands in the queue, however many join it', async () => {
  const { queues, computations, ask } = open();
  const first = await computations.begin(of('first'));
  await ask('first');
  const second = await ask('second');
  await ask('first');
  await computations.begin(of('first'));
  const waiting = await queues.count.getPrioritized();
  expect(waiting.map(({ id }) => id)).toEqual([first, second.computation]);
});

it('batches stay where they stand in the queue, however many join their computation', async () => {
  const { queues, computations, books, settings, ask, askInTurn } = open();
  const counting = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const compute = processorOf(async () => ({ plan: planOf('f', 3), batches: batchesOf(3), cells: 0 }));
  const count = async () => {
    begun.resolve();
    await counting.promise;
    return { members: [0], parts: [1] };
  };
  running.push(runCount(queues, books, { compute, count }, { ...settings, concurrency: 1 }));
  const first = await computations.begin(of('first'));
  await begun.promise;
  await ask('first');
  const second = await askInTurn(2, 'second');
  await ask('first');
  const waiting = await queues.count.getPrioritized();
  const places = waiting.map(({ id, data }) => ('batch' in data ? `${data.computation} ${data.batch}` : id));
  expect(places).toEqual([`${first} 1`, `${first} 2`, second.computation]);
  counting.resolve();
});

it('a request that joins just while a computation is begun for nobody brings it to the front', async () => {
  const { queues, computations, ask } = open();
  const computation = await computations.begin(of('k'), async () => void (await ask('k')));
  expect((await queues.count.getJob(computation))?.priority).toBe(1);
});

it('batches come to the front when their worker was killed just before it brought them there', async () => {
  const { queues, computations, books, settings, ask } = open();
  let killed = false;
  const dying = {
    ...computations,
    raisedTo: async (computation: string) => {
      if (!killed) {
        killed = true;
        await queues.count.pause();
        throw new Error('killed');
      }
      return computations.raisedTo(computation);
    },
  };
  const planning = Promise.withResolvers<void>();
  const joined = Promise.withResolvers<void>();
  const compute = processorOf(async () => {
    planning.resolve();
    await joined.promise;
    return { plan: planOf('f', 3), batches: batchesOf(3), cells: 0 };
  });
  const counting = Promise.withResolvers<void>();
  const count = async () => {
    await counting.promise;
    return { members: [0], parts: [1] };
  };
  const dyingBooks = { ...books, computations: dying };
  running.push(runCount(queues, dyingBooks, { compute, count }, { ...settings, concurrency: 1 }));
  const computation = await computations.begin(of('k'));
  await planning.promise;
  await ask('k');
  joined.resolve();
  await until(async () => (await queues.count.getDelayedCount()) === 1);
  // It is taken before any batch.
  await (await queues.count.getJob(computation))?.promote();
  await queues.count.resume();
  await until(async () => (await queues.count.getWaitingChildrenCount()) === 1);
  expect(killed).toBe(true);
  expect((await queues.count.getJob(computation))?.attemptsMade).toBe(1);
  const batches = await queues.count.getJobs(['prioritized', 'active']);
  // Those of the computation's turn go first.
  expect(batches.map(({ priority }) => priority)).toEqual([2, 2, 2]);
  counting.resolve();
});

it('what was counted for an earlier plan is never added up for a later one', async () => {
  const { queues, computations, books, settings, ask } = open();
  const first = Promise.withResolvers<void>();
  let plans = 0;
  const compute = processorOf(
    async () => {
      plans += 1;
      if (plans === 2) await first.promise;
      // A value that cannot be written as JSON fails between adding the batches and saving the
      // plan, as a kill would.
      const version = `version ${plans}`;
      const members = [{ key: version, frame: plans === 1 ? { kill: 1n } : {} }];
      return { plan: { ...planOf(version, 2), members }, batches: batchesOf(2, version), cells: 0 };
    },
    async (_computed, { plan: { fingerprint }, parts }) => ({
      ...done,
      result: `${fingerprint}: ${parts.map((part) => part.parts)}`,
    }),
  );
  const count = async ({ fingerprints }: { fingerprints: string[] }) => ({
    members: [0],
    parts: [fingerprints[0] === 'version 1' ? 1 : 2],
  });
  running.push(runCount(queues, books, { compute, count }, settings));
  const { computation } = await ask('k');
  await until(async () => (await queues.count.getCompletedCount()) === 2);
  first.resolve();
  await until(async () => computations.isOver(computation));
  expect(await computations.outcomes([computation])).toEqual([{ ...done, result: 'version 2: 2,2' }]);
});

it.each(['before', 'after'])('a request that is dismissed just %s it begins to wait ends at once', async (when) => {
  const { queues, computations, requests, books, settings } = open();
  const dismissals = openDismissals(queues, { computations, requests });
  const endings = await openEndings(queues, { redis, onError: () => undefined });
  running.push({ close: () => endings.close() });
  // Another request waits for the same computation, so it is not cancelled.
  const other = await computations.begin(of('k'));
  const parking = {
    ...computations,
    park: async (...parked: Parameters<typeof computations.park>) => {
      if (when === 'before') await dismissals.dismiss(parked[0]);
      await computations.park(...parked);
    },
  };
  const find = async () => ({ members: [{ key: 'k', fingerprint: 'f' }] });
  const process = { find, share: async () => undefined };
  running.push(
    runStart(queues, { ...books, computations: parking, isDismissed: dismissals.isDismissed }, process, settings),
  );
  const finish = async () => ({ outcome: 'refused' as const, problem: 'it is not dismissed' });
  running.push(
    runFinish(
      queues,
      { finish, forget: async () => undefined, isDismissed: dismissals.isDismissed, leave: computations.leave },
      settings,
    ),
  );
  const id = newRequestId();
  const ended = endings.wait(id, hour);
  await submit(queues, id, request);
  if (when === 'after') {
    await until(async () => (await queues.start.getDelayedCount()) === 1);
    await dismissals.dismiss(id);
  }
  expect(await ended).toEqual({ returned: { outcome: 'dismissed' } });
  expect(await computations.isOver(other)).toBe(false);
});

describe('the books of computations', () => {
  it('one computation holds a key, whoever asks first: others join it, and begin only what is free', async () => {
    const { computations, ask } = open();
    const one = await ask('a', 'b');
    const other = await ask('b', 'c');
    const [a, b] = one.joined?.computations ?? [];
    expect(a).toBe(b);
    expect(other.joined?.computations).toEqual([b, other.joined?.begun[0]]);
    expect(other.joined?.begun).toHaveLength(1);
    expect(other.joined?.begun).not.toContain(b);
    expect(await computations.waiting(one.computation)).toEqual([one.id, other.id].sort());
    expect(await computations.end(one.computation, done)).toBe(true);
    const [later] = (await ask('a')).joined?.computations ?? [];
    expect(later).not.toBe(a);
  });

  it('a start that was killed before it added the job of its computation adds it when it is tried again', async () => {
    const { computations } = open();
    const id = newRequestId();
    const killed = await computations.join(id, ['k'], record);
    const again = await computations.join(id, ['k'], record);
    expect(again).toEqual(killed);
    expect(again?.begun).toEqual(again?.computations);
    const other = await computations.join('another', ['k'], record);
    expect(other?.begun).toEqual([]);
  });

  it('a dismissed request joins nothing', async () => {
    const { queues, computations, requests } = open();
    await openDismissals(queues, { computations, requests }).dismiss('a request');
    expect(await computations.join('a request', ['k'], record)).toBeUndefined();
    expect(await redis.exists(queues.key('computing', 'k'))).toBe(0);
  });

  it('an end is noted once, wakes who waits, and frees the keys', async () => {
    const { queues, computations, ask } = open();
    const { id, computation } = await ask('a', 'b');
    await queues.start.add('start', { id, request }, { jobId: 'parked', delay: hour });
    await computations.park(id, { ...record, start: 'parked', computations: [computation] });
    expect(await computations.outcomes([computation])).toEqual([undefined]);
    expect(await computations.end(computation, done)).toBe(true);
    expect(await (await queues.start.getJob('parked'))?.isDelayed()).toBe(false);
    expect(await computations.end(computation, { outcome: 'failed', reason: 'late' })).toBe(false);
    expect(await computations.outcomes([computation])).toEqual([done]);
    expect(await computations.areOver([computation])).toEqual([true]);
    for (const key of ['a', 'b']) expect((await ask(key)).joined?.begun).toHaveLength(1);
  });

  it('a computation is cancelled when the last leaves, and not before; one for nobody never is', async () => {
    const { computations, ask } = open();
    const [first, second] = [await ask('k'), await ask('k')];
    const background = await computations.begin(of('b'));
    const third = await ask('b');
    await computations.leave(first.id);
    expect(await computations.isOver(first.computation)).toBe(false);
    await computations.leave(second.id);
    await computations.leave(third.id);
    expect(await computations.outcomes([first.computation])).toEqual([{ outcome: 'cancelled' }]);
    expect(await computations.isOver(background)).toBe(false);
  });

  it('a computation whose job was removed is over when somebody looks, and its key is free', async () => {
    const { queues, computations, ask } = open();
    const { computation } = await ask('k');
    expect(await computations.areOver([computation])).toEqual([false]);
    await (await queues.count.getJob(computation))?.remove();
    // As if some time had passed.
    await redis.expire(queues.key('computation', computation), longestOpenSeconds - 16);
    const next = await ask('k');
    expect(next.joined?.begun).toHaveLength(1);
    expect(await computations.areOver([computation, next.computation])).toEqual([true, false]);
    expect(await computations.outcomes([computation])).toEqual([{ outcome: 'cancelled' }]);
  });

  it('a computation whose job is about to be added is not over, until some time has passed', async () => {
    const { queues, computations, ask } = open();
    const begun = (await computations.join(newRequestId(), ['k'], record))?.begun[0] as string;
    expect((await ask('k')).computation).toBe(begun);
    expect(await computations.areOver([begun])).toEqual([false]);
    // As if it had passed.
    await redis.expire(queues.key('computation', begun), longestOpenSeconds - 16);
    expect(await computations.areOver([begun])).toEqual([true]);
    expect((await ask('k')).joined?.begun).toHaveLength(1);
  });

  it('a computation whose job stands nowhere in the queue is over when somebody looks, and its key is free', async () => {
    for (const state of ['prioritized', 'active', 'wait', 'delayed', 'waiting-children']) {
      const { queues, computations, ask } = open();
      const { computation } = await ask('k');
      if (state !== 'prioritized') {
        await redis.zrem(queues.count.toKey('prioritized'), computation);
        const isList = state === 'active' || state === 'wait';
        await (isList
          ? redis.lpush(queues.count.toKey(state), computation)
          : redis.zadd(queues.count.toKey(state), 1, computation));
      }
      expect(await computations.areOver([computation])).toEqual([false]);
      await redis.del(queues.count.toKey(state));
      const other = await ask('k');
      expect(other.computation).not.toBe(computation);
      expect(await computations.areOver([computation, other.computation])).toEqual([true, false]);
    }
  });

  it('after the queue was emptied nothing that was under way writes anything', async () => {
    const { queues, computations, books, ask } = open();
    const { computation } = await ask('k');
    const names = await redis.keys(`${queues.prefix}:*`);
    await redis.del(names);
    expect(await computations.plan(computation, planOf('f', 1), 'token')).toBe(false);
    await books.progress.report(computation, 0, 1);
    expect(await computations.end(computation, done)).toBe(false);
    expect(await redis.keys(`${queues.prefix}:*`)).toEqual([]);
    expect((await ask('k')).computation).not.toBe(computation);
  });

  it('a plan is kept by the worker that holds the job, and by no other', async () => {
    const { queues, computations, ask } = open();
    const { computation } = await ask('k');
    await redis.set(`${queues.count.toKey(computation)}:lock`, 'mine');
    expect(await computations.plan(computation, planOf('f', 1), 'another')).toBe(false);
    expect((await computations.open(computation))?.plan).toBeUndefined();
    expect(await computations.plan(computation, planOf('f', 1), 'mine')).toBe(true);
    expect((await computations.open(computation))?.plan).toEqual(planOf('f', 1));
  });

  it('one that failed holds its free keys again when an operator tries it again, and only one that failed', async () => {
    const { computations, ask } = open();
    const { computation } = await ask('a', 'b');
    expect(await computations.reopen(computation, ['a', 'b'])).toBe(false);
    await computations.end(computation, { outcome: 'failed', reason: 'no memory' });
    const other = await ask('b');
    expect(await computations.reopen(computation, ['a', 'b'])).toBe(true);
    expect((await ask('a', 'b')).joined?.computations).toEqual([computation, other.computation]);
    await computations.end(computation, done);
    expect(await computations.reopen(computation, ['a', 'b'])).toBe(false);
    expect(await computations.outcomes([computation])).toEqual([done]);
  });
});

it('a request brings a computation that it joins to its own turn, and never back', async () => {
  const { queues, askInTurn } = open();
  const { computation } = await askInTurn(50, 'slow');
  const other = await askInTurn(20, 'other');
  await askInTurn(7, 'slow');
  await askInTurn(30, 'slow');
  const waiting = await queues.count.getPrioritized();
  expect(waiting.map(({ id, priority }) => [id, priority])).toEqual([
    [computation, 7],
    [other.computation, 20],
  ]);
});

it('the batches of a computation have later turns than it, a few each', async () => {
  const { queues, books, settings, askInTurn } = open();
  const compute = processorOf(async () => ({ plan: planOf('f', 9), batches: batchesOf(9), cells: 0 }));
  const counting = Promise.withResolvers<void>();
  const count = async () => {
    await counting.promise;
    return { members: [0], parts: [1] };
  };
  const { computation } = await askInTurn(5, 'large');
  running.push(runCount(queues, books, { compute, count }, { ...settings, concurrency: 1 }));
  await until(async () => (await queues.count.getActiveCount()) === 1);
  await until(async () => (await queues.count.getPrioritizedCount()) === 8);
  const batches = (await queues.count.getJobs(['active', 'prioritized'])).map(({ data, priority }) => [
    'batch' in data ? data.batch : computation,
    priority,
  ]);
  expect(batches.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(
    [6, 6, 6, 6, 7, 7, 7, 7, 8].map((turn, batch) => [batch, turn]),
  );
  counting.resolve();
});
