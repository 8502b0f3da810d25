import { numberText, tableText } from './findings.ts';
import type { KeptResult } from './kept-results.ts';

/**
 * About as many HUC-12s as the conterminous United States have, and the cells of one raster of 30 m
 * that covers them.
 */
const nation = { areas: 100_000, cells: 1.7e10 };
const coreCounts = [1, 8, 64] as const;
/** Threads in a worker process: one for each core of a machine of this size. */
const coresOfMachine = 8;

/** The figures that the page calculates with. */
export interface MeasuredForScale {
  readonly sweep: Readonly<
    Record<'cells' | 'megacellsPerCoreSecond' | 'peakMebibytes' | 'fileBytes' | 'documentBytes', number>
  >;
  readonly workers: { readonly timesAsFast: number };
  readonly cache: { readonly redisBytesBesideValue: number; readonly redisWritesPerSecond: number };
  readonly warm: { readonly areasPerSecond: number };
}

/** The page on scale in Markdown; undefined as long as a bench that it needs has not run. */
export function scalePage(results: readonly KeptResult[]): string | undefined {
  const figuresOf = (bench: string) => results.find(({ name }) => name === bench)?.findings.figures;
  const [sweep, workers, cache, warm] = ['sweep', 'workers', 'cache', 'warm'].map(figuresOf);
  if (!sweep || !workers || !cache || !warm) return undefined;
  return scaleText({ sweep, workers, cache, warm } as unknown as MeasuredForScale);
}

/** The time of the whole nation on so many cores. */
export interface Scale {
  readonly cores: number;
  readonly countSeconds: number;
  readonly queueSeconds: number;
  readonly mebibytes: number;
  /** The bytes of stored tiles that are read while the nation is counted. */
  readonly megabitsPerSecond: number;
}

/**
 * Counting is shared by all cores, each losing as much as the second of two lost; what the queue
 * does for each area is not.
 */
export function scaleOn(cores: number, { sweep, workers, warm }: MeasuredForScale): Scale {
  const efficiency = cores === 1 ? 1 : Math.min(1, workers.timesAsFast / 2);
  const countSeconds = nation.cells / (sweep.megacellsPerCoreSecond * 1e6 * cores * efficiency);
  return {
    cores,
    countSeconds,
    queueSeconds: nation.areas / warm.areasPerSecond,
    mebibytes: sweep.peakMebibytes * cores,
    megabitsPerSecond: (8 * storedBytes(sweep)) / countSeconds / 1e6,
  };
}

function storedBytes({ fileBytes, cells }: MeasuredForScale['sweep']): number {
  return (fileBytes / cells) * nation.cells;
}

function scaleText(measured: MeasuredForScale): string {
  const scales = coreCounts.map((cores) => scaleOn(cores, measured));
  return `${[
    '# The whole country',
    `This page estimates the cost of counting two rasters of 30 m (land cover and soil, ${nation.cells.toExponential(1).replace('+', '')} cells each) in all HUC-12s of the conterminous United States, about ${numberText(nation.areas)}. ` +
      'The figures are calculated from those in [benchmarks.md](benchmarks.md); `npm run bench -- page` calculates them again. `npm run bench -- country` counts a made country of this size on one machine: what it took is there, too.',
    scalesTable(scales),
    '## Where the figures are from',
    sourcesTable(measured),
    'The rate of counting includes identifying, planning and writing result documents. Two simplifications: all cells of the rasters are counted, although the country fills only about half of their rectangle (the estimate is too high), ' +
      'and each cell is counted once, although a tile in two passes is read twice (the estimate is too low). Each core after the first is assumed to lose as much as the second one did.',
    '## Memory, Redis, network',
    ...resourceParagraphs(measured),
    '## Where it breaks first',
    ...limitParagraphs(measured, scales),
  ].join('\n\n')}\n`;
}

function scalesTable(scales: readonly Scale[]): string {
  const row = (what: string, value: (scale: Scale) => string) => [what, ...scales.map(value)];
  return tableText({
    columns: ['', ...scales.map(({ cores }) => (cores === 1 ? '1 core' : `${cores} cores`))],
    rows: [
      row('counting', ({ countSeconds }) => durationText(countSeconds)),
      row('queue and cache, at the same time', ({ queueSeconds }) => durationText(queueSeconds)),
      row('`catchment warm`: the longer of the two', (one) =>
        durationText(Math.max(one.countSeconds, one.queueSeconds)),
      ),
      row('`catchment precompute`, a part on each machine', ({ countSeconds }) => durationText(countSeconds)),
      row('worker processes', ({ cores }) => String(Math.ceil(cores / coresOfMachine))),
      row('memory of the threads that count', ({ mebibytes }) => `${numberText(mebibytes / 1024)} GiB`),
      row('network, if the rasters are remote', ({ megabitsPerSecond }) => `${numberText(megabitsPerSecond)} Mbit/s`),
    ],
  });
}

