import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agreement, equalCounts, equalWithin } from './answers.ts';
import { type Findings, median, type Value } from './findings.ts';
import { benchInputs } from './inputs.ts';
import { peakMiB } from './peak.ts';
import { pythonWith } from './rivals/set-up.ts';
import { endedChildrenMilliseconds } from './usage.ts';

/** A command that writes a table, from its start to its end. */
interface Way {
  readonly name: string;
  /** The program and its arguments, for a file to write. */
  readonly command: (out: string) => readonly [program: string, ...args: string[]];
  /** The way of ours whose answers it should give, and how nearly. */
  readonly like?: { readonly way: string; readonly agrees: Agreement };
  readonly rounds: number;
}

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMebibytes: number;
}

const [byCentres, byShares] = ['catchment table', 'catchment table --coverage fraction'];

/** Whole commands that count one raster in all areas of the sweep and write a CSV. */
export async function benchTable(): Promise<Findings> {
  const inputs = await benchInputs();
  const folder = mkdtempSync(join(tmpdir(), 'catchment-table-'));
  try {
    const ways = waysOf(inputs, folder);
    const runs = new Map(ways.map(({ name }): [string, Run[]] => [name, []]));
    for (let round = 0; round < Math.max(...ways.map((way) => way.rounds)); round++)
      for (const [i, way] of ways.entries())
        if (round < way.rounds) runs.get(way.name)!.push(await runOnce(way.command(outOf(folder, i))));
    const tables = new Map(ways.map(({ name }, i) => [name, countsIn(outOf(folder, i))]));
    return { tables: [tableOf(ways, runs)], wrong: ways.flatMap((way) => differences(way, tables)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const outOf = (folder: string, way: number) => join(folder, `${way}.csv`);

function waysOf(inputs: string, folder: string): Way[] {
  const catalog = join(folder, 'catalog.yaml');
  writeFileSync(
    catalog,
    `rasters: { nlcd: { url: ${inputs}/nlcd.tif } }
operations: { nlcd: { type: groupedCount, rasters: [nlcd] } }
areas: { sweep: { source: ${inputs}/sweep.gpkg, table: sweep, id: id } }
`,
  );
  const program = join(import.meta.dirname, '../apps/cli/bin/catchment.mjs');
  const ours = (name: string, ...more: string[]): Way => ({
    name,
    rounds: 3,
    command: (out) => {
      const args = ['table', 'sweep', 'nlcd', '--catalog', catalog, '--out', out, '--overwrite', ...more];
      return [process.execPath, program, ...args];
    },
  });
  const python = pythonWith(['numpy', 'rasterio', 'exactextract', 'rasterstats']);
  if ('problem' in python) return [ours(byCentres), ours(byShares, '--coverage', 'fraction')];
  const rival = (name: string, script: string, args: string[], like: Way['like'], rounds = 3): Way => ({
    name,
    rounds,
    ...(like && { like }),
    command: (out) => [python.at, join(import.meta.dirname, 'rivals', script), ...args, inputs, out],
  });
  const exact = { way: byCentres, agrees: equalCounts };
  const shares = { way: byShares, agrees: equalWithin(1e-6) };
  return [
    ours(byCentres),
    rival('numpy, zones rasterized once', 'table_numpy.py', [], exact),
    rival('rasterstats', 'table_rasterstats.py', [], exact, 1),
    ours(byShares, '--coverage', 'fraction'),
    ...['feature-sequential', 'raster-sequential'].map((strategy) =>
      rival(`exactextract, ${strategy}`, 'table_exactextract.py', [strategy], shares),
    ),
  ];
}

async function runOnce([program, ...args]: readonly [string, ...string[]]): Promise<Run> {
  const [before, cpuBefore] = [performance.now(), endedChildrenMilliseconds()];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const watching = setInterval(() => {
    peak = Math.max(peak, peakMiB(child.pid!));
  }, 20);
  const [code] = await once(child, 'close');
  clearInterval(watching);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  return {
    seconds: (performance.now() - before) / 1000,
    cpuSeconds: (endedChildrenMilliseconds() - cpuBefore) / 1000,
    peakMebibytes: peak,
  };
}

function tableOf(ways: readonly Way[], runs: ReadonlyMap<string, readonly Run[]>) {
  const middle = (name: string, figure: keyof Run) => median(runs.get(name)!.map((run) => run[figure]));
  const rows = ways.map(({ name, like }): Value[] => {
    const seconds = middle(name, 'seconds');
    const slower = like && `${(seconds / middle(like.way, 'seconds')).toFixed(2)}`;
    return [name, seconds, middle(name, 'cpuSeconds'), middle(name, 'peakMebibytes'), slower];
  });
  return {
    title: 'One raster of 492,830,720 cells in 2,912 areas, as a CSV',
    columns: ['', 'seconds', 'CPU seconds', 'peak MiB', 'times the time of Catchment'],
    rows,
    notes: [
      'Whole commands, from their start to their end, by turns. The aim is at least 2 times the best of the others.',
    ],
  };
}

type Counts = Readonly<Record<string, number>>;

/** The cells by area and value; the columns are found by their names. No field has a comma. */
function countsIn(path: string): ReadonlyMap<string, Counts> {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const [id, value, cells] = ['id', 'nlcd', 'cells'].map((name) => head.split(',').indexOf(name)) as [
    number,
    number,
    number,
  ];
  const byArea = new Map<string, Record<string, number>>();
  for (const line of lines) {
    const fields = line.split(',');
    const counts = byArea.get(fields[id]!) ?? {};
    counts[fields[value]!] = Number(fields[cells]);
    byArea.set(fields[id]!, counts);
  }
  return byArea;
}

function differences({ name, like }: Way, tables: ReadonlyMap<string, ReadonlyMap<string, Counts>>): string[] {
  if (!like) return [];
  const [theirs, ours] = [tables.get(name)!, tables.get(like.way)!];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((id) => {
    const difference = like.agrees(ours.get(id) ?? {}, theirs.get(id) ?? {});
    return difference ? [`area ${id}: ${like.way} counts ${difference} (${name})`] : [];
  });
}
