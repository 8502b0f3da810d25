import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { writeManyAreas } from '../test/many-areas.ts';
import { spawnCatchment } from '../test/processes.ts';
import { startCluster } from './cluster.ts';
import type { Findings, Value } from './findings.ts';
import { sumOf, type Usage, usageBetween, usageOf } from './usage.ts';

const areas = Number(process.env.BENCH_AREAS ?? 100_000);
const fleets = [4, 16, 64];
/** The time of a core for an area as large as a HUC-12: 168,000 cells, 190 million a second. */
const millisecondsOfArea = 0.88;
const idleMilliseconds = 20_000;
const simulated = join(import.meta.dirname, 'simulated-pool.mjs');

/** The load of more workers on the queue and Redis, where counting takes time but no processor. */
export async function benchFleet(): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'catchment-bench-'));
  const { catalog } = writeManyAreas(folder, areas);
  const looks: Look[] = [];
  for (const workers of fleets) looks.push(await look(catalog, workers));
  await rm(folder, { recursive: true });
  return {
    tables: [
      {
        title: `Warming ${areas.toLocaleString('en')} areas`,
        columns: [
          'workers',
          'seconds',
          'of counting alone',
          'commands for an area: queues’ Redis',
          'cache’s Redis',
          'CPU µs for an area: queues’ Redis',
          'cache’s Redis',
          'the workers',
        ],
        rows: looks.map(busyRow),
        notes: [
          `Workers count nothing: each waits ${millisecondsOfArea} ms for an area, which one core takes for a HUC-12, one after the other. All processes share the machine’s processors: what they take there is a time that more machines would divide.`,
        ],
      },
      {
        title: 'Workers with nothing to do',
        columns: [
          'workers',
          'commands a second: queues’ Redis',
          'cache’s Redis',
          'part of a core: queues’ Redis',
          'a worker',
        ],
        rows: looks.map(idleRow),
      },
    ],
  };
}

function busyRow({ workers, busy: { seconds, commands, redisCpu, cpu } }: Look): Value[] {
  const forArea = (milliseconds = 0) => (1000 * milliseconds) / areas;
  return [
    ...[workers, seconds, (areas * millisecondsOfArea) / 1000 / workers],
    ...[sumOf(commands['queue'] ?? {}) / areas, sumOf(commands['cache'] ?? {}) / areas],
    ...[forArea(redisCpu['queue']), forArea(redisCpu['cache']), forArea(sumOf(cpu))],
  ];
}

function idleRow({ workers, idle: { seconds, commands, redisCpu, cpu } }: Look): Value[] {
  const part = (milliseconds = 0) => `${((milliseconds / 1000 / seconds) * 100).toFixed(2)} %`;
  return [
    ...[workers, sumOf(commands['queue'] ?? {}) / seconds, sumOf(commands['cache'] ?? {}) / seconds],
    ...[part(redisCpu['queue']), part(sumOf(cpu) / workers)],
  ];
}

interface Look {
  readonly workers: number;
  readonly busy: Usage;
  readonly idle: Usage;
}

async function look(catalog: string, workers: number): Promise<Look> {
  const env = {
    ...{ COUNT_THREADS: '1', NODE_OPTIONS: `--import ${simulated}` },
    BENCH_COUNT_MILLISECONDS: String(millisecondsOfArea),
  };
  const cluster = await startCluster({ catalog, workers: Array<string>(workers).fill('all'), env });
  const redises = { queue: new Redis(cluster.queue.url), cache: new Redis(cluster.cache.url) };
  const ofWorkers = cluster.workerPids.map((pid, index): [string, number] => [`worker ${index}`, pid]);
  const watched = { redises, pids: Object.fromEntries(ofWorkers) };
  try {
    await setTimeout(5000);
    const before = await usageOf(watched);
    await setTimeout(idleMilliseconds);
    const rested = await usageOf(watched);
    const { code, out, err } = await spawnCatchment(['warm', 'squares', '--json'], cluster.env).ended;
    if (code !== 0) throw new Error(`warm ended with ${code}: ${err}`);
    const { computed } = JSON.parse(out);
    if (computed !== areas) throw new Error(`${computed} areas were computed, expected ${areas}`);
    return { workers, idle: usageBetween(before, rested), busy: usageBetween(rested, await usageOf(watched)) };
  } finally {
    for (const redis of Object.values(redises)) redis.disconnect();
    await cluster.stop();
  }
}
