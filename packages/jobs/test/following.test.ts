import {
  connectPatiently,
  newRequestId,
  openComputations,
  openDismissals,
  openFollowing,
  openProgress,
  openQueues,
  openRequests,
  submit,
} from '@cellshed/jobs';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { until } from '../../../test/until.ts';

const request = { operation: 'cover', area: { table: 'huc12', id: '1' }, coverage: 'centre' as const };

let server: PrivateRedis;
let redis: RedisClient;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  server = await startRedis();
  redis = connectPatiently(server.url, () => undefined);
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** Requests that are followed; the value of each is how often it was read. */
function follower(clock: () => number = Date.now) {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const reads = new Map<string, number>();
  const errors: Error[] = [];
  const failing = new Set<string>();
  let end: (request: string) => void = () => undefined;
  let looks = 0;
  const counted = () => {
    looks += 1;
    return clock();
  };
  const following = openFollowing<number>({
    ...{
      queues,
      clock: counted,
      otherRequests: () => [],
      everyMilliseconds: 5,
      onError: (error) => errors.push(error),
    },
    read: async (id) => {
      if (failing.delete(id)) throw new Error('it is away');
      reads.set(id, (reads.get(id) ?? 0) + 1);
      return reads.get(id);
    },
    onEnded: (listener) => {
      end = listener;
      return () => undefined;
    },
  });
  closing.push(() => queues.close(), following.close);
  const add = async () => {
    const id = newRequestId();
    await submit(queues, id, request);
    return id;
  };
  /** Waits until a look that has begun since is over: the one after it has begun. */
  const looked = async () => {
    expect(following.requests).toBeGreaterThan(0);
    const before = looks;
    await until(() => looks >= before + 2);
  };
  /** How often a request was read when nothing is new any more. */
  const settled = async (id: string) => {
    await looked();
    return reads.get(id) as number;
  };
  return { queues, following, reads, errors, failing, add, looked, settled, end: (id: string) => end(id) };
}

it('all that a status depends on is noticed, and nothing else is read', async () => {
  let now = 0;
  const { queues, following, add, settled } = follower(() => now);
  const id = await add();
  const heard: (number | undefined)[] = [];
  await following.follow(id, (value) => heard.push(value));
  let before = await settled(id);
  const computations = openComputations(queues);
  const steps: [what: string, step: () => Promise<unknown>][] = [
    ['its work begins', () => redis.set(queues.key('request', id), '{"startedAt":1}\nc-1', 'EX', 60)],
    ['it is planned', () => redis.hset(queues.key('computation', 'c-1'), 'planned', 10, 'tallied', 0, 'by', id)],
    ['a batch is counted', () => openProgress(queues).report('c-1', 0, 3)],
    ['another one is', () => openProgress(queues).report('c-1', 1, 2)],
    ['no worker takes jobs', () => redis.set(queues.key('taken', 'count'), '1', 'EX', 60)],
    ['an operator pauses them', () => queues.count.pause()],
    ['it is dismissed', () => openDismissals(queues, { computations, requests: openRequests(queues) }).dismiss(id)],
    ['its job is lost', () => redis.del(queues.finish.toKey(id))],
  ];
  // A request that is not young also tells which workers it waits for.
  now = Date.now() + 60_000;
  await until(async () => (await settled(id)) > before);
  before = await settled(id);
  for (const [what, step] of steps) {
    await step();
    await until(async () => (await settled(id)) > before);
    before = await settled(id);
    expect([what, heard.at(-1)]).toEqual([what, before]);
  }
});

it('a request is read once for all who follow it, and no more when the last has left', async () => {
  const { following, add, reads, looked, settled, end } = follower(() => 0);
  const id = await add();
  const [first, second] = await Promise.all([1, 2].map(() => following.follow(id, () => undefined)));
  expect([first?.value, second?.value]).toEqual([1, 1]);
  expect(following.requests).toBe(1);
  const before = await settled(id);
  end(id);
  await until(() => reads.get(id) === before + 1);
  first?.stop();
  expect(following.requests).toBe(1);
  second?.stop();
  expect(following.requests).toBe(0);
  end(id);
  const other = await following.follow(await add(), () => undefined);
  await looked();
  expect(reads.get(id)).toBe(before + 1);
  other.stop();
});

it('an end is told at once, to each', async () => {
  const { following, add, end } = follower();
  const id = await add();
  const told = [1, 2].map(() => Promise.withResolvers<number | undefined>());
  for (const { resolve } of told) await following.follow(id, resolve);
  end(id);
  expect((await Promise.all(told.map(({ promise }) => promise))).every((value) => (value ?? 0) > 1)).toBe(true);
});

it('what could not be read is read after the next look', async () => {
  const { following, add, failing, errors, settled, queues } = follower(() => 0);
  const id = await add();
  await following.follow(id, () => undefined);
  const before = await settled(id);
  failing.add(id);
  await redis.set(queues.key('dismissed', id), '1', 'EX', 60);
  await until(() => errors.length > 0);
  expect(errors[0]?.message).toBe('it is away');
  await until(async () => (await settled(id)) === before + 1);
  const unread = newRequestId();
  failing.add(unread);
  await expect(following.follow(unread, () => undefined)).rejects.toThrow('it is away');
  expect(following.requests).toBe(1);
});
