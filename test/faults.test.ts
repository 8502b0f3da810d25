import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type StatusDocument } from '@cellshed/client';
import type { GroupedCountResult } from '@cellshed/contracts';
import { connectPatiently, openQueues, openRequests, type Queues } from '@cellshed/jobs';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { patiently } from './patiently.ts';
import { gatewayReady, type Running, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

/** 48 × 48 tiles of which the areas below cover most, in some hundred count jobs. */
const raster = { across: 48, down: 48, originX: -1_000_005, originY: 2_500_005, value: 7 };
const folder = mkdtempSync(join(tmpdir(), 'catchment-faults-'));
const catalog = join(folder, 'catalog.yaml');
let queue: PrivateRedis;
let cache: PrivateRedis;
let queues: Queues;
let env: NodeJS.ProcessEnv;
let gateways: Running[];
const workers = new Set<Running>();
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  writeConstantRaster(join(folder, 'a.tif'), raster);
  writeConstantRaster(join(folder, 'b.tif'), { ...raster, value: 9 });
  writeFileSync(
    catalog,
    'rasters: { a: { url: a.tif }, b: { url: b.tif } }\noperations: { ab: { type: groupedCount, rasters: [a, b] } }\n',
  );
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: catalog,
    PORT: '0',
    COUNT_THREADS: '1',
    TILES_PER_JOB: '16',
    JOB_LOCK_SECONDS: '5',
    SHUTDOWN_GRACE_SECONDS: '3600',
  };
  gateways = await Promise.all([1, 2, 3].map(() => startCatchment(['gateway'], env, gatewayReady)));
  const redis = connectPatiently(queue.url, () => undefined);
  queues = openQueues({ redis, retentionSeconds: 3600 });
  stops.push(
    () => queues.close(),
    async () => redis.disconnect(),
  );
});

afterEach(async () => {
  await Promise.all([...workers].map((worker) => worker.stop('SIGKILL')));
  workers.clear();
});

afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  for (const stop of stops) await stop();
  await Promise.all([queue.stop(), cache.stop()]);
  rmSync(folder, { recursive: true });
});

async function startWorker(roles: string): Promise<Running> {
  const worker = await startCatchment(['worker', '--roles', roles], env, workerReady);
  workers.add(worker);
  return worker;
}

async function kill(worker: Running): Promise<void> {
  workers.delete(worker);
  await worker.stop('SIGKILL');
}

/**
 * A large square; another `nudge`, another area, so that no test meets the cache of another one.
 */
function square(nudge: number) {
  const [west, south, east, north] = [-104 + nudge, 35, -100, 42];
  const ring = boxRing(west, south, east, north);
  return { type: 'Polygon', coordinates: [ring] };
}

const client = (n: number) => createClient(gateways[n % 3]?.said ?? '');
const isRunning = ({ status, tiles }: StatusDocument) => status === 'running' && (tiles?.done ?? 0) > 0;

let nudges = 0;

/**
 * A request for a new area in whose middle the raster worker was stopped where it stood; `goOn`
 * lets it go on.
 */
async function caughtCounting(worker: Running) {
  for (;;) {
    nudges += 1;
    const area = square(0.1 + nudges / 1000);
    const { jobID } = await patiently(() => client(0).execute('ab', { area }));
    const now = () => patiently(() => client(0).status(jobID));
    const isOver = ({ status }: StatusDocument) => !['accepted', 'running'].includes(status);
    await until(async () => isRunning(await now()) || isOver(await now()));
    process.kill(worker.pid, 'SIGSTOP');
    const goOn = () => process.kill(worker.pid, 'SIGCONT');
    const { tiles } = await now();
    if (tiles && tiles.done < tiles.planned / 2) return { jobID, area, goOn };
    // This test was too slow for it: another area.
    goOn();
  }
}

/** The answer of an undisturbed computation. */
async function computedInPeace(area: object) {
  const { execute, wait, result } = client(0);
  const { jobID } = await execute('ab', { area });
  expect((await wait(jobID)).status).toBe('successful');
  return result(jobID);
}

