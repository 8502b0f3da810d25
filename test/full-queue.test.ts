import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import { connectPatiently, openQueues, type Queues } from '@cellshed/jobs';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-full-queue-'));
const catalog = join(folder, 'catalog.yaml');
const areas = ['one', 'two', 'three', 'four', 'five', 'six'];
let queue: PrivateRedis;
let cache: PrivateRedis;
let redis: RedisClient;
let cacheRedis: RedisClient;
let queues: Queues;
let env: NodeJS.ProcessEnv;
let gateway: Running;
const workers: Running[] = [];
/** The result of each area when nothing is in the way. */
const right = new Map<string, string>();

beforeAll(async () => {
  writeConstantRaster(join(folder, 'a.tif'), { across: 24, down: 24, originX: -500_005, originY: 2_300_005, value: 7 });
  writeFileSync(
    join(folder, 'squares.geojson'),
    JSON.stringify({ type: 'FeatureCollection', features: areas.map(square) }),
  );
  writeFileSync(
    catalog,
    `rasters: { a: { url: a.tif } }
operations: { a: { type: groupedCount, rasters: [a] } }
areas: { squares: { source: squares.geojson, id: id } }
`,
  );
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  redis = connectPatiently(queue.url, () => undefined);
  cacheRedis = connectPatiently(cache.url, () => undefined);
  queues = openQueues({ redis, retentionSeconds: 3600 });
  env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: catalog,
    PORT: '0',
    COUNT_THREADS: '1',
    TILES_PER_JOB: '8',
    JOB_LOCK_SECONDS: '4',
  };
  gateway = await startCatchment(['gateway'], env, gatewayReady);
  await startWorkers();
  for (const area of areas) right.set(area, await resultOf((await ask(area)).job));
  await stopWorkers();
});

afterAll(async () => {
  await redis.config('SET', 'maxmemory', '0');
  await Promise.all([gateway.stop('SIGKILL'), stopWorkers()]);
  await queues.close();
  redis.disconnect();
  cacheRedis.disconnect();
  await Promise.all([queue.stop(), cache.stop()]);
  rmSync(folder, { recursive: true });
});

function square(id: string, index: number) {
  const [west, south, east, north] = [-100.5 + index * 0.01, 41.5, -98, 43];
  const ring = boxRing(west, south, east, north);
  return { type: 'Feature', properties: { id }, geometry: { type: 'Polygon', coordinates: [ring] } };
}

async function startWorkers(): Promise<void> {
  const roles = ['start,finish', 'count'];
  workers.push(
    ...(await Promise.all(roles.map((list) => startCatchment(['worker', '--roles', list], env, workerReady)))),
  );
}

async function stopWorkers(): Promise<void> {
  await Promise.all(workers.splice(0).map((worker) => worker.stop('SIGKILL')));
}

/** Asks; `job` is there when it was accepted. */
async function ask(area: string) {
  const response = await fetch(`${gateway.said}/api/processes/a/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: { area: `squares/${area}` } }),
  });
  const { jobID, detail } = (await response.json()) as { jobID?: string; detail?: string };
  return {
    area,
    job: jobID as string,
    answer: { status: response.status, retryAfter: response.headers.get('retry-after'), detail },
  };
}

const accepted = { status: 201, retryAfter: null, detail: undefined };
const refused = { status: 503, retryAfter: '5', detail: 'the queue is full: its Redis has reached maxmemory' };

/** The result, or what came instead of it. */
async function resultOf(job: string): Promise<string> {
  const client = createClient(gateway.said);
  const { status, message } = await client.wait(job);
  return status === 'successful' ? JSON.stringify(await client.result(job)) : `${status}: ${message}`;
}

type Asked = Awaited<ReturnType<typeof ask>>;
const isAccepted = ({ answer }: Asked) => answer.status === 201;

async function expectRightResults(asked: readonly Asked[]): Promise<void> {
  const results = await Promise.all(asked.map(async ({ area, job }) => ({ area, result: await resultOf(job) })));
  expect(results).toEqual(asked.map(({ area }) => ({ area, result: right.get(area) })));
}

it('a queue without room refuses requests whole, and does those that it took when there is room again', async () => {
  await cacheRedis.flushall();
  const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
  await redis.config('SET', 'maxmemory', used + 400_000);
  const asked: Asked[] = [];
  while (asked.filter((one) => !isAccepted(one)).length < 20) asked.push(...(await Promise.all(areas.map(ask))));
  const took = asked.filter(isAccepted);
  expect(took.length).toBeGreaterThan(areas.length);
  expect(asked.map(({ answer }) => answer)).toEqual(asked.map((one) => (isAccepted(one) ? accepted : refused)));

  const [finish, start] = await Promise.all([
    queues.finish.getJobs(['waiting-children']),
    queues.start.getJobs(['prioritized']),
  ]);
  const jobs = took.map(({ job }) => job).sort();
  expect(finish.map(({ id }) => id).sort()).toEqual(jobs);
  expect(start.map(({ parent }) => parent?.id).sort()).toEqual(jobs);

  await redis.config('SET', 'maxmemory', '0');
  await startWorkers();
  const later = await ask('one');
  expect(later.answer).toEqual(accepted);
  await expectRightResults([...took, later]);
  await stopWorkers();
});

it('a queue that fills up again and again while jobs are under way loses none that it took', async () => {
  await startWorkers();
  const asked: Asked[] = [];
  let over = false;
  const askOn = async () => {
    while (!over) {
      // An empty cache leaves always something to compute.
      await cacheRedis.flushall();
      asked.push(...(await Promise.all(areas.map(ask))));
    }
  };
  const asking = askOn();
  // The times are longer than a lock, longer than all attempts of a job, and in the middle of a
  // write.
  const untilMore = async (kind: (one: Asked) => boolean) => {
    const before = asked.filter(kind).length;
    await until(() => asked.filter(kind).length > before);
  };
  for (const milliseconds of [100, 5000, 20, 700, 9000, 50, 300, 1500]) {
    await untilMore(isAccepted);
    await redis.config('SET', 'maxmemory', '1mb');
    await Promise.all([pause(milliseconds), untilMore((one) => !isAccepted(one))]);
    await redis.config('SET', 'maxmemory', '0');
  }
  over = true;
  await asking;
  const answers = new Set(asked.map(({ answer }) => JSON.stringify(answer)));
  expect(answers).toEqual(new Set([JSON.stringify(accepted), JSON.stringify(refused)]));
  await expectRightResults(asked.filter(isAccepted));
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
