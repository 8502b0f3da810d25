import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { until } from '../../../../test/until.ts';
import { type PrivateRedis, redisForTests, startRedis } from '../../src/index.ts';
import { insistOn } from '../../src/redis/ask.ts';

const started: PrivateRedis[] = [];
const kept = mkdtempSync(join(tmpdir(), 'local-redis-'));
const holdRedis = join(import.meta.dirname, 'hold-redis.ts');

async function start(options: Parameters<typeof startRedis>[0] = {}): Promise<PrivateRedis> {
  const redis = await startRedis(options);
  started.push(redis);
  return redis;
}

async function folderOf(client: Redis): Promise<string> {
  return ((await client.config('GET', 'dir')) as string[])[1] ?? '';
}

async function ask<T>(url: string, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await question(client);
  } finally {
    if (client.status !== 'end') client.disconnect();
  }
}

function isGone({ url }: { readonly url: string }): Promise<boolean> {
  return ask(url, (client) => client.ping()).then(
    () => false,
    () => true,
  );
}

afterAll(async () => {
  await Promise.all(started.map((redis) => redis.kill()));
  rmSync(kept, { recursive: true });
});

describe('a private Redis', () => {
  it('answers as soon as it is handed over, evicts nothing and keeps nothing on disk', async () => {
    const { url } = await start();
    const [pong, policy, save, appendonly] = await ask(url, async (client) => [
      await client.ping(),
      await client.config('GET', 'maxmemory-policy'),
      await client.config('GET', 'save'),
      await client.config('GET', 'appendonly'),
    ]);
    expect(pong).toBe('PONG');
    expect(policy).toEqual(['maxmemory-policy', 'noeviction']);
    expect(save).toEqual(['save', '']);
    expect(appendonly).toEqual(['appendonly', 'no']);
  });

  it('listens on the loopback address only', async () => {
    const { url } = await start();
    expect(await ask(url, (client) => client.config('GET', 'bind'))).toEqual(['bind', '127.0.0.1']);
  });

  it('takes the directives that it is given over its own', async () => {
    const { url } = await start({ config: { 'maxmemory-policy': 'allkeys-lru', maxmemory: '10mb' } });
    const policy = await ask(url, (client) => client.config('GET', 'maxmemory-policy'));
    expect(policy).toEqual(['maxmemory-policy', 'allkeys-lru']);
  });

  it('shares nothing with another', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    await ask(one.url, (client) => client.set('river', 'Merrow'));
    expect(one.port).not.toBe(other.port);
    expect(await ask(other.url, (client) => client.get('river'))).toBeNull();
  });

  it('takes its folder with it when it stops, and can be stopped twice', async () => {
    const redis = await start();
    const folder = await ask(redis.url, folderOf);
    expect(existsSync(folder)).toBe(true);
    await redis.stop();
    await redis.stop();
    expect(existsSync(folder)).toBe(false);
    expect(await isGone(redis)).toBe(true);
  });

  it('comes back on its port with the data that were appended, also when it was killed', async () => {
    const options = { dataDir: kept, config: { appendonly: 'yes' } };
    const first = await start(options);
    await ask(first.url, (client) => client.set('river', 'Merrow'));
    await first.kill();
    const second = await start({ ...options, port: first.port });
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, (client) => client.get('river'))).toBe('Merrow');
  });

  it('says so when the port that it was given is in use', async () => {
    const { port } = await start();
    await expect(startRedis({ port })).rejects.toThrow(`Redis cannot listen on 127.0.0.1:${port}: the port is in use.`);
  });

  it('repeats the words of a server that refuses a directive', async () => {
    await expect(startRedis({ config: { 'no-such-directive': '1' } })).rejects.toThrow(/no-such-directive/);
  });

  it('says which file could not be run', async () => {
    await expect(startRedis({ executable: '/nowhere/redis-server' })).rejects.toThrow(
      /\/nowhere\/redis-server did not start .* ENOENT/,
    );
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends with a process that ends by %s', async (signal) => {
    const holder = spawn(process.execPath, [holdRedis, 'hold'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(holder.stdout, 'data');
    const { url } = JSON.parse(String(line)) as { url: string };
    const folder = await ask(url, folderOf);
    holder.kill(signal);
    expect(await once(holder, 'exit')).toEqual([null, signal]);
    await until(() => isGone({ url }));
    await until(async () => !existsSync(folder));
  });

  it('does not keep a process alive', async () => {
    const holder = spawn(process.execPath, [holdRedis, 'leave'], { stdio: ['ignore', 'ignore', 'inherit'] });
    expect(await once(holder, 'exit')).toEqual([0, null]);
  });
});

describe('Redis for tests', () => {
  it('is the server that REDIS_URL names, and is not ended', async () => {
    const { url } = await start();
    const redis = await redisForTests({ REDIS_URL: url });
    await redis.stop();
    expect(redis.url).toBe(url);
    expect(await ask(url, (client) => client.ping())).toBe('PONG');
  });

  it('is a private one where REDIS_URL names none', async () => {
    const redis = await redisForTests({});
    expect(await ask(redis.url, (client) => client.ping())).toBe('PONG');
    await redis.stop();
    expect(await isGone(redis)).toBe(true);
  });
});

it('does not start a second server on data that are in use, and does once they are not, also after a crash', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'catchment-redis-'));
  const first = await startRedis({ dataDir });
  await expect(startRedis({ dataDir })).rejects.toThrow(`the data in ${dataDir} are in use by process ${process.pid}`);
  await first.stop();
  const killed = spawnSync('true');
  writeFileSync(join(dataDir, 'owner.pid'), String(killed.pid));
  const second = await startRedis({ dataDir });
  await second.stop();
  rmSync(dataDir, { recursive: true });
});

it('a command that a Redis refuses throws its sentence', async () => {
  const { port } = await start();
  await expect(insistOn(port, ['CLUSTER', 'MYID'])).rejects.toThrow(/CLUSTER MYID: ERR .*cluster support disabled/);
  expect(await insistOn(port, ['PING'])).toMatch(/^\+PONG/);
});
