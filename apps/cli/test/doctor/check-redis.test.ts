import type { ServerFacts } from '@cellshed/redis';
import { checkRedis } from '../../src/doctor/check-redis.ts';

const facts: Omit<ServerFacts, 'version'> = {
  ...{ usedMemoryBytes: 1e6, maxMemoryBytes: null, evictionPolicy: 'allkeys-lru', evictedKeys: 0 },
  ...{ persistence: 'none', persistenceProblem: null },
};

it.each([
  ['6.0.16', 'wrong', 'Redis 6.0.16, expected 6.2 or newer'],
  ['5.9.9', 'wrong', 'Redis 5.9.9, expected 6.2 or newer'],
  ['6.2.0', 'well', 'Redis 6.2.0'],
  ['7.0.15', 'well', 'Redis 7.0.15'],
  // Services that are hired may not say it.
  ['unknown', 'well', 'Redis unknown'],
])('a Redis of version %s is %s', async (version, state, found) => {
  const url = 'redis://cache:6379';
  const servers = [{ settings: ['CACHE_URL'], url, place: url, asked: { facts: [{ ...facts, version }] } }];
  const [first] = await checkRedis(servers, 3600);
  expect(first).toMatchObject({ subject: `CACHE_URL ${url}`, state, found });
});
