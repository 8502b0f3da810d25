import { connectPatiently, newRequestId, openQueues, openWaiting, submit } from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { tidyWaiting } from '../../src/books/waiting.ts';
import { backgroundPriority } from '../../src/turns.ts';

let server: ServerForTests;
let redis: RedisClient;
beforeAll(async () => {
  server = await redisForTests();
  redis = connectPatiently(server.url, () => undefined);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const request = { operation: 'cover', area: { table: 'huc12', id: '1' }, coverage: 'centre' as const };

function open() {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 60 });
  let now = 1_000_000;
  const waiting = () => openWaiting(queues, () => now);
  return {
    ...{ queues, waiting },
    now: () => now,
    letPass: (milliseconds: number) => {
      now += milliseconds;
    },
    listed: (client: string) => redis.lrange(queues.key('waiting', client), 0, -1),
  };
}

it('several processes count the requests of one client together, and a request that has left no more', async () => {
  const { waiting, listed } = open();
  const [one, two] = [waiting(), waiting()];
  const entered = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? one : two).enter('a', `${i}`)));
  expect(entered.map(({ ofClient }) => ofClient).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect((await one.enter('b', 'x')).ofClient).toBe(1);
  expect([await two.leave('a', '3'), await two.leave('a', '3')]).toEqual([true, false]);
  expect((await one.enter('a', '10')).ofClient).toBe(10);
  for (const id of await listed('a')) await one.leave('a', id);
  expect(await listed('a')).toEqual([]);
});

it('all that wait are counted by the queue itself, also those of no client', async () => {
  const { queues, waiting, letPass } = open();
  const one = waiting();
  for (let i = 0; i < 3; i++) await submit(queues, newRequestId(), request);
  expect((await one.enter(undefined, 'x')).ofAll).toBe(4);
  expect((await one.enter('a', 'y')).ofAll).toBe(5);
  letPass(1000);
  expect((await one.enter('a', 'z')).ofAll).toBe(4);
});

it('a turn follows the job that is taken next, of whatever queue, and not one that nobody waits for', async () => {
  const { queues, waiting, letPass } = open();
  const one = waiting();
  expect((await one.enter('a', '1')).turn).toBe(1);
  const counting = { request, members: [], for: { background: { isSwept: false } } };
  await queues.count.add('compute', counting, { priority: backgroundPriority });
  letPass(1000);
  expect((await one.enter('b', '2')).turn).toBe(1);
  await submit(queues, newRequestId(), { ...request, turn: 30 });
  await queues.count.add('compute', counting, { priority: 20 });
  letPass(1000);
  expect((await one.enter('c', '3')).turn).toBe(21);
  expect((await one.enter('c', '4')).turn).toBe(22);
  expect((await one.enter(undefined, '5')).turn).toBe(1);
});

it('requests that were lost, or ended unheard, leave the lists in the end, and idle clients are forgotten', async () => {
  const { queues, waiting, letPass, now, listed } = open();
  const [one, tidy] = [waiting(), tidyWaiting(queues)];
  const [there, failed] = [newRequestId(), newRequestId()];
  for (const id of [there, failed, 'lost']) await one.enter('a', id);
  await submit(queues, there, request);
  await submit(queues, failed, request);
  await redis.hset(queues.finish.toKey(failed), 'finishedOn', now());
  await tidy(now());
  // It may be about to be added.
  expect(await listed('a')).toEqual([there, 'lost']);
  letPass(59_000);
  await tidy(now());
  expect(await listed('a')).toEqual([there, 'lost']);
  letPass(1000);
  await tidy(now());
  expect(await listed('a')).toEqual([there]);
  await one.leave('a', there);
  letPass(200_000);
  await tidy(now());
  expect(await redis.exists(queues.key('waiting'))).toBe(0);
});
