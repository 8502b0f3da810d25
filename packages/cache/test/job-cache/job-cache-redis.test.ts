import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Cluster, Redis } from 'ioredis';
import { openJobCache } from '../../src/job-cache/job-cache.ts';
import { redisDrawers } from '../../src/job-cache/redis-drawers.ts';
import { storeDrawers } from '../../src/job-cache/store-drawers.ts';
import { connectRedis, redisStore } from '../../src/stores/redis.ts';
import { all, hour, patient } from '../store-fixture.ts';
import { jobCacheSuite, listed } from './job-cache-suite.ts';

let server: PrivateRedis;
let client: Redis;

beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});
beforeEach(() => client.flushall());

// Redis has no fake clock, so what it keeps is made older instead.
const letPass = async (milliseconds: number) => {
  for (const name of await client.keys('*')) {
    const left = await client.pttl(name);
    if (left >= 0) await client.pexpire(name, left - milliseconds);
  }
};
const left = () => client.keys('*');

jobCacheSuite('Redis, a hash for each scope', {
  open: async () => redisDrawers({ client, prefix: '{catchment}:scratch' }),
  letPass,
  left,
});

jobCacheSuite('a Redis store', {
  open: async () => storeDrawers(await redisStore({ client })),
  letPass,
  left,
});

describe('the drawers in Redis', () => {
  const options = { scope: 'r1', ttlMilliseconds: 60 * hour };

  it('are one hash for each scope, whose name an operator understands', async () => {
    const prefixed = openJobCache(redisDrawers({ client, prefix: '{catchment}:scratch' }), options);
    const plain = openJobCache(redisDrawers({ client }), { ...options, prefix: 'computation' });
    for (const path of ['a', 'b/c', 'b/d/e']) {
      await prefixed.set(path, Uint8Array.of(1));
      await plain.set(path, Uint8Array.of(1));
    }
    expect((await client.keys('*')).sort()).toEqual(['job:computation/r1', '{catchment}:scratch:request/r1']);
    expect((await client.hkeys('job:computation/r1')).sort()).toEqual(['a', 'b/c', 'b/d/e']);
  });

  it('are listed and cleared without a look at what else the database has', async () => {
    const cache = openJobCache(redisDrawers({ client }), options);
    for (let key = 0; key < 1500; key++) await cache.set(`parts/${key}`, Uint8Array.of(1));
    await cache.set('key', Uint8Array.of(1));
    await client.config('RESETSTAT');
    expect((await listed(cache.group('parts').keys())).length).toBe(1500);
    await cache.group('parts').clear();
    expect(await listed(cache.keys())).toEqual(['key']);
    await cache.clear();
    const commands = [...(await client.info('commandstats')).matchAll(/cmdstat_([^:]+):calls=(\d+)/g)]
      .map(([, command, calls]) => `${command} ${calls}`)
      .filter((line) => !/^(config|info|client)/.test(line));
    expect(commands.sort()).toEqual(['hdel 2', 'hkeys 3', 'unlink 1']);
  });

  it('live as long as the longest time to live asks, from the last value that was set', async () => {
    const cache = openJobCache(redisDrawers({ client }), { ...options, ttlMilliseconds: 60 * hour + 0.5 });
    await cache.set('a', Uint8Array.of(1));
    expect(await client.pttl('job:request/r1')).toBeGreaterThan(50 * hour);
    expect(await client.pttl('job:request/r1')).toBeLessThanOrEqual(60 * hour + 1);
    await letPass(30 * hour);
    await cache.get('a');
    expect(await client.pttl('job:request/r1')).toBeLessThanOrEqual(30 * hour + 1);
    await cache.set('b', Uint8Array.of(1));
    expect(await client.pttl('job:request/r1')).toBeGreaterThan(50 * hour);
  });

  it('lie in one slot of a cluster, with the queues if their prefix says so', async () => {
    const node = await startRedis({ config: { 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1' } });
    const admin = new Redis(node.url);
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    while (!/cluster_state:ok/.test(String(await admin.call('CLUSTER', 'INFO'))));
    const cluster = new Cluster([{ host: '127.0.0.1', port: node.port }]);
    const cache = openJobCache(redisDrawers({ client: cluster, prefix: '{catchment}:scratch' }), options);
    for (const path of ['a', 'b', 'group/c']) await cache.set(path, Uint8Array.of(1));
    await cache.group('group').clear();
    expect(await listed(cache.keys())).toEqual(['a', 'b']);
    expect(await admin.call('CLUSTER', 'KEYSLOT', '{catchment}:scratch:request/r1')).toBe(
      await admin.call('CLUSTER', 'KEYSLOT', '{catchment}:count:wait'),
    );
    await cache.clear();
    expect(await admin.dbsize()).toBe(0);
    await admin.set('{catchment}:scratch:request/r1', 'not a hash');
    await expect(cache.get('a')).rejects.toThrow(
      /^Redis at the nodes of the cluster did not carry out HGET: WRONGTYPE/,
    );
    cluster.disconnect();
    admin.disconnect();
    await node.stop();
  });

  it('say at every use that Redis is away, and are there again when it is back', async () => {
    const gone = await startRedis();
    await gone.kill();
    const failing = await connectRedis({ url: gone.url, ...patient });
    const cache = openJobCache(redisDrawers({ client: failing }), options);
    const uses: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
      ['HGET', () => cache.get('key')],
      ['HSET', () => cache.set('key', Uint8Array.of(1))],
      ['HDEL', () => cache.delete('key')],
      ['HEXISTS', () => cache.has('key')],
      ['HKEYS', () => all(cache.keys())],
      ['HKEYS', () => cache.group('group').clear()],
      ['UNLINK', () => cache.clear()],
    ];
    for (const [command, use] of uses) {
      await expect(use()).rejects.toMatchObject({
        name: 'StoreError',
        message: `Redis at 127.0.0.1:${gone.port} did not carry out ${command}: not connected`,
      });
    }
    const ready = new Promise((resolve) => failing.once('ready', resolve));
    const back = await startRedis({ port: gone.port });
    await ready;
    await cache.set('key', Uint8Array.of(1));
    expect([...(await cache.get('key'))]).toEqual([1]);
    failing.disconnect();
    await back.stop();
  });

  it('say why when Redis is full, and keep what was there', async () => {
    const full = await startRedis({ config: { maxmemory: '3mb' } });
    const small = new Redis(full.url);
    const cache = openJobCache(redisDrawers({ client: small }), options);
    const noise = crypto.getRandomValues(new Uint8Array(60_000));
    await cache.set('first', noise);
    const filling = async () => {
      for (let key = 0; key < 1000; key++) await cache.set(`${key}`, noise);
    };
    await expect(filling()).rejects.toThrow(/^Redis at .* did not carry out HSET: OOM/);
    expect(Buffer.compare(await cache.get('first'), noise)).toBe(0);
    await cache.clear();
    small.disconnect();
    await full.stop();
  });
});
