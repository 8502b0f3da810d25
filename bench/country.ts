import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArchive } from '@cellshed/cache';
import { createClient } from '@cellshed/client';
import type { ResultDocument } from '@cellshed/contracts';
import { Redis } from 'ioredis';
import { equalCounts } from './answers.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Findings, median, type Value } from './findings.ts';
import { countryInputs, valuesText } from './inputs.ts';
import { areaId, areasOfBlock, block, blocks, country } from './inputs-maker/country.ts';
import { packedCommand } from './packed-command.ts';
import { peakMiB } from './peak.ts';
import { sumOf, usageBetween, usageOf } from './usage.ts';
import { runWhole } from './whole-command.ts';

const operation = 'nlcd_soil';
const areas = areasOfBlock * blocks.across * blocks.down;
const cells = blocks.across * block.width * blocks.down * block.height;
/** The most seconds that counting all areas may take on two cores, and the most memory. */
const most = { seconds: 60, mebibytes: 1536 };
/** The most times as long that `warm` may take, through the queue. */
const mostTimes = 1.5;

/** The whole country counted by a command, then through the queue; asked for, added up, removed. */
export async function benchCountry(): Promise<Findings> {
  const inputs = await countryInputs();
  const catalog = join(inputs, 'catalog.yaml');
  const folder = await mkdtemp(join(tmpdir(), 'catchment-country-'));
  const threads = String(availableParallelism());
  const cluster = await startCluster({ catalog, workers: ['all'], env: { COUNT_THREADS: threads } });
  try {
    const command = (...args: string[]) => [process.execPath, packedCommand(), ...args] as const;
    const archive = join(folder, 'results.jsonl');
    const precompute = command('precompute', 'huc12', '--catalog', catalog, '--out', archive, '--json');
    const counted = await runWhole(precompute);
    const wrong = await differences(archive, inputs);
    const warmed = await warm(cluster, command('warm', 'huc12', '--catalog', catalog, '--json'));
    const client = createClient(cluster.url);
    const hits = await askedFor(client);
    const totals = [await total(client, 28), await total(client, 0)];
    const removed = await runWhole(
      command('invalidate', '--raster', 'soil', '--catalog', catalog, '--json'),
      cluster.env,
    );
    const { removed: entries } = JSON.parse(removed.output);
    for (const { document, units } of totals) {
      if (document.areas !== units) wrong.push(`a total has ${document.areas} areas, expected ${units}`);
    }
    if (totals[1]?.document.cells !== cells)
      wrong.push(`all areas have ${totals[1]?.document.cells} cells, not ${cells}`);
    if (counted.seconds > most.seconds) wrong.push(`precompute took ${counted.seconds} s, expected ${most.seconds}`);
    if (counted.peakMebibytes > most.mebibytes) wrong.push(`precompute took ${counted.peakMebibytes} MiB`);
    if (warmed.seconds > mostTimes * counted.seconds) wrong.push(`warm took ${warmed.seconds} s`);
    const work = (name: string, seconds: number, cpu: number, mebibytes: number): Value[] => [
      name,
      seconds,
      cells / seconds / 1e6,
      areas / seconds,
      cpu,
      mebibytes,
    ];
    const size = [areas, cells, country.width, country.height].map((one) => one.toLocaleString('en'));
    return {
      tables: [
        {
          title: `${size[0]} areas that tile ${size[1]} cells of two rasters of ${size[2]} × ${size[3]}, ${threads} threads`,
          columns: ['', 'seconds', 'Mcells/s', 'areas/s', 'CPU seconds', 'peak MiB'],
          rows: [
            work('catchment precompute', counted.seconds, counted.cpuSeconds, counted.peakMebibytes),
            work('catchment warm, through the queue', warmed.seconds, warmed.cpuSeconds, warmed.workerMebibytes),
          ],
          notes: [
            `The aims are ${most.seconds} s with less than ${most.mebibytes} MiB, and ${mostTimes} times that through the queue. The second row is the work of the worker; the command had ${Math.round(warmed.peakMebibytes)} MiB at most.`,
            'Tiles of 512 × 512; 4,032 of the 64,260 of each raster differ, so that the files stay small: each tile is read and decoded for itself all the same. The sums of all areas are those of the rasters as they were made.',
          ],
        },
        {
          title: 'Through the queue, for all areas',
          columns: ['', 'commands', 'CPU seconds', 'peak MiB'],
          rows: [
            ['Redis of the queues', warmed.queueCommands, warmed.queueCpu, warmed.queueMebibytes],
            ['Redis of the cache', warmed.cacheCommands, warmed.cacheCpu, warmed.cacheMebibytes],
          ],
        },
        {
          title: 'Afterwards',
          columns: ['', 'milliseconds'],
          rows: [
            ['a hit, the median of 1,000 areas one after the other', hits.p50],
            ['a hit, all but one in a hundred', hits.p99],
            ...totals.map(({ units, milliseconds }) => [
              `the total of ${units.toLocaleString('en')} areas upstream, from the cache`,
              milliseconds,
            ]),
            [`all ${entries.toLocaleString('en')} results of a raster removed`, removed.seconds * 1000],
          ],
        },
      ],
      wrong,
    };
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
}

/** A sentence if all areas together have other counts than the rasters as they were made. */
async function differences(archive: string, inputs: string): Promise<string[]> {
  const sums: Record<string, number> = {};
  let results = 0;
  for await (const found of readArchive(archive)) {
    if ('problem' in found) return [found.problem];
    const { groups } = JSON.parse(new TextDecoder().decode(found.record.value));
    for (const { values, cells: some } of groups) {
      const pair = valuesText(values);
      sums[pair] = (sums[pair] ?? 0) + some;
    }
    results += 1;
  }
  const difference = equalCounts(sums, JSON.parse(readFileSync(join(inputs, 'counts.json'), 'utf8')));
  return [
    ...(results === areas ? [] : [`${results} results, expected ${areas}`]),
    ...(difference ? [`all areas: Catchment counts ${difference}`] : []),
  ];
}

async function warm({ env, queue, cache, workerPids: [worker = 0] }: Cluster, command: Parameters<typeof runWhole>[0]) {
  const redises = { queue: new Redis(queue.url), cache: new Redis(cache.url) };
  try {
    const before = await usageOf({ redises, pids: { worker } });
    const run = await runWhole(command, env);
    const used = usageBetween(before, await usageOf({ redises, pids: { worker } }));
    const calls = (name: 'queue' | 'cache') => sumOf(used.commands[name] ?? {});
    return {
      ...run,
      cpuSeconds: (used.cpu['worker'] ?? 0) / 1000,
      workerMebibytes: peakMiB(worker),
      queueCommands: calls('queue'),
      cacheCommands: calls('cache'),
      queueCpu: (used.redisCpu['queue'] ?? 0) / 1000,
      cacheCpu: (used.redisCpu['cache'] ?? 0) / 1000,
      queueMebibytes: await peakOf(redises.queue),
      cacheMebibytes: await peakOf(redises.cache),
    };
  } finally {
    for (const redis of Object.values(redises)) redis.disconnect();
  }
}

async function peakOf(redis: Redis): Promise<number> {
  return Number(/used_memory_peak:(\d+)/.exec(await redis.info('memory'))?.[1]) / 2 ** 20;
}

type Client = ReturnType<typeof createClient>;

/** Asks for a thousand cached areas of the whole country, one after the other. */
async function askedFor(client: Client) {
  const times: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const area = areaId((i * 7) % (blocks.across * blocks.down), (i * 1009) % areasOfBlock);
    const before = performance.now();
    await client.answer(operation, `huc12/${area}`);
    times.push(performance.now() - before);
  }
  return { p50: median(times), p99: times.toSorted((a, b) => a - b)[989] as number };
}

/** The total of all that drains to the outlet of a block; each block drains into the one before. */
async function total(client: Client, outlet: number) {
  const units = areasOfBlock * (blocks.across * blocks.down - outlet);
  const { jobID } = await client.execute(operation, { area: `huc12/${areaId(outlet, 0)}`, upstream: true });
  const status = await client.wait(jobID, { everyMilliseconds: 20 });
  const milliseconds = Date.parse(status.finished ?? '') - Date.parse(status.started ?? '');
  return { units, milliseconds, document: await client.result<ResultDocument>(jobID) };
}
