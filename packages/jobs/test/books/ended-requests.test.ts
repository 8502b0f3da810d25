import { newRequestId, openEndedRequests, openQueues, openRoster, type RosterEntry } from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { until } from '../../../../test/until.ts';

let server: ServerForTests;
let redis: Redis;
beforeAll(async () => {
  server = await redisForTests();
  redis = new Redis(server.url);
  await redis.ping();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const opened = () => openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
const minute = 60_000;

it('counts the requests of all processes by outcome, in the last hour and the last day, to the minute', async () => {
  const queues = opened();
  let now = 500_000 * 60 * minute;
  const [one, other] = [openEndedRequests(queues, () => now), openEndedRequests(queues, () => now)];
  one.add('miss');
  one.add('hit');
  other.add('hit');
  await Promise.all([one.close(), other.close()]);
  expect(await other.read()).toEqual({ hour: { hit: 2, miss: 1 }, day: { hit: 2, miss: 1 } });
  now += 59 * minute;
  one.add('stale');
  await one.close();
  expect((await one.read()).hour).toEqual({ hit: 2, miss: 1, stale: 1 });
  now += minute;
  expect((await one.read()).hour).toEqual({ stale: 1 });
  now += (23 * 60 - 1) * minute;
  expect(await one.read()).toEqual({ hour: {}, day: { hit: 2, miss: 1, stale: 1 } });
  now += minute;
  expect((await one.read()).day).toEqual({ stale: 1 });
  for (const name of await redis.keys(`${queues.root}:outcomes:*`)) {
    expect(await redis.ttl(name)).toBeGreaterThan(24 * 3600);
  }
  await queues.close();
});

it('takes no step of its own for a request, and keeps what could not be written', async () => {
  const queues = opened();
  const now = 500_000 * 60 * minute;
  const away = new Redis(server.url, { lazyConnect: true, enableOfflineQueue: false });
  const heard: Error[] = [];
  const book = openEndedRequests(
    { ...queues, redis: away },
    () => now,
    (error) => heard.push(error),
  );
  for (let i = 0; i < 1000; i++) book.add('hit');
  expect(await redis.keys(`${queues.root}:outcomes:*`)).toEqual([]);
  await away.connect();
  const exec = away.multi;
  away.multi = () => {
    throw new Error('away');
  };
  await book.close();
  expect(heard.map(({ message }) => message)).toEqual(['away']);
  away.multi = exec;
  await book.close();
  expect((await book.read()).hour).toEqual({ hit: 1000 });
  away.disconnect();
  await queues.close();
});

it('the roster has the processes that live, and says nothing of those that have ended or gone silent', async () => {
  const queues = opened();
  let now = 1_000_000;
  const roster = openRoster(queues, () => now);
  const entry = (kind: RosterEntry['kind'], name: string): RosterEntry => ({
    ...{ kind, name, roles: kind === 'worker' ? ['count'] : [], version: '0.1.0', startedAt: 5 },
  });
  const [gateway, worker] = [entry('gateway', 'a:1'), entry('worker', 'a:1')];
  const fail = (error: Error) => {
    throw error;
  };
  const [first, second] = [roster.announce(worker, fail), roster.announce(gateway, fail)];
  await until(async () => (await roster.list()).length === 2);
  expect(await roster.list()).toEqual([gateway, worker]);
  await first.close();
  expect(await roster.list()).toEqual([gateway]);
  now += 10_001;
  expect(await roster.list()).toEqual([]);
  await second.close();
  await queues.close();
});
