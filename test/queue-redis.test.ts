import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProxy, type PrivateRedis, type Proxy, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { type Ended, gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';
import { small, writeLocal } from './way/areas.ts';

/** A gateway and a worker, with a way to the Redis of the queues on which things happen. */
interface Service extends AsyncDisposable {
  readonly gateway: Running;
  readonly worker: Running;
  readonly redis: Redis;
  readonly proxy: Proxy;
}

const folder = mkdtempSync(join(tmpdir(), 'catchment-queue-redis-'));
const clockFile = join(folder, 'clock');
let queue: PrivateRedis;
let cache: PrivateRedis;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  writeLocal(folder, 5);
  writeFileSync(
    join(folder, 'catalog.yaml'),
    'rasters: { local: { url: local.tif } }\noperations: { local: { type: groupedCount, rasters: [local] } }\n',
  );
  writeFileSync(clockFile, '0');
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  env = {
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: join(folder, 'catalog.yaml'),
    PORT: '0',
    COUNT_THREADS: '1',
    JOB_LOCK_SECONDS: '4',
    JOB_LIST: 'all',
  };
});

afterAll(async () => {
  await Promise.all([queue.stop(), cache.stop()]);
  rmSync(folder, { recursive: true });
});

const shifted = {
  CLOCK_FILE: clockFile,
  NODE_OPTIONS: `--import ${new URL('clock.mjs', import.meta.url)}`,
};

