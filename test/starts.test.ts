import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis, startSentinels } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { writeOneRaster } from './one-raster.ts';
import { runCatchment, startCatchment } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-starts-'));
const CATCHMENT_CATALOG = join(folder, 'catalog.yaml');
const common = { CATCHMENT_CATALOG, CACHE_URL: 'memory:', COUNT_THREADS: '1' };
let redis: PrivateRedis;
let evicting: PrivateRedis;
let taken: Server;
let port: string;

beforeAll(async () => {
  writeOneRaster(folder, { across: 1, down: 1, originX: 0, originY: 2_000_000, value: 7 });
  [redis, evicting] = await Promise.all([startRedis(), startRedis({ config: { 'maxmemory-policy': 'allkeys-lru' } })]);
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  port = String((taken.address() as AddressInfo).port);
});

afterAll(async () => {
  taken.close();
  await Promise.all([redis.stop(), evicting.stop()]);
  rmSync(folder, { recursive: true });
});

/** A start that fails leaves nothing that keeps the process: else this would not end. */
async function failedStart(command: string, env: NodeJS.ProcessEnv) {
  const { code, err } = await runCatchment([command], { ...common, ...env });
  return { code, err };
}

it.each(['worker', 'gateway'])('a %s whose queue Redis does not answer says so and ends', async (command) => {
  expect(await failedStart(command, { QUEUE_REDIS_URL: 'redis://127.0.0.1:1', PORT: '0' })).toEqual({
    code: 1,
    err: 'catchment: the queue Redis at redis://127.0.0.1:1 does not answer (QUEUE_REDIS_URL)\n',
  });
});

it.each(['worker', 'gateway'])('a %s whose queue Redis wants another password says so at once', async (command) => {
  const server = await startRedis();
  const admin = new Redis(server.url);
  await admin.config('SET', 'requirepass', 'right');
  const place = `127.0.0.1:${server.port}`;
  const ends = async (user: string, shown: string, problem: string) =>
    expect(await failedStart(command, { QUEUE_REDIS_URL: `redis://${user}${place}`, PORT: '0' })).toEqual({
      code: 1,
      err: `catchment: the queue Redis at redis://${shown}${place} ${problem} (QUEUE_REDIS_URL)\n`,
    });
  await ends(':wrong@', '…@', 'does not accept the password');
  await ends('', '', 'wants a password');
  admin.disconnect();
  await server.stop();
});

it('a worker whose Sentinels want another password says so at once', async () => {
  const sentinels = await startSentinels({ password: 'right' });
  const [hosts] = /[^?]+/.exec(sentinels.url) as unknown as [string];
  const ends = async (query: string, shown: string, problem: string) =>
    expect(await failedStart('worker', { QUEUE_REDIS_URL: `${hosts}${query}` })).toEqual({
      code: 1,
      err: `catchment: a Sentinel of the queue Redis at ${hosts}${shown} ${problem} (QUEUE_REDIS_URL)\n`,
    });
  await ends('?sentinelPassword=wrong', '?sentinelPassword=…', 'does not accept the password');
  await ends('', '', 'wants a password');
  await sentinels.stop();
}, 60_000);

it.each(['worker', 'gateway', 'serve'])('a %s whose queue Redis would evict jobs says so and ends', async (command) => {
  expect(await failedStart(command, { QUEUE_REDIS_URL: evicting.url, PORT: '0' })).toEqual({
    code: 1,
    err: 'catchment: the queue Redis has maxmemory-policy allkeys-lru, expected noeviction: an evicted key is a lost job\n',
  });
});

it.each(['gateway', 'serve'])('a %s whose port is taken says so and ends', async (command) => {
  expect(await failedStart(command, { QUEUE_REDIS_URL: redis.url, PORT: port })).toEqual({
    code: 1,
    err: `catchment: the gateway cannot listen on 127.0.0.1:${port} (HOST, PORT): the port is in use; take another with --port\n`,
  });
});

it.each(['worker', 'serve'])('a %s whose cache cannot be one says so and ends', async (command) => {
  const { code, err } = await failedStart(command, { QUEUE_REDIS_URL: redis.url, PORT: '0', CACHE_URL: 'ftp://x' });
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^catchment: .*"ftp".*\n$/) });
});

it('a worker whose cache Redis is away starts, and warns', async () => {
  const env = { ...common, QUEUE_REDIS_URL: redis.url, CACHE_URL: 'redis://127.0.0.1:1' };
  const worker = await startCatchment(['worker'], env, /("level":40.*cache Redis.*ECONNREFUSED 127.0.0.1:1)/);
  await worker.stop();
  expect(worker.said).toContain('nothing is cached');
});
