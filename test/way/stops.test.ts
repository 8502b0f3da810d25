import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createClient } from '@cellshed/client';
import { startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { gatewayReady, type Running, startCatchment } from '../processes.ts';
import { known, large, rectangle, small } from './areas.ts';
import { type Asked, ask, expectRight, right } from './asking.ts';
import { openStage, type Stage } from './stage.ts';
import { pause, waitUntil } from './wait.ts';

/**
 * The tenths of a second after which Docker kills a process that it stops; see
 * `docker-compose.yml`. They are counted, not taken from a clock: none passes while the machine
 * stands still.
 */
const patience = 150;
/** No job is given to another worker because its own has not been heard of. */
const handedBackOnly = { JOB_LOCK_SECONDS: '3600', SHUTDOWN_GRACE_SECONDS: '1' };
let stage: Stage;
const started: Running[] = [];

beforeAll(async () => {
  stage = await openStage({ gateways: 0, env: handedBackOnly });
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop('SIGKILL')));
  await stage.reset();
});
afterAll(() => stage.close());

async function start(args: readonly string[], ready: RegExp, env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const one = await startCatchment(args, { ...stage.env, ...env }, ready);
  started.push(one);
  return one;
}

const startGateway = (env?: NodeJS.ProcessEnv) => start(['gateway'], gatewayReady, env);

/** Stops a process as Docker does. Resolves to its exit code, or to the signal that it needed. */
async function stopped({ pid, ended }: Running): Promise<number | NodeJS.Signals> {
  process.kill(pid, 'SIGTERM');
  let passed = 0;
  const counting = setInterval(() => {
    passed += 1;
    if (passed === patience) process.kill(pid, 'SIGKILL');
  }, 100);
  const code = await ended;
  clearInterval(counting);
  return code;
}

const jsonHeaders = { 'content-type': 'application/json' };
const bodyFor = (area: Asked['area']) => JSON.stringify({ inputs: { area: area.name ?? area.geometry } });

/** The answer to a client that waits for an hour. */
function waitingAt(gateway: Running, area: Asked['area']): Promise<Response> {
  const headers = { ...jsonHeaders, prefer: 'wait=3600' };
  return fetch(`${gateway.said}/api/processes/web/execution`, { method: 'POST', headers, body: bodyFor(area) });
}

/** A client that has sent some text and keeps its connection open. */
async function connected(gateway: Running, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(gateway.said).port), '127.0.0.1');
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const untilAsked = (requests: number, redis = stage.redis) =>
  waitUntil(async () => (await redis.keys('*:finish:*-*')).length >= requests);

describe('a gateway that is stopped', () => {
  it('ends although clients keep connections open, wait for results and send slowly, and answers those that wait', async () => {
    const gateway = await startGateway();
    const get = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const post = 'POST /api/processes/web/execution HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const sockets = await Promise.all(
      ['', get, get, `${post}Content-Length: 1000\r\n\r\n{`].map((text) => connected(gateway, text)),
    );
    const waiting = waitingAt(gateway, small(1));
    const run = {
      input: {
        polygon: [JSON.stringify(small(2).geometry)],
        polygonCRS: 'LatLng',
        rasterCRS: 'ConusAlbers',
        operationType: 'RasterGroupedCount',
        zoom: 0,
        rasters: ['web'],
      },
    };
    const dropIn = fetch(`${gateway.said}/run`, { method: 'POST', headers: jsonHeaders, body: JSON.stringify(run) });
    await untilAsked(2);
    expect(await stopped(gateway)).toBe(0);
    const answer = await waiting;
    expect([answer.status, (await dropIn).status]).toEqual([201, 503]);
    const { jobID } = (await answer.json()) as { readonly jobID: string };
    expect(answer.headers.get('location')).toContain(jobID);
    for (const socket of sockets) socket.destroy();
    // The request is done, whoever asks for it.
    await stage.worker();
    const other = await startGateway();
    expect(await resultOf(other, jobID)).toEqual(right({ area: small(1), operation: 'web' }));
  });

  it('tells clients to close their connections, and that it is not ready', async () => {
    await stage.worker();
    const gateway = await startGateway();
    stage.web.hold();
    const waiting = waitingAt(gateway, small(3));
    await stage.web.untilHeld();
    process.kill(gateway.pid, 'SIGTERM');
    await waitUntil(() => gateway.output().includes('the gateway stops'));
    stage.web.release();
    const answer = await waiting;
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    expect(await gateway.ended).toBe(0);
  });

  it.each(['silent', 'gone'])('ends while the Redis of the queues is %s and clients wait', async (how) => {
    const queue = await startRedis();
    // Those who wait are answered when the Redis is known to be silent, within the grace.
    const gateway = await startGateway({ QUEUE_REDIS_URL: queue.url, SHUTDOWN_GRACE_SECONDS: '10' });
    const waiting = waitingAt(gateway, small(4)).then(
      ({ status }) => status,
      () => 'cut off',
    );
    const redis = new Redis(queue.url);
    await untilAsked(1, redis);
    redis.disconnect();
    if (how === 'gone') await queue.kill();
    else process.kill(queue.pid as number, 'SIGSTOP');
    expect(await stopped(gateway)).not.toBe('SIGKILL');
    expect(await waiting).toBe(503);
    await queue.kill();
  });
});

