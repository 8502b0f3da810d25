import { mkdtempSync, readFileSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openQueues } from '@cellshed/jobs';
import { openProxy, type PrivateRedis, type Proxy, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, spawnCatchment, startCatchment } from './processes.ts';
import { promtool } from './prometheus/programs.ts';
import { type Moment, recordMoment } from './prometheus/recorded.ts';
import { expectFiring } from './prometheus/rule-test.ts';
import { openSmallDisk, type SmallDisk } from './small-disk.ts';
import { until } from './until.ts';

const rules = join(import.meta.dirname, '../deploy/prometheus/alerts.yaml');
const folder = mkdtempSync(join(tmpdir(), 'catchment-alerts-'));
const file = (name: string) => join(folder, name);
const areas = 90;
let [queue, cache]: PrivateRedis[] = [];
let redis: Redis;
let proxy: Proxy;
let disk: SmallDisk;
let env: NodeJS.ProcessEnv;
let gateway: Running;
let worker: Running;
/** The service before anything is asked, and after it has answered some well. */
let [begun, well]: Moment[] = [];

beforeAll(async () => {
  const grid = { across: 4, down: 4, originX: 1_330_000, originY: 2_020_000 };
  for (const name of ['here', 'gone']) writeConstantRaster(file(`${name}.tif`), { ...grid, value: 1 });
  const features = Array.from({ length: areas }, (_, i) => ({
    ...{ type: 'Feature', properties: { id: `b${i}` } },
    geometry: { type: 'Polygon', coordinates: [boxRing(-80 + i / 1000, 40, -79.995 + i / 1000, 40.01)] },
  }));
  writeFileSync(file('basins.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { here: { url: here.tif }, gone: { url: gone.tif } }
operations: { here: { type: groupedCount, rasters: [here] }, gone: { type: groupedCount, rasters: [gone] } }
areas: { basins: { source: basins.geojson, id: id } }
`,
  );
  writeFileSync(file('clock'), '0');
  [queue, cache] = [await startRedis(), await startRedis()];
  redis = new Redis(queue.url);
  proxy = await openProxy(cache.port);
  disk = openSmallDisk();
  env = {
    ...{ QUEUE_REDIS_URL: queue.url, CATCHMENT_CATALOG: file('catalog.yaml'), COUNT_THREADS: '1', PORT: '0' },
    CACHE_URL: `redis://127.0.0.1:${proxy.port},file:${disk.folder}/results`,
    ...{ CACHE_TIMEOUT_SECONDS: '1', JOB_RETENTION_SECONDS: '10', CLIENT_WAITING_LIMIT: '2', METRICS_PORT: '0' },
  };
  const clock = { NODE_OPTIONS: `--import ${join(import.meta.dirname, 'clock.mjs')}`, CLOCK_FILE: file('clock') };
  gateway = await startCatchment(['gateway'], { ...env, ...clock }, gatewayReady);
  worker = await startWorker();
  begun = await record();
  for (let i = 0; i < 12; i++) expect(await ask(`b${i % 4}`)).toBe(200);
  well = await record();
});
afterAll(async () => {
  await Promise.all([gateway.stop(), worker.stop()]);
  redis.disconnect();
  await Promise.all([proxy[Symbol.asyncDispose](), queue?.stop(), cache?.stop()]);
  disk.close();
  rmSync(folder, { recursive: true });
});

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const startWorker = () => startCatchment(['worker'], env, /metrics of the worker are on (127\.0\.0\.1:\d+)/);
/** Records the service. Event loops on a busy machine are late: one test alone looks at that. */
async function record({ withLateness = false } = {}): Promise<Moment> {
  const moment = await recordMoment({ gateway: gateway.said, worker: `http://${worker.said}` });
  const calm = (all: Moment[string]) => new Map([...all].filter(([series]) => !series.startsWith('nodejs_eventloop_')));
  return withLateness ? moment : Object.fromEntries(Object.entries(moment).map(([name, all]) => [name, calm(all)]));
}

async function ask(area: string, operation = 'here', prefer = 'wait=60'): Promise<number> {
  const { status } = await fetch(`${gateway.said}/api/processes/${operation}/execution`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', prefer } },
    body: JSON.stringify({ inputs: { area: `basins/${area}` } }),
  });
  return status;
}

