import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { redisServers } from '../../src/stores/redis-server.ts';

let server: PrivateRedis;

beforeAll(async () => {
  server = await startRedis({ config: { maxmemory: '4mb', 'maxmemory-policy': 'allkeys-lru' } });
});
afterAll(() => server.stop());

const figuresOf = async (url: string) => (await redisServers([url]))[0]?.figures;

it('a server says how full it is, what it has evicted, and how often it was asked in vain', async () => {
  const client = new Redis(server.url);
  await client.set('a', 'b');
  await client.get('a');
  await client.get('a');
  await client.get('nothing');
  expect(await figuresOf(server.url)).toEqual({
    usedMemoryBytes: expect.any(Number),
    maxMemoryBytes: 4 * 1024 * 1024,
    evictionPolicy: 'allkeys-lru',
    ...{ evictedKeys: 0, hits: 2, misses: 1 },
  });
  for (let n = 0; n < 100; n += 1) await client.set(`${n}`, Buffer.alloc(100_000));
  const full = await figuresOf(server.url);
  if (!full || 'problem' in full) throw new Error('expected figures');
  expect(full.evictedKeys).toBeGreaterThan(50);
  expect(full.usedMemoryBytes).toBeGreaterThan(1_000_000);
  await client.config('SET', 'maxmemory', '0');
  expect(await figuresOf(server.url)).toMatchObject({ maxMemoryBytes: null });
  client.disconnect();
});

it('of layers and several caches each Redis is asked once, and nothing else; none shows its password', async () => {
  const away = 'redis://user:secret@127.0.0.1:1';
  const servers = await redisServers([
    `memory:,${server.url},file:./results`,
    undefined,
    `${away} , ${server.url}`,
    's3://b',
  ]);
  expect(servers).toEqual([
    { place: server.url, figures: expect.objectContaining({ evictionPolicy: 'allkeys-lru' }) },
    {
      place: 'redis://user:…@127.0.0.1:1',
      figures: { problem: expect.stringMatching(/^did not say how it is: .*ECONNREFUSED/) },
    },
  ]);
  expect(await redisServers(['redis-cluster://127.0.0.1:1,127.0.0.1:2', 'memory:'])).toEqual([]);
});
