import { newRequestId, openQueues, openStoreTroubles } from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import { Redis } from 'ioredis';

let server: ServerForTests;
let redis: Redis;
beforeAll(async () => {
  server = await redisForTests();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const well = { place: 'redis://cache', state: 'well', since: null, failures: 0, problem: null } as const;
const full = { place: 'file:/results', state: 'takes no values', since: 20, failures: 3, problem: 'ENOSPC' } as const;
const hanging = { place: 'redis://cache', state: 'hangs', since: 10, failures: 1, problem: 'no answer' } as const;

it('lists the troubles that each worker has now, the oldest first', async () => {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  let now = 1000;
  const clock = () => now;
  const [a, b, gateway] = [clock, clock, clock].map((each) => openStoreTroubles(queues, each));
  await a?.say('a', [well, full]);
  await b?.say('b', [hanging]);
  expect(await gateway?.list()).toEqual([
    { worker: 'b', ...hanging },
    { worker: 'a', ...full },
  ]);
  await b?.say('b', [well]);
  expect(await gateway?.list()).toEqual([{ worker: 'a', ...full }]);
  now += 10_000;
  expect(await gateway?.list()).toEqual([]);
  expect(await redis.pttl(queues.key('store-troubles'))).toBeGreaterThan(0);
  await queues.close();
});

it('a worker without troubles writes nothing', async () => {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const troubles = openStoreTroubles({ ...queues, redis: undefined as never }, () => 0);
  await troubles.say('a', [well]);
  await queues.close();
});