/** The largest value of a metric in all processes. */
function valueIn(moment: Moment, name: string, ...labels: readonly string[]): number {
  const all = Object.values(moment).flatMap((one) => [...one]);
  const found = all.filter(([series]) => series.startsWith(`${name}{`) && labels.every((one) => series.includes(one)));
  return Math.max(...found.map(([, value]) => value));
}

/** Records again and again until it holds. */
async function recordUntil(
  holds: (moment: Moment) => boolean,
  how: Parameters<typeof record>[0] = {},
): Promise<Moment> {
  for (;;) {
    const moment = await record(how);
    if (holds(moment)) return moment;
  }
}

/** The alerts that fire after half an hour of a well service and 45 minutes of another moment. */
function expectAlerts(trouble: Moment, alerts: readonly string[], before = well as Moment): void {
  const stages = [
    { minutes: 1, moment: begun as Moment },
    { minutes: 30, moment: before },
    { minutes: 45, moment: trouble },
  ];
  expectFiring(rules, stages, alerts);
}

it('the rules are right in form, each has its part of the runbook, and texts name labels that there are', () => {
  expect(promtool('check', 'rules', '--lint=all', '--lint-fatal', rules)).toMatchObject({ code: 0 });
  const alerts = readFileSync(rules, 'utf8').split('- alert: ').slice(1);
  const runbook = readFileSync(join(import.meta.dirname, '../docs/guides/runbook.md'), 'utf8');
  const heads = Array.from(runbook.matchAll(/^### (Catchment\w+)$/gm), ([, name]) => name);
  expect(alerts.map((text) => /^\w+/.exec(text)?.[0])).toEqual(heads);
  for (const text of alerts) {
    const name = /^\w+/.exec(text)?.[0] as string;
    expect(text).toContain(`runbook: docs/guides/runbook.md#${name.toLowerCase()}\n`);
    const labels = Array.from(text.matchAll(/\$labels\.(\w+)/g), ([, label]) => label as string);
    const kept = /by \(([\w, ]+)\)/.exec(text)?.[1]?.split(', ') ?? ['instance', 'job'];
    expect(kept).toEqual(expect.arrayContaining(labels));
  }
});

it('nothing fires while the service is well', () => {
  expectAlerts(well as Moment, []);
});

it('requests and jobs that fail', async () => {
  const before = await record();
  renameSync(file('gone.tif'), file('elsewhere.tif'));
  for (const area of ['b0', 'b1', 'b2']) expect(await ask(area, 'gone')).toBe(500);
  const alerts = ['CatchmentHttpErrors', 'CatchmentJobsFail', 'CatchmentRequestsFail'];
  expectAlerts(await record(), alerts, before);
  renameSync(file('elsewhere.tif'), file('gone.tif'));
});

it('an event loop that is late', async () => {
  const before = await record();
  // A loop that was just looked at is first measured at its second turn.
  await pause(200);
  process.kill(gateway.pid, 'SIGSTOP');
  await pause(1000);
  process.kill(gateway.pid, 'SIGCONT');
  const isLate = (moment: Moment) => valueIn(moment, 'nodejs_eventloop_lag_seconds', '"gateway"', '"0.99"') > 0.2;
  const late = await recordUntil(isLate, { withLateness: true });
  expectAlerts(late, ['CatchmentEventLoopLate'], before);
});

it('a hit rate that has fallen', async () => {
  const before = await record();
  for (let i = 4; i < 54; i++) expect(await ask(`b${i}`)).toBe(200);
  const day = [
    { minutes: 1, moment: begun as Moment },
    { minutes: 1500, moment: before },
  ];
  expectFiring(rules, [...day, { minutes: 75, moment: await record() }], ['CatchmentHitRateFallen']);
});

it('a Redis of the queues that is nearly full, refuses writes, or may evict', async () => {
  const before = await record();
  const used = valueIn(before, 'catchment_redis_memory_bytes', '"queues"', '"used"');
  await redis.config('SET', 'maxmemory', Math.round(used * 1.1));
  const nearlyFull = await record();
  await redis.config('SET', 'maxmemory', 100_000);
  const full = await record();
  await redis.config('SET', 'maxmemory', 0);
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const evicting = await record();
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
  expectAlerts(nearlyFull, ['CatchmentQueueRedisNearlyFull'], before);
  expectAlerts(full, ['CatchmentQueueRedisNearlyFull', 'CatchmentQueueRedisRefusesWrites'], before);
  expectAlerts(evicting, ['CatchmentQueueRedisMayEvict'], before);
});

it('a store that hangs, one that takes no values, and a durable one that does not', async () => {
  const before = await record();
  proxy.silence({ newOnes: true });
  const hangs = (moment: Moment) => valueIn(moment, 'catchment_store_state', '"redis:', '"hangs"') === 1;
  expect(await ask('b54')).toBe(200);
  expectAlerts(await recordUntil(hangs), ['CatchmentStoreHangs'], before);
  proxy.heal();
  proxy.cut({ onlySilent: true });
  while (hangs(await record())) expect(await ask('b54')).toBe(200);

  const client = new Redis(cache?.url as string);
  await client.config('SET', 'maxmemory', 1000);
  let next = 55;
  const states = (moment: Moment, place: string, ...all: readonly string[]) =>
    Math.max(...all.map((state) => valueIn(moment, 'catchment_store_state', `"${place}:`, `"${state}"`)));
  // It neither takes values nor leases.
  const isFull = (moment: Moment) => states(moment, 'redis', 'fails', 'takes no values') === 1;
  for (; !isFull(await record()); next++) expect(await ask(`b${next}`)).toBe(200);
  expectAlerts(await record(), ['CatchmentStoreFails'], before);
  client.disconnect();

  disk.fill([gateway.pid, worker.pid]);
  const isDiskFull = (moment: Moment) => states(moment, 'file', 'takes no values') === 1;
  for (; !isDiskFull(await record()); next++) expect(await ask(`b${next}`)).toBe(200);
  // A user who may mount no disk gets one that only refuses to be written.
  const isMounted = statSync(disk.folder).dev !== statSync(tmpdir()).dev;
  expect(statfsSync(disk.folder).bavail === 0).toBe(isMounted);
  const nearlyFull = isMounted ? ['CatchmentDiskNearlyFull'] : [];
  const diskFull = await record();
  disk.free([gateway.pid, worker.pid]);
  expectAlerts(diskFull, [...nearlyFull, 'CatchmentDurableStoreFails', 'CatchmentStoreFails'], before);
});

it('workers that are gone, what waits for them, and requests that are refused', async () => {
  const before = await record();
  await worker.stop('SIGKILL');
  const warming = spawnCatchment(['warm', 'basins'], env);
  const counting = `{catchment}:2:count:prioritized`;
  await until(async () => (await redis.zcard(counting)) > 0);
  await warming.stop('SIGKILL');
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++) statuses.push(await ask('b89', 'here', 'respond-async'));
  expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  // The time that has passed since then is not waited for.
  await using opened = new AsyncDisposableStack();
  const queues = opened.adopt(openQueues({ redis, retentionSeconds: 10 }), (all) => all.close());
  const [recent, long] = [Date.now() - 600_000, Date.now() - 7 * 3_600_000];
  for (const all of [queues.start, queues.count]) {
    for (const job of await all.getPrioritized()) {
      await redis.hset(all.toKey(job.id as string), 'timestamp', all === queues.start ? recent : long);
    }
  }
  await redis.set(queues.key('kept'), recent);
  const gone = await recordUntil((moment) => valueIn(moment, 'catchment_queue_taken', '"count"') === 0);
  expectAlerts(
    gone,
    [
      ...['CatchmentBackgroundWaits', 'CatchmentKeeperAbsent', 'CatchmentPeopleWait', 'CatchmentProcessDown'],
      ...['CatchmentQueueUntaken', 'CatchmentRefusals'],
    ],
    before,
  );
  await redis.set(queues.key('kept'), Date.now());
});

it('a worker that is started again and again', async () => {
  const stages = [{ minutes: 5, moment: begun as Moment }];
  for (let i = 0; i < 3; i++) {
    worker = await startWorker();
    stages.push({ minutes: 5, moment: await record() });
    if (i < 2) await worker.stop('SIGKILL');
  }
  expectFiring(rules, stages.slice(1), []);
  expectFiring(rules, stages, ['CatchmentProcessRestarts']);
});

it('a clock that differs', async () => {
  await until(async () => valueIn(await record(), 'catchment_queue_taken', '"count"') === 1);
  writeFileSync(file('clock'), '120000');
  // Times that it tells are wrong until it knows how far it is off.
  const isKnown = (moment: Moment) => valueIn(moment, 'catchment_kept_seconds') < 60;
  const differs = await recordUntil((all) => valueIn(all, 'catchment_queue_redis', '"clock"') === 0 && isKnown(all));
  expectAlerts(differs, ['CatchmentClocksDiffer'], await record());
});
