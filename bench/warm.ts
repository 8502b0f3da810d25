import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { writeManyAreas } from '../test/many-areas.ts';
import { spawnCatchment, startCatchment, workerReady } from '../test/processes.ts';
import type { Findings, Value } from './findings.ts';
import { peakMiB } from './peak.ts';
import { warmAsChore } from './warm-chore.ts';

/**
 * `catchment warm` over a tenth and all of 100,000 areas, killed twice on the way: rate, memory,
 * and that nothing is computed twice; and memory while a chore does the same.
 */
export async function benchWarm(): Promise<Findings> {
  const most = Number(process.env.BENCH_AREAS ?? 100_000);
  const rows: Value[][] = [];
  for (const areas of [most / 10, most]) rows.push(await warmAreas(areas));
  const title = 'Warming small areas of one raster, the command killed twice on the way';
  const [, , areasPerSecond] = rows.at(-1) as number[];
  return { tables: [{ title, columns, rows }, await warmAsChore(most)], figures: { areasPerSecond: areasPerSecond! } };
}

const columns = [
  'areas',
  'seconds',
  'areas/s',
  'accounted for',
  'in the cache',
  'written',
  'peak MiB of the command',
  'peak MiB of the worker',
  'peak MiB of the queue’s Redis',
];

async function warmAreas(areas: number): Promise<Value[]> {
  const folder = await mkdtemp(join(tmpdir(), 'catchment-bench-'));
  const { catalog } = writeManyAreas(folder, areas);
  const [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  const env = { QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: catalog, COUNT_THREADS: '2' };
  const worker = await startCatchment(['worker'], env, workerReady);
  const [entries, jobs] = [new Redis(cache.url), new Redis(queue.url)];
  const before = performance.now();
  for (const share of [1 / 3, 2 / 3]) {
    const warming = spawnCatchment(['warm', 'squares'], env);
    while ((await entries.dbsize()) < share * areas) await pause(50);
    await warming.stop('SIGKILL');
  }
  const warming = spawnCatchment(['warm', 'squares', '--json'], env);
  let peak = 0;
  const watching = setInterval(() => {
    peak = Math.max(peak, peakMiB(warming.pid));
  }, 200);
  const { code, out, err } = await warming.ended;
  clearInterval(watching);
  const seconds = (performance.now() - before) / 1000;
  if (code !== 0) throw new Error(`warm ended with ${code}: ${err}`);
  const { there, computed } = JSON.parse(out);
  const written = Number(/cmdstat_set:calls=(\d+)/.exec(await entries.info('commandstats'))?.[1]);
  const queuePeak = Number(/used_memory_peak:(\d+)/.exec(await jobs.info('memory'))?.[1]) / 2 ** 20;
  const counts = [there + computed, await entries.dbsize(), written];
  const row = [areas, seconds, areas / seconds, ...counts, peak, peakMiB(worker.pid), queuePeak];
  entries.disconnect();
  jobs.disconnect();
  await worker.stop();
  await Promise.all([queue.stop(), cache.stop()]);
  await rm(folder, { recursive: true });
  return row;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
