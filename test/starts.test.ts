import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type PrivateRedis, startRedis, startSentinels } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { makeCertificate } from './certificate.ts';
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
  await ends(':wrong@', '…@', 'does not accept the user or the password');
  await ends('', '', 'wants a password');
  admin.disconnect();
  await server.stop();
});

it('a worker whose user may not write says so at once', async () => {
  const admin = new Redis(redis.url);
  await admin.call('ACL', 'SETUSER', 'reader', 'on', '>mine', '~*', '+@read', '+ping', '+info', '+hello');
  admin.disconnect();
  const place = `127.0.0.1:${redis.port}`;
  expect(await failedStart('worker', { QUEUE_REDIS_URL: `redis://reader:mine@${place}` })).toEqual({
    code: 1,
    err: `catchment: the queue Redis at redis://reader:…@${place} gives its user too few rights (no permissions to run the 'set' command) (QUEUE_REDIS_URL)\n`,
  });
});

describe('who names a store whose Redis refuses him is told so at once, by the variable', () => {
  let server: PrivateRedis;
  let securePort: number;
  beforeAll(async () => {
    const { key, certificate } = await makeCertificate(folder, 'other.example');
    securePort = await freePort();
    server = await startRedis({
      config: {
        ...{ 'tls-port': String(securePort), 'tls-cert-file': certificate, 'tls-key-file': key },
        ...{ 'tls-ca-cert-file': certificate, 'tls-auth-clients': 'no' },
      },
    });
    const admin = new Redis(server.url);
    await admin.config('SET', 'requirepass', 'right');
    admin.disconnect();
  });
  afterAll(() => server.stop());

  it.each([
    ['worker', 'CACHE_URL'],
    ['worker', 'DRAWN_CACHE_URL'],
    ['worker', 'JOB_CACHE_URL'],
    ['worker', 'TALLY_URL'],
    ['gateway', 'CACHE_URL'],
    ['serve', 'CACHE_URL'],
  ])('%s, %s', async (command, variable) => {
    const ends = async (url: string, shown: string, problem: string) =>
      expect(await failedStart(command, { QUEUE_REDIS_URL: redis.url, PORT: '0', [variable]: url })).toEqual({
        code: 1,
        err: `catchment: the Redis at ${shown} ${problem} (${variable})\n`,
      });
    const place = `127.0.0.1:${server.port}`;
    await ends(`redis://me:wr0ng@${place}`, `redis://me:…@${place}`, 'does not accept the user or the password');
    const secure = `rediss://127.0.0.1:${securePort}`;
    await ends(
      `memory:,${secure}`,
      secure,
      'has a certificate that is not trusted (self-signed certificate): NODE_EXTRA_CA_CERTS names a file of further ones',
    );
  });

  it.each([
    ['cache', 'ls', 'CACHE_URL'],
    ['tally', 'ls', 'TALLY_URL'],
  ])('%s %s', async (command, action, variable) => {
    const url = `redis://127.0.0.1:${server.port}`;
    const { code, err } = await runCatchment([command, action], { ...common, [variable]: url });
    expect({ code, err }).toEqual({ code: 1, err: `catchment: the Redis at ${url} wants a password (${variable})\n` });
  });
});

it('a worker whose Sentinels want another password says so at once', async () => {
  const sentinels = await startSentinels({ password: 'right' });
  const [hosts] = /[^?]+/.exec(sentinels.url) as unknown as [string];
  const ends = async (query: string, shown: string, problem: string) =>
    expect(await failedStart('worker', { QUEUE_REDIS_URL: `${hosts}${query}` })).toEqual({
      code: 1,
      err: `catchment: a Sentinel of the queue Redis at ${hosts}${shown} ${problem} (QUEUE_REDIS_URL)\n`,
    });
  await ends('?sentinelPassword=wrong', '?sentinelPassword=…', 'does not accept the user or the password');
  await ends('', '', 'wants a password');
  await sentinels.stop();
});

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