describe('a worker that is stopped', () => {
  it('hands back what it counts, and others go on with it at once', async () => {
    const gateway = await startGateway();
    const first = await stage.worker();
    stage.web.hold();
    const asked = [await askAt(gateway, small(5)), await askAt(gateway, known(6))];
    await stage.web.untilHeld();
    expect(await stopped(first)).toBe(0);
    stage.web.release();
    await stage.worker();
    await expectAllRight(gateway, asked);
  });

  it('ends its own batches, and hands back those that take longer', async () => {
    const gateway = await startGateway();
    const first = await stage.worker();
    const asked = [await askAt(gateway, large(7), 'local'), await askAt(gateway, large(8), 'local')];
    await pause(1000);
    expect(await stopped(first)).toBe(0);
    await stage.worker();
    await expectAllRight(gateway, asked);
  });

  it.each(['silent', 'gone'])('ends while the Redis of the queues is %s', async (how) => {
    const queue = await startRedis();
    const env = { QUEUE_REDIS_URL: queue.url };
    const gateway = await startGateway(env);
    const worker = await stage.worker('start,finish,count', env);
    stage.web.hold();
    await askAt(gateway, small(9));
    await stage.web.untilHeld();
    if (how === 'gone') await queue.kill();
    else process.kill(queue.pid as number, 'SIGSTOP');
    expect(await stopped(worker)).not.toBe('SIGKILL');
    await queue.kill();
  });

  it('ends while the Redis of the cache is silent', async () => {
    const cache = await startRedis();
    const gateway = await startGateway();
    const worker = await stage.worker('start,finish,count', { CACHE_URL: cache.url });
    process.kill(cache.pid as number, 'SIGSTOP');
    await askAt(gateway, small(10));
    expect(await stopped(worker)).not.toBe('SIGKILL');
    await cache.kill();
  });
});

it('a service in one process that is stopped answers who waits, and ends', async () => {
  const service = await start(['serve'], /(http:\/\/[^/\s]+)/, { QUEUE_REDIS_URL: '' });
  stage.web.hold();
  const waiting = waitingAt(service, small(11));
  await stage.web.untilHeld();
  expect(await stopped(service)).toBe(0);
  expect((await waiting).status).toBe(201);
});

it('gateways and workers that are replaced one after the other lose and refuse nothing', async () => {
  const gateways = [await startGateway(), await startGateway()];
  const workers = [await stage.worker(), await stage.worker()];
  let isOver = false;
  const areas = [
    // As wide as the raster at most, however long this takes.
    (i: number) => small(100 + (i % 800)),
    (i: number) => known(i % 120),
    (i: number) => rectangle(1000, 500 + (i % 400)),
  ];
  /** One client, which goes to the other gateway when its own takes no connection. */
  const client = async (n: number): Promise<void> => {
    for (let i = n; !isOver; i += 10) {
      const area = (areas[n % 3] as (typeof areas)[number])(i);
      const asked = await atEither(i, (gateway) =>
        createClient(gateway.said).execute('web', { area: area.name ?? area.geometry }),
      );
      const outcome = await atEither(i, (gateway) => resultOf(gateway, asked.jobID));
      expect(outcome).toEqual(right({ area, operation: 'web' }));
    }
  };
  const atEither = async <Value>(n: number, does: (gateway: Running) => Promise<Value>): Promise<Value> => {
    for (;;) {
      const gateway = gateways[n % 2] as Running;
      try {
        return await does(gateway);
      } catch (error) {
        if (!isRefusedConnection(error)) throw error;
        n += 1;
      }
    }
  };
  const clients = Promise.all(Array.from({ length: 3 }, (_, n) => client(n)));
  for (let n = 0; n < 2; n++) {
    await pause(1000);
    // The new one is there before the old one leaves.
    const [oldWorker, oldGateway] = [workers[n] as Running, gateways[n] as Running];
    workers[n] = await stage.worker();
    expect(await stopped(oldWorker)).toBe(0);
    gateways[n] = await startGateway();
    expect(await stopped(oldGateway)).toBe(0);
  }
  isOver = true;
  await clients;
});

/** Whether a client may ask elsewhere without a doubt: nobody has taken its request. */
function isRefusedConnection(error: unknown): boolean {
  const { code, cause } = error as { readonly code?: string; readonly cause?: unknown };
  return code === 'ECONNREFUSED' || (cause !== undefined && isRefusedConnection(cause));
}

async function askAt(gateway: Running, area: Asked['area'], operation: Asked['operation'] = 'web'): Promise<Asked> {
  return ask({ ...stage, gateways: [gateway] }, operation, area);
}

const expectAllRight = (gateway: Running, asked: readonly Asked[]) =>
  expectRight({ ...stage, gateways: [gateway] }, asked);

async function resultOf(gateway: Running, id: string) {
  const { wait, result } = createClient(gateway.said);
  await wait(id);
  const { cells, groups } = (await result(id)) as ReturnType<typeof right>;
  return { cells, groups };
}
