import { freePort, type PrivateRedis, startRedis } from '@cellshed/local-services';
import { manySuite } from '../../../refreshing/test/many-suite.ts';
import { tagsSuite } from '../../../refreshing/test/stored/tags-suite.ts';
import { openStore } from '../../src/open-store.ts';
import { redisStore } from '../../src/stores/redis.ts';
import { connectCluster } from '../../src/stores/redis-cluster.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';
import { freeTime, ownTime, stopTime, whileTimePasses } from '../passing-time.ts';
import { type RedisClusterServer, startRedisCluster } from '../redis-cluster-server.ts';
import { all, hour, patient } from '../store-fixture.ts';
import { storeSuite } from './store-suite.ts';

let cluster: RedisClusterServer;

beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.stop());

const flush = async () => {
  for (const node of cluster.nodes) await node.flushall();
};

storeSuite('Redis', {
  open: async () => {
    await flush();
    return redisStore({ url: cluster.url, ...patient });
  },
  letPass: async (milliseconds) => {
    for (const node of cluster.nodes) {
      for (const name of await node.keys('*')) {
        const left = await node.pttl(name);
        if (left >= 0) await node.pexpire(name, left - milliseconds);
      }
    }
  },
});

const emptied = {
  open: async () => {
    await flush();
    return redisStore({ url: cluster.url, ...patient });
  },
};
tagsSuite('a Redis Cluster', emptied);
manySuite('a Redis Cluster', emptied);

const lease = { name: 'refresh', holder: 'me', milliseconds: hour };
const keys = Array.from({ length: 60 }, (_, index) => `key ${index}`);

/** The value of each key, or that it cannot be had. */
async function read(store: Store): Promise<readonly string[]> {
  const answers = await Promise.allSettled(keys.map((key) => store.get(key)));
  return answers.map((answer, index) => {
    if (answer.status === 'fulfilled')
      return Buffer.from(answer.value ?? []).toString() === keys[index] ? 'there' : 'lost';
    return answer.reason instanceof StoreError ? 'refused' : `${answer.reason}`;
  });
}

