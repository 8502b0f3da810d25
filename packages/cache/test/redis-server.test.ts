import { type PrivateRedis, startRedis } from '@catchment/local-redis';
import { Redis } from 'ioredis';
import { redisServerFigures } from '../src/redis-server.ts';
import { StoreError } from '../src/store.ts';

let server: PrivateRedis;

beforeAll(async () => {
  server = await startRedis({ config: { maxmemory: '4mb', 'maxmemory-policy': 'allkeys-lru' } });
});
afterAll(() => server.stop());

it('a server says how full it is, what it has evicted, and how often it was asked in vain', async () => {
  const client = new Redis(server.url);
  await client.set('a', 'b');
  await client.get('a');
  await client.get('a');
  await client.get('nothing');
  expect(await redisServerFigures({ url: server.url })).toEqual({
    usedMemoryBytes: expect.any(Number),
    maxMemoryBytes: 4 * 1024 * 1024,
    evictionPolicy: 'allkeys-lru',
    ...{ evictedKeys: 0, hits: 2, misses: 1 },
  });
  for (let n = 0; n < 100; n += 1) await client.set(`${n}`, Buffer.alloc(100_000));
  const { evictedKeys, usedMemoryBytes } = await redisServerFigures({ url: server.url });
  expect(evictedKeys).toBeGreaterThan(50);
  expect(usedMemoryBytes).toBeGreaterThan(1_000_000);
  await client.config('SET', 'maxmemory', '0');
  expect((await redisServerFigures({ url: server.url })).maxMemoryBytes).toBeNull();
  client.disconnect();
});

it('a server that is away is told by name and without its password', async () => {
  const away = redisServerFigures({ url: 'redis://:secret@127.0.0.1:1' });
  await expect(away).rejects.toThrow(StoreError);
  await expect(away).rejects.toThrow(/^Redis at 127\.0\.0\.1:1 did not carry out INFO: (?!.*secret)/);
});