async function start(workerEnv: NodeJS.ProcessEnv = {}): Promise<Service> {
  const redis = new Redis(queue.url);
  await redis.flushall();
  const proxy = await openProxy(queue.port);
  const own = { ...env, QUEUE_REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
  const [gateway, worker] = await Promise.all([
    startCatchment(['gateway'], own, gatewayReady),
    startCatchment(['worker'], { ...own, ...workerEnv }, workerReady),
  ]);
  return {
    ...{ gateway, worker, redis, proxy },
    async [Symbol.asyncDispose]() {
      await Promise.all([gateway.stop('SIGKILL'), worker.stop('SIGKILL')]);
      redis.disconnect();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

let asked = 0;

/** The outcome of a request for another area: its cells, or the status and what was said. */
async function ask({ gateway }: Pick<Service, 'gateway'>): Promise<string> {
  asked += 1;
  const { geometry, cells } = small(asked);
  const response = await fetch(`${gateway.said}/api/processes/local/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=3600' },
    body: JSON.stringify({ inputs: { area: geometry } }),
  });
  const body = (await response.json()) as { readonly cells?: number; readonly detail?: string };
  return body.cells === cells ? 'right' : `${response.status} ${body.detail ?? JSON.stringify(body)}`;
}

async function readiness({ gateway }: Pick<Service, 'gateway'>): Promise<string> {
  const response = await fetch(`${gateway.said}/readyz`);
  const { detail = 'ready' } = (await response.json()) as { readonly detail?: string };
  return response.status === 200 ? 'ready' : `${response.status} ${detail}`;
}

const untilRight = (service: Service) => until(async () => (await ask(service)) === 'right');
const untilReady = (service: Service) => until(async () => (await readiness(service)) === 'ready');

/** The lines of a log about the Redis of the queues. */
const linesOf = ({ output }: Running) =>
  output()
    .split('\n')
    .filter((line) => /queue Redis|Socket timeout|ECONN|READONLY|OOM/.test(line));

it('connections that went silent are replaced within seconds, and that is said once', async () => {
  await using service = await start();
  expect(await ask(service)).toBe('right');
  service.proxy.silence();
  await untilRight(service);
  await untilReady(service);
  for (const process of [service.gateway, service.worker]) {
    await until(() => /takes writes again/.test(process.output()));
    // Each loss is one line, and its end another: a machine that stands still may lose it again.
    const lost = expect.stringMatching(/queue Redis lost: (Socket timeout|Command timed out)/);
    const back = expect.stringMatching(/queue Redis takes writes again, after \d+ s/);
    const lines = linesOf(process);
    expect(lines).toEqual(lines.map((_, i) => (i % 2 === 0 ? lost : back)));
  }
});

it('a Redis on which also new connections are silent makes a gateway unready, and it is ready when it is back', async () => {
  await using service = await start();
  service.proxy.silence({ newOnes: true });
  await until(async () => /^503 the queue cannot be reached/.test(await readiness(service)));
  expect(await ask(service)).toMatch(/^503 /);
  service.proxy.heal();
  service.proxy.cut();
  await untilReady(service);
  await untilRight(service);
});

it('connections that are cut are made again, and requests under way are answered', async () => {
  await using service = await start();
  const answers = Promise.all(Array.from({ length: 20 }, () => ask(service)));
  service.proxy.cut();
  for (const answer of await answers) expect(answer).toMatch(/^right$|^503 /);
  await untilRight(service);
});

it('a Redis that has become a replica makes a gateway unready; when the address leads to the master, all goes on', async () => {
  await using service = await start();
  expect(await ask(service)).toBe('right');
  const master = await startRedis({ config: { replicaof: `127.0.0.1 ${queue.port}` } });
  await until(async () => /master_link_status:up/.test(await statusOf(master)));
  const control = new Redis(master.url);
  await control.replicaof('NO', 'ONE');
  await using ends = new AsyncDisposableStack();
  ends.defer(async () => {
    await service.redis.replicaof('NO', 'ONE');
    control.disconnect();
    await master.stop();
  });
  await service.redis.replicaof('127.0.0.1', master.port);
  await until(
    async () => (await readiness(service)) === '503 the queue takes no writes: its Redis is a read-only replica',
  );
  expect(await ask(service)).toMatch(/^503 /);
  // No connection is closed: writes find out that another server is the master.
  service.proxy.lead(master.port);
  await untilReady(service);
  await untilRight(service);
});

async function statusOf({ url }: PrivateRedis): Promise<string> {
  const redis = new Redis(url);
  const text = await redis.info('replication');
  redis.disconnect();
  return text;
}

it('a gateway is unready while its queue is full', async () => {
  await using service = await start();
  await service.redis.config('SET', 'maxmemory', '1');
  await until(async () => (await readiness(service)) === '503 the queue is full: its Redis has reached maxmemory');
  await service.redis.config('SET', 'maxmemory', '0');
  await untilReady(service);
});

/** Starts a gateway and a worker that refuse to. */
async function refusals(own: NodeJS.ProcessEnv): Promise<readonly Ended[]> {
  return Promise.all([runCatchment(['gateway'], { ...env, ...own }), runCatchment(['worker'], { ...env, ...own })]);
}

it('gateways and workers refuse a Redis that is too old', async () => {
  await using proxy = await openProxy(queue.port);
  const version = /redis_version:(\S+)/.exec(await infoOf(queue))?.[1] ?? '';
  proxy.rewrite(`redis_version:${version}`, `redis_version:${'4.0.'.padEnd(version.length, '1')}`);
  for (const { code, err } of await refusals({ QUEUE_REDIS_URL: `redis://127.0.0.1:${proxy.port}` })) {
    expect(err).toMatch(/^catchment: the queue Redis has version 4\.0\.\d+, expected 6\.2 or newer\n$/);
    expect(code).not.toBe(0);
  }
});

async function infoOf({ url }: PrivateRedis): Promise<string> {
  const redis = new Redis(url);
  const text = await redis.info('server');
  redis.disconnect();
  return text;
}

it('gateways and workers refuse a Redis that only reads', async () => {
  const replica = await startRedis({ config: { replicaof: `127.0.0.1 ${queue.port}` } });
  await until(async () => /master_link_status:up/.test(await statusOf(replica)));
  for (const { code, err } of await refusals({ QUEUE_REDIS_URL: replica.url })) {
    expect(err).toMatch(/^catchment: the queue takes no writes: its Redis is a read-only replica \(QUEUE_REDIS_URL: /);
    expect(code).not.toBe(0);
  }
  await replica.stop();
});

it('gateways and workers refuse to start with a clock that is hours off', async () => {
  writeFileSync(clockFile, String(-7_200_000));
  for (const { code, err } of await refusals({ QUEUE_REDIS_URL: queue.url, ...shifted })) {
    expect(err).toMatch(/^catchment: the clock of this machine is 7\d\d\d s behind that of the queue Redis: set /);
    expect(code).not.toBe(0);
  }
  writeFileSync(clockFile, '0');
});

it('a worker whose clock jumps ends no job until it is right again; nothing is lost', async () => {
  await using service = await start(shifted);
  expect(await ask(service)).toBe('right');
  writeFileSync(clockFile, String(-7_200_000));
  await until(() => /the clock of this machine is 7\d\d\d s behind/.test(service.worker.output()));
  const answers = Promise.all([ask(service), ask(service)]);
  await until(async () => (await service.redis.llen('{catchment}:2:start:active')) > 0);
  writeFileSync(clockFile, '0');
  expect(await answers).toEqual(['right', 'right']);
  await until(() => /have the same time again/.test(service.worker.output()));
});