function sourcesTable({ sweep, workers, cache, warm }: MeasuredForScale): string {
  const [passes, sweepBytes] = ['250 areas in a pass', 'bytes'].map((row) => `Counting many areas in one pass: ${row}`);
  const redis = 'Stores of the cache: Redis, smallest value';
  return tableText({
    columns: ['figure', 'value', 'section and row of benchmarks.md'],
    rows: [
      ['counting on one core', `${numberText(sweep.megacellsPerCoreSecond)} Mcells/s`, passes],
      ['two raster workers', `${numberText(workers.timesAsFast)} times one`, 'More raster workers: warming'],
      ['queue and cache', `${numberText(warm.areasPerSecond)} areas/s`, 'Warming many areas: the last row'],
      ['memory of a thread', `${numberText(sweep.peakMebibytes)} MiB`, passes],
      ['stored bytes of a cell of both rasters', numberText(sweep.fileBytes / sweep.cells), sweepBytes],
      ['a result document', `${numberText(sweep.documentBytes)} bytes`, sweepBytes],
      ['what Redis takes beside it', `${numberText(cache.redisBytesBesideValue)} bytes`, redis],
      ['Redis takes', `${numberText(cache.redisWritesPerSecond)} writes/s`, redis],
    ],
  });
}

function resourceParagraphs({ sweep, cache }: MeasuredForScale): string[] {
  const entryBytes = sweep.documentBytes + cache.redisBytesBesideValue;
  return [
    '**Memory** is that of a process with one thread, times the number of threads. Threads of one process share some of it, so the real figure is lower. Only the areas of one pass are in memory at a time.',
    `**Redis** keeps ${numberText((nation.areas * entryBytes) / 1e6)} MB for one operation (${numberText(entryBytes)} bytes for each area). They stay there, because well-known results do not expire. ` +
      `Ten operations are ${numberText((10 * nation.areas * entryBytes) / 1e9)} GB. For more, use a Redis Cluster, or a small Redis over files or objects (\`CACHE_URL=redis://…,s3://…\`).`,
    `**Network.** Both rasters are ${numberText(storedBytes(sweep) / 1e9)} GB as stored. Results are ${numberText((nation.areas * sweep.documentBytes) / 1e6)} MB in all, which is little.`,
  ];
}

function limitParagraphs({ sweep, cache, warm }: MeasuredForScale, scales: readonly Scale[]): string[] {
  const crossing = scales.find(({ countSeconds, queueSeconds }) => countSeconds < queueSeconds);
  const from = crossing ? `On ${coresText(crossing.cores)} it takes the longest` : 'On more cores it takes the longest';
  return [
    `**The queue’s side of \`warm\` comes first.** One process with the roles \`start,finish\` leads the computations, adds up and writes: ${numberText(warm.areasPerSecond)} areas a second. ${from}, and more raster workers do not help. More of these processes do, ` +
      `until Redis is the limit: with ${numberText(cache.redisWritesPerSecond)} writes a second it takes ${durationText(nation.areas / cache.redisWritesPerSecond)}. ` +
      'If that is too slow, use `precompute`, which needs no queue: compute a part of the table on each machine, then run `catchment load`.',
    `**The network comes next** if rasters are remote. 64 cores read ${numberText(scales.at(-1)!.megabitsPerSecond)} Mbit/s of ranges, which an object store sends only to many machines together. ` +
      `A copy of the rasters on each machine (${numberText(storedBytes(sweep) / 1e9)} GB), or a disk cache (\`RASTER_CACHE_DIR\`), avoids this.`,
    '**Memory is no limit.** It grows with the number of threads, not of areas.',
  ];
}

function coresText(cores: number): string {
  return cores === 1 ? 'one core already' : `${cores} cores`;
}

/** 45 s, 3.2 min or 1.5 h. */
function durationText(seconds: number): string {
  if (seconds < 90) return `${numberText(seconds)} s`;
  return seconds < 5400 ? `${numberText(seconds / 60)} min` : `${numberText(seconds / 3600)} h`;
}
