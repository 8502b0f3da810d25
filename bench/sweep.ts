import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { cellsIn, equalCounts } from './answers.ts';
import { type Findings, median, type Table, type Value } from './findings.ts';
import { benchInputs } from './inputs.ts';
import { pythonWith } from './rivals/set-up.ts';

/** The measurements of the areas that tile the rasters, by one process. */
export interface SweepMeasured {
  readonly seconds: number;
  /** The CPU seconds of all its threads. */
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
  /** The cells by area and values. */
  readonly results: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The bytes of all result documents; the rival makes none. */
  readonly documentBytes?: number;
}

/** One way to count them, in some rounds. */
interface Way {
  readonly name: string;
  readonly runs: readonly SweepMeasured[];
}

const rounds = 3;

/**
 * Counts the areas of a table that tiles the rasters: in passes in one process, beside numpy with
 * all zones at once and area by area.
 */
export async function benchSweep(): Promise<Findings> {
  const inputs = await benchInputs();
  const python = pythonWith(['numpy', 'rasterio']);
  const numpy = (mode: string) => ('at' in python ? [runRival(python.at, mode, inputs)] : []);
  const rivals: Way[] = [
    {
      name: 'numpy, zones rasterized once, one bincount',
      runs: 'at' in python ? [run(python.at, [join(import.meta.dirname, 'rivals/numpy_sweep_zones.py'), inputs])] : [],
    },
    { name: 'numpy + rasterio, area by area, opened each time', runs: numpy('opened') },
    { name: 'numpy + rasterio, area by area, kept open', runs: numpy('kept') },
  ];
  const passes = (areas: number, threads = 0): Way => ({
    name: `Catchment, ${areas} areas in a pass${threads > 0 ? `, ${threads} threads` : ''}`,
    runs: Array.from({ length: rounds }, () => runOurs(inputs, areas, threads)),
  });
  const one: Way = { name: 'Catchment, area by area', runs: [runOurs(inputs, 1)] };
  const ours = [one, passes(250), passes(500), passes(250, availableParallelism())] as const;
  const [atOnce, opened, kept] = rivals.map(({ runs }) => runs[0]);
  const bytes = bytesOf(inputs, one);
  const note = 'problem' in python ? `numpy + rasterio: ${python.problem}.` : 'Answers are compared area by area.';
  return {
    tables: [ratesTable([...rivals, ...ours], { atOnce, opened, kept, note }), bytesTable(bytes)],
    figures: {
      ...bytes,
      cells: cellsOf(one.runs[0]!),
      megacellsPerCoreSecond: cellsOf(one.runs[0]!) / 1e6 / median(ours[1].runs.map((run) => run.cpuSeconds)),
      peakMebibytes: peakOf(ours[1]),
    },
    wrong: kept ? [rivals[0]!, ...ours].flatMap((way) => differences(way, kept)) : [],
  };
}

function bytesOf(inputs: string, { runs: [run] }: Way) {
  return {
    fileBytes: ['nlcd', 'soil'].reduce((sum, name) => sum + statSync(`${inputs}/${name}.tif`).size, 0),
    documentBytes: Math.round(run!.documentBytes! / Object.keys(run!.results).length),
  };
}

interface Rivals {
  readonly atOnce: SweepMeasured | undefined;
  readonly opened: SweepMeasured | undefined;
  readonly kept: SweepMeasured | undefined;
  readonly note: string;
}

function ratesTable(ways: readonly Way[], { atOnce, opened, kept, note }: Rivals): Table {
  const { results } = ways.at(-1)!.runs[0]!;
  const [areas, cells] = [Object.keys(results).length, cellsOf({ results })].map((one) => one.toLocaleString('en'));
  return {
    title: `${areas} areas that tile ${cells} cells of two rasters`,
    columns: [
      '',
      'seconds',
      'Mcells/s',
      'Mcells/s of a core',
      'times as fast as numpy at once',
      '… opened each time',
      '… kept open',
      'peak MiB',
    ],
    rows: ways.filter(({ runs }) => runs.length > 0).map((way) => rowOf(way, [atOnce, opened, kept])),
    notes: ['The aims are 250 Mcells for each second of a core, and 5 times the speed of the fastest other.', note],
  };
}

function bytesTable({ fileBytes, documentBytes }: ReturnType<typeof bytesOf>): Table {
  const rows = [
    ['files of both rasters', fileBytes],
    ['a result document, on average', documentBytes],
  ];
  return { title: 'Bytes', columns: ['', 'bytes'], rows };
}

function rowOf(way: Way, rivals: readonly (SweepMeasured | undefined)[]): Value[] {
  const { name, runs } = way;
  const [seconds, cpuSeconds] = [median(runs.map((run) => run.seconds)), median(runs.map((run) => run.cpuSeconds))];
  const megacells = cellsOf(runs[0]!) / 1e6;
  const times = rivals.map((rival) => rival && (rival.seconds / seconds).toFixed(2));
  return [name, seconds, megacells / seconds, megacells / cpuSeconds, ...times, peakOf(way)];
}

function peakOf({ runs }: Way): number {
  return Math.max(...runs.map((run) => run.peakMebibytes));
}

function runOurs(inputs: string, areasAtOnce: number, threads = 0): SweepMeasured {
  const program = join(import.meta.dirname, 'sweep-once.ts');
  return run(process.execPath, [program, inputs, String(areasAtOnce), String(threads)]);
}

function runRival(python: string, mode: string, inputs: string): SweepMeasured {
  return run(python, [join(import.meta.dirname, 'rivals/numpy_sweep.py'), mode, inputs]);
}

function run(program: string, args: readonly string[]): SweepMeasured {
  return JSON.parse(execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

function cellsOf({ results }: Pick<SweepMeasured, 'results'>): number {
  return Object.values(results).reduce((sum, counts) => sum + cellsIn(counts), 0);
}

/** A sentence for each area of which the two have other counts. */
export function differences({ name, runs: [ours] }: Way, theirs: SweepMeasured): string[] {
  const ids = new Set([...Object.keys(ours!.results), ...Object.keys(theirs.results)]);
  return [...ids].flatMap((id) => {
    const difference = equalCounts(ours!.results[id] ?? {}, theirs.results[id] ?? {});
    return difference ? [`area ${id}: ${name} counts ${difference}`] : [];
  });
}
