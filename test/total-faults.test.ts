import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import type { GroupedCountResult } from '@cellshed/contracts';
import { connectPatiently, openQueues, openRequests, type Queues } from '@cellshed/jobs';
import { startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-total-faults-'));
const ids = Array.from({ length: 8 }, (_, n) => `u${n}`);
const opened = new AsyncDisposableStack();
let gateway: Running;
let counting: Running;
let queues: Queues;
let cache: Redis;

/**
 * 48 × 48 tiles, and eight areas side by side that cover most of them. Each drains into the first.
 */
beforeAll(async () => {
  writeConstantRaster(join(folder, 'a.tif'), {
    across: 48,
    down: 48,
    originX: -1_000_005,
    originY: 2_500_005,
    value: 7,
  });
  const features = ids.map((id, n) => ({
    type: 'Feature',
    properties: { id, to: n === 0 ? 'SEA' : 'u0', half: n < 7 ? 'west' : 'east' },
    geometry: { type: 'Polygon', coordinates: [boxRing(-104 + n / 2, 35, -103.5 + n / 2, 42)] },
  }));
  writeFileSync(join(folder, 'units.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  const half = { type: 'Feature', properties: { id: 'west' }, geometry: features[0]?.geometry };
  writeFileSync(join(folder, 'halves.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [half] }));
  const catalog = join(folder, 'catalog.yaml');
  writeFileSync(
    catalog,
    `rasters: { a: { url: a.tif } }
operations: { count_a: { type: groupedCount, rasters: [a] } }
areas:
  unit: { source: units.geojson, id: id, downstream: to, within: { half: half } }
  half: { source: halves.geojson, id: id }
`,
  );
  const [queue, results] = await Promise.all([startRedis(), startRedis()]);
  for (const redis of [queue, results]) opened.adopt(redis, (one) => one.stop());
  const env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: results.url, CATCHMENT_CATALOG: catalog, PORT: '0' },
    ...{ COUNT_THREADS: '1', TILES_PER_JOB: '16', JOB_LOCK_SECONDS: '5' },
  };
  const all = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['worker', '--roles', 'count'], env, workerReady),
    startCatchment(['worker', '--roles', 'start,finish'], env, workerReady),
  ]);
  for (const one of all) opened.adopt(one, (running) => running.stop('SIGKILL'));
  [gateway, counting] = all;
  cache = opened.adopt(new Redis(results.url), (redis) => redis.disconnect());
  const redis = opened.adopt(
    connectPatiently(queue.url, () => undefined),
    (one) => one.disconnect(),
  );
  queues = opened.adopt(openQueues({ redis, retentionSeconds: 3600 }), (one) => one.close());
});
afterAll(async () => {
  await opened.disposeAsync();
  rmSync(folder, { recursive: true });
});

const client = () => createClient(gateway.said);

/** A request in whose middle the raster worker was stopped where it stood; `goOn` lets it go on. */
async function caughtCounting(inputs: Readonly<Record<string, unknown>>) {
  for (;;) {
    await cache.flushall();
    const { jobID } = await client().execute('count_a', inputs);
    const isOver = (status: string) => !['accepted', 'running'].includes(status);
    await until(async () => {
      const { status, tiles } = await client().status(jobID);
      return (tiles?.done ?? 0) > 0 || isOver(status);
    });
    process.kill(counting.pid, 'SIGSTOP');
    const goOn = () => process.kill(counting.pid, 'SIGCONT');
    const { tiles } = await client().status(jobID);
    if (tiles && tiles.done > 0 && tiles.done < tiles.planned / 2) return { jobID, goOn };
    // This test was too slow for it.
    goOn();
    await client().wait(jobID);
  }
}

/** All results of a request, and the state of the cache for it. */
async function answered(inputs: Readonly<Record<string, unknown>>) {
  const { jobID } = await client().execute('count_a', inputs);
  const { status, cache } = await client().wait(jobID);
  expect(status).toBe('successful');
  const result = await client().result<GroupedCountResult | { readonly results: readonly GroupedCountResult[] }>(jobID);
  return { cache, results: 'results' in result ? result.results : [result] };
}

describe('a total that is dismissed in the middle of its counting', () => {
  it.each([
    ['upstream', { area: 'unit/u0', upstream: true }, [ids]],
    ['within', { areas: 'unit', within: 'half/west', sum: true }, [ids.slice(0, 7)]],
    ['by', { areas: 'unit', by: 'half' }, [ids.slice(7), ids.slice(0, 7)]],
  ])(
    '%s stops its raster workers, leaves nothing, and is right when it is asked for again',
    async (_, inputs, groups) => {
      const { jobID, goOn } = await caughtCounting(inputs);
      const computations = (await openRequests(queues).read(jobID))?.computations ?? [];
      expect(computations.length).toBeGreaterThan(0);
      await client().dismiss(jobID);
      goOn();
      expect((await client().wait(jobID)).status).toBe('dismissed');
      for (const name of ['prioritized', 'active', 'delayed', 'waiting-children'] as const)
        await until(async () => (await queues.count.getJobCounts(name))[name] === 0);
      const ended = await queues.count.getJobs(['completed', 'failed']);
      const batches = ended.filter(({ data }) => 'computation' in data && computations.includes(data.computation));
      const counted = batches.filter(({ returnvalue }) => returnvalue && 'parts' in returnvalue);
      expect(batches.length).toBeGreaterThan(0);
      expect(counted.length).toBeLessThan(batches.length);
      expect(await cache.keys('*geop:*')).toEqual([]);
      const { cache: state, results } = await answered(inputs);
      expect(state).toBe('miss');
      const cells = new Map<string, number>();
      for (const id of ids) cells.set(id, (await answered({ area: `unit/${id}` })).results[0]?.cells as number);
      const sums = groups.map((group) => group.reduce((sum, id) => sum + (cells.get(id) as number), 0));
      expect(results.map((one) => one.cells)).toEqual(sums);
    },
  );
});
