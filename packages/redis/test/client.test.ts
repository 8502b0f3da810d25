import {
  openProxy,
  type PrivateCluster,
  type PrivateSentinels,
  startRedis,
  startRedisCluster,
  startSentinels,
} from '@cellshed/local-services';
import { openClient, type RedisClient } from '@cellshed/redis';
import * as library from 'ioredis';

const limits = { connectMilliseconds: 2000, silentMilliseconds: 500 };
const open: RedisClient[] = [];
const client = (url: string, more: Partial<Parameters<typeof openClient>[2]> = {}) => {
  const made = openClient(library, url, { ...limits, whileAway: 'wait', ...more });
  open.push(made.on('error', () => undefined));
  return made;
};

afterEach(() => {
  for (const one of open.splice(0)) one.disconnect();
});

/** Asks until an answer fits. */
async function until<Answer>(ask: () => Promise<Answer>, fits: (answer: Answer) => boolean): Promise<void> {
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && fits(answer)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a client of a server', () => {
  it('gives up a connection that went silent, and gets its answer over another one', async () => {
    await using stack = new AsyncDisposableStack();
    const server = stack.adopt(await startRedis(), (one) => one.stop());
    const proxy = stack.use(await openProxy(server.port));
    const redis = client(`redis://127.0.0.1:${proxy.port}`);
    await redis.set('key', 'before');
    const lost = new Promise<Error>((resolve) => void redis.on('error', resolve));
    proxy.silence();
    expect(await redis.get('key')).toBe('before');
    expect((await lost).message).toMatch(/^Socket timeout/);
    expect(proxy.connections).toBe(1);
  });

  it('gives up a new connection on which nothing is answered, too', async () => {
    await using stack = new AsyncDisposableStack();
    const server = stack.adopt(await startRedis(), (one) => one.stop());
    const proxy = stack.use(await openProxy(server.port));
    const redis = client(`redis://127.0.0.1:${proxy.port}`);
    await redis.ping();
    let losses = 0;
    redis.on('close', () => {
      losses += 1;
      if (losses === 3) proxy.heal();
    });
    proxy.silence({ newOnes: true });
    expect(await redis.ping()).toBe('PONG');
    expect(losses).toBeGreaterThanOrEqual(3);
  });

  it('lets a duplicate read for longer than an answer may take', async () => {
    await using stack = new AsyncDisposableStack();
    const server = stack.adopt(await startRedis(), (one) => one.stop());
    const redis = client(server.url, { blockedMilliseconds: 60_000 }) as library.Redis;
    const reading = redis.duplicate();
    open.push(reading);
    let losses = 0;
    reading.on('close', () => {
      losses += 1;
    });
    expect(await reading.bzpopmin('nothing', 1)).toBeNull();
    expect(losses).toBe(0);
  });

  it('looks for the master again when its server has become a replica', async () => {
    await using stack = new AsyncDisposableStack();
    const [old, next] = [await startRedis(), await startRedis()].map((one) => stack.adopt(one, (it) => it.stop()));
    const proxy = stack.use(await openProxy(old?.port ?? 0));
    const redis = client(`redis://127.0.0.1:${proxy.port}`);
    await redis.set('key', 'before');
    const control = client(old?.url ?? '') as library.Redis;
    await control.replicaof('127.0.0.1', next?.port ?? 0);
    await expect(redis.set('key', 'refused')).rejects.toThrow(/^READONLY /);
    await expect(redis.eval("return redis.call('SET', KEYS[1], '1')", 1, 'key')).rejects.toThrow(/READONLY /);
    // As an address that follows the master: open connections still lead to the old one.
    const isKept = proxy.connections;
    proxy.lead(next?.port ?? 0);
    await until(
      () => redis.set('key', 'after'),
      (answer) => answer === 'OK',
    );
    expect(isKept).toBeLessThanOrEqual(1);
    expect(await client(next?.url ?? '').get('key')).toBe('after');
  });
});

describe('a client of a cluster', () => {
  let cluster: PrivateCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ replicas: 1 });
  });
  afterAll(() => cluster.stop());

  it('carries a command out when a replica has taken over from the master that was killed', async () => {
    const redis = client(cluster.url);
    await redis.set('{a}', '0');
    const killed = await cluster.masterOf('{a}');
    const written = Array.from({ length: 20 }, (_, n) => redis.set(`{a}${n}`, String(n)));
    await Promise.all(written);
    await cluster.kill(killed);
    expect(await redis.incr('{a}')).toBe(1);
    expect(await cluster.masterOf('{a}')).not.toBe(killed);
    expect(await redis.get('{a}19')).toBe('19');
    await cluster.restart(killed);
  });

  it('fails fast while no node has the slot, if it is not to wait', async () => {
    const redis = client(cluster.url, { whileAway: 'fail' });
    await until(
      () => redis.set('{a}', '0'),
      (answer) => answer === 'OK',
    );
    const killed = await cluster.masterOf('{a}');
    await cluster.kill(killed);
    await expect(redis.set('{a}', '1')).rejects.toThrow(
      /Too many Cluster redirections|Connection is closed|CLUSTERDOWN/,
    );
    await until(
      () => redis.set('{a}', '2'),
      (answer) => answer === 'OK',
    );
    await cluster.restart(killed);
  });
});

describe('a client of Sentinels', () => {
  let sentinels: PrivateSentinels;
  beforeAll(async () => {
    sentinels = await startSentinels();
  });
  afterAll(() => sentinels.stop());

  it('carries a command out when the Sentinels have another master', async () => {
    const redis = client(sentinels.url);
    await redis.set('a', '0');
    const killed = await sentinels.master();
    await sentinels.nodes[killed]?.kill();
    expect(await redis.incr('a')).toBe(1);
    expect(await sentinels.master()).not.toBe(killed);
  });
});

describe('a client of Sentinels that require a password', () => {
  it('is given it, and carries a command out when there is another master', async () => {
    await using stack = new AsyncDisposableStack();
    const sentinels = stack.adopt(await startSentinels({ password: 'p@ss/w?rd+' }), (one) => one.stop());
    const redis = client(sentinels.url);
    await redis.set('a', '0');
    const named = client(sentinels.url.replace('?', '?sentinelUsername=default&'));
    expect(await named.get('a')).toBe('0');
    for (const refused of [sentinels.url.replace(/p%40.*$/, 'secret'), sentinels.url.replace(/[?].*$/, '')]) {
      const error = await new Promise<Error>((resolve) => void client(refused).on('error', resolve));
      expect(error.message).toMatch(/^All sentinels are unreachable.*(WRONGPASS|NOAUTH)/);
      expect(error.message).not.toContain('secret');
    }
    const killed = await sentinels.master();
    await sentinels.nodes[killed]?.kill();
    expect(await redis.incr('a')).toBe(1);
  });
});

it('a connection that has a second error does not end the process, whatever it leads to', async () => {
  await using stack = new AsyncDisposableStack();
  const redis = stack.adopt(await startRedis(), (one) => one.stop());
  const one = client(redis.url) as library.Redis;
  const streams: NodeJS.EventEmitter[] = [];
  for (const connection of [one, one.duplicate()]) {
    open.push(connection.on('error', () => undefined));
    await connection.ping();
    streams.push((connection as unknown as { stream: NodeJS.EventEmitter }).stream);
  }
  for (const stream of streams) {
    stream.emit('error', new Error('the certificate is not trusted'));
    expect(() => stream.emit('error', new Error('alert'))).not.toThrow();
  }
});