it('a hundred requests at once to three gateways are one computation and a hundred equal answers; dismissing the first leaves the others', async () => {
  const [, counting] = await Promise.all([startWorker('start,finish'), startWorker('count')]);
  const first = await caughtCounting(counting);
  const computations = async () => (await queues.count.getCompleted()).filter(({ name }) => name === 'compute').length;
  const computed = await computations();
  const others = await Promise.all(Array.from({ length: 99 }, (_, n) => client(n).execute('ab', { area: first.area })));
  expect((await client(1).dismiss(first.jobID)).status).toBe('dismissed');
  first.goOn();
  const ended = await Promise.all(others.map(({ jobID }, n) => client(n).wait(jobID)));
  expect(new Set(ended.map(({ status, message }) => `${status} ${message}`))).toEqual(
    new Set(['successful undefined']),
  );
  const results = await Promise.all(others.map(({ jobID }, n) => client(n).result<GroupedCountResult>(jobID)));
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
  expect(results[0]?.groups).toEqual([{ values: [7, 9], cells: results[0]?.cells }]);
  expect(results[0]?.cells).toBeGreaterThan(1e8);
  expect((await client(2).status(first.jobID)).status).toBe('dismissed');
  expect((await computations()) - computed).toBe(1);
});

it('a raster worker killed in the middle of a large request changes nothing but the time', async () => {
  const [, first] = await Promise.all([startWorker('start,finish'), startWorker('count')]);
  const { jobID, area } = await caughtCounting(first);
  await kill(first);
  await startWorker('count');
  expect(await client(0).wait(jobID)).toMatchObject({ status: 'successful', cache: 'miss' });
  const result = await client(0).result(jobID);
  await flushCache();
  expect(await computedInPeace(area)).toEqual(result);
});

it('a finish worker killed in the middle of a large request changes nothing but the time', async () => {
  const [first, counting] = await Promise.all([startWorker('start,finish'), startWorker('count')]);
  const { jobID, area, goOn } = await caughtCounting(counting);
  await kill(first);
  goOn();
  await startWorker('start,finish');
  expect(await client(0).wait(jobID)).toMatchObject({ status: 'successful', cache: 'miss' });
  const result = await client(0).result(jobID);
  await flushCache();
  expect(await computedInPeace(area)).toEqual(result);
});

it('dismissing the only request stops the raster workers before they are done', async () => {
  const [, counting] = await Promise.all([startWorker('start,finish'), startWorker('count')]);
  const { jobID, goOn } = await caughtCounting(counting);
  const [computation] = (await openRequests(queues).read(jobID))?.computations ?? [];
  await client(0).dismiss(jobID);
  goOn();
  expect((await client(0).wait(jobID)).status).toBe('dismissed');
  for (const name of ['prioritized', 'active', 'delayed', 'waiting-children'] as const) {
    await until(async () => (await queues.count.getJobCounts(name))[name] === 0);
  }
  const ended = await queues.count.getJobs(['completed', 'failed']);
  const batches = ended.filter(({ data }) => 'computation' in data && data.computation === computation);
  const counted = batches.filter(({ returnvalue }) => returnvalue && 'parts' in returnvalue);
  expect(batches.length).toBeGreaterThan(0);
  expect(counted.length).toBeLessThan(batches.length);
});

it('a worker that is stopped in good order ends its batches, and another goes on', async () => {
  const [, first] = await Promise.all([startWorker('start,finish'), startWorker('count')]);
  const { jobID } = await caughtCounting(first);
  workers.delete(first);
  // The signal reaches it when it goes on.
  await first.stop('SIGTERM');
  await startWorker('count');
  expect(await client(0).wait(jobID)).toMatchObject({ status: 'successful' });
  const reasons = (await queues.count.getFailed()).map(({ failedReason }) => failedReason);
  // The test before has left jobs that it dismissed.
  expect(reasons.filter((reason) => reason !== 'dismissed')).toEqual([]);
});

async function flushCache(): Promise<void> {
  const redis = connectPatiently(cache.url, () => undefined);
  await redis.flushall();
  redis.disconnect();
}

it('a worker whose Redis has gone ends when it is told to', async () => {
  const gone = await startRedis();
  const own = { ...env, QUEUE_REDIS_URL: gone.url, SHUTDOWN_GRACE_SECONDS: '0' };
  const worker = await startCatchment(['worker'], own, workerReady);
  await gone.stop();
  // Resolves when the process has ended.
  await worker.stop();
});