describe('a Redis Cluster', () => {
  beforeEach(flush);
  afterEach(freeTime);

  it('has the keys on all its nodes, and the leases and epochs of each beside it', async () => {
    const store = await openStore(cluster.url, { base: '.', ...patient });
    for (const key of keys) {
      await store.set(key, Buffer.from(key));
      await store.fence.take(key, lease);
      await store.fence.move(key);
    }
    expect((await all(store.keys('key'))).sort()).toEqual(keys.toSorted());
    const sizes: number[] = [];
    for (const node of cluster.nodes) {
      const names = await node.keys('*');
      const values = names.filter((name) => !name.startsWith('{'));
      const beside = values.flatMap((name) => [name, `{${name}}:lease:refresh`, `{${name}}:epoch`]);
      expect(names.sort()).toEqual(beside.sort());
      sizes.push(values.length);
    }
    expect(Math.min(...sizes)).toBeGreaterThan(5);
    await store.close();
  });

  it('is asked with user and password', async () => {
    for (const node of cluster.nodes) await node.call('ACL', 'SETUSER', 'reader', 'on', '>p@ss,w:rd', '~*', '+@all');
    const errors: Error[] = [];
    const onError = (error: Error) => errors.push(error);
    const [known, unknown] = ['p%40ss,w%3Ard', 'wrong'].map((password) =>
      cluster.url.replace('//', `//reader:${password}@`),
    );
    const store = await redisStore({ url: known ?? '', ...patient, onError });
    await store.set('key', Uint8Array.of(1));
    expect(errors).toEqual([]);
    await store.close();
    const refused = await redisStore({ url: unknown ?? '', ...patient, onError });
    await expect(refused.get('key')).rejects.toThrow(StoreError);
    expect(errors.join()).toMatch(/WRONGPASS/);
    expect(errors.join()).not.toMatch(/wrong[^p]/);
    await refused.close();
  });

  it('does not hold up those who ask a node that went silent, nor those who ask others, nor its own closing', async () => {
    stopTime();
    const store = await redisStore({ url: cluster.url, timeoutMilliseconds: ownTime() });
    for (const key of keys) await store.set(key, Buffer.from(key));
    const silent = (await cluster.nodes[2]?.keys('*')) ?? [];
    const others = keys.filter((key) => !silent.includes(key));
    await cluster.silence(2, async () => {
      const asked = Promise.allSettled(silent.map((key) => store.get(key)));
      // No time passes until all others have been answered.
      for (const key of others) expect(await store.get(key)).toEqual(Buffer.from(key));
      for (const { status } of await whileTimePasses(asked)) expect(status).toBe('rejected');
      await expect(whileTimePasses(store.get(silent[0] ?? ''))).rejects.toThrow(/did not carry out GET: /);
      await expect(whileTimePasses(all(store.keys('')))).rejects.toThrow(StoreError);
      await whileTimePasses(store.close());
      freeTime();
    });
  });

  it('goes on with the slots that it has when a node is gone, and with all when it is back', async () => {
    const client = await connectCluster({ url: cluster.url, ...patient });
    const store = await redisStore({ client });
    for (const key of keys) await store.set(key, Buffer.from(key));
    const elsewhere = await cluster.nodes[1]?.keys('*');
    const expected = (gone: string) => keys.map((key) => (elsewhere?.includes(key) ? gone : 'there'));

    await cluster.kill(1);
    expect(await read(store)).toEqual(expected('refused'));
    await expect(all(store.keys(''))).rejects.toThrow(StoreError);
    const [lost = ''] = elsewhere ?? [];
    await expect(store.set(lost, Uint8Array.of(1))).rejects.toThrow(/^Redis Cluster did not carry out SET: /);
    await expect(store.fence.take(lost, lease)).rejects.toThrow(StoreError);
    await expect(store.fence.write(lost, Uint8Array.of(1), { epoch: '' })).rejects.toThrow(StoreError);

    await cluster.restart(1);
    while ((await read(store)).includes('refused'));
    expect(await read(store)).toEqual(expected('lost'));
    expect((await all(store.keys(''))).length).toBe(keys.length - (elsewhere?.length ?? 0));
    client.disconnect();
  });
});

describe('a Redis Cluster that is away', () => {
  let gone: PrivateRedis;
  beforeAll(async () => {
    gone = await startRedis();
  });
  afterAll(() => gone.stop());

  it('is no reason not to start; then it is said at once, without the password', async () => {
    const port = gone.port;
    await gone.kill();
    const errors: Error[] = [];
    const url = `redis-cluster://:secret@127.0.0.1:${port},127.0.0.1:1`;
    const store = await redisStore({ url, ...patient, onError: (error) => errors.push(error) });
    await expect(store.get('a')).rejects.toMatchObject({
      name: 'StoreError',
      message: `Redis Cluster at 127.0.0.1:${port},127.0.0.1:1 did not carry out GET: not connected`,
    });
    await expect(all(store.keys(''))).rejects.toThrow(/did not carry out CLUSTER SLOTS: not connected$/);
    await expect(store.fence.take('a', lease)).rejects.toThrow(/did not carry out EVALSHA: not connected$/);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.join()).not.toMatch(/secret/);
    await store.close();
  });

  it('is said of a server that is none, with the reason', async () => {
    const single = await startRedis();
    const errors: Error[] = [];
    const onError = (error: Error) => errors.push(error);
    const store = await redisStore({ url: `redis-cluster://127.0.0.1:${single.port}`, ...patient, onError });
    await expect(store.get('a')).rejects.toThrow(/not connected$/);
    expect(errors.join()).toMatch(/cluster support disabled/);
    await store.close();
    await single.stop();
  });

  it('is said of a node that has no slots and knows no other', async () => {
    const empty = await startRedis({ config: { 'cluster-enabled': 'yes', 'cluster-port': String(await freePort()) } });
    const store = await redisStore({ url: `redis-cluster://127.0.0.1:${empty.port}`, timeoutMilliseconds: 200 });
    await expect(store.get('a')).rejects.toThrow(StoreError);
    await store.close();
    await empty.stop();
  });
});
