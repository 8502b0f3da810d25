import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agreement, equalCounts, equalWithin } from './answers.ts';
import { type Findings, median, type Table, type Value } from './findings.ts';
import { benchInputs } from './inputs.ts';
import { writeAreas } from './inputs-maker/make.ts';
import { type Partition, partition, sweepPartition } from './inputs-maker/partition.ts';
import { packedCommand } from './packed-command.ts';
import { pythonWith } from './rivals/set-up.ts';
import { type CommandLine, type CommandRun, runWhole } from './whole-command.ts';

/** Areas of one size that tile a part of the raster, and how often each way counts them. */
interface Batch {
  readonly title: string;
  readonly recipe: Partition;
  readonly rounds: number;
  /** The least of times as fast as the best of the others that counts cells in the same way. */
  readonly aim: number;
}

const batches: readonly Batch[] = [
  { title: '2,912 areas of 170,000 cells', recipe: sweepPartition, rounds: 3, aim: 2 },
  {
    title: '481 areas of 115,000 cells',
    recipe: { ...sweepPartition, width: 12_576, height: 4_424, across: 37, down: 13, seed: 4 },
    rounds: 5,
    aim: 1,
  },
  {
    title: '50 areas of 115,000 cells',
    recipe: { ...sweepPartition, width: 3_400, height: 1_704, across: 10, down: 5 },
    rounds: 5,
    aim: 1,
  },
  {
    title: '696 areas of 2,000 cells',
    recipe: { ...sweepPartition, width: 1_280, height: 1_088, step: 4, across: 29, down: 24 },
    rounds: 5,
    aim: 1,
  },
];

/** A command that writes a table, from its start to its end. */
interface Way {
  readonly name: string;
  /** The command, for a file to write. */
  readonly command: (out: string) => CommandLine;
  /** The way of ours whose answers it should give, and how nearly. */
  readonly like?: { readonly way: string; readonly agrees: Agreement };
}

const [byCentres, byShares] = ['catchment table', 'catchment table --coverage fraction'];

/** Whole commands that count one raster in all areas of a file and write a CSV. */
export async function benchTable(): Promise<Findings> {
  const inputs = await benchInputs();
  const found: { readonly table: Table; readonly wrong: readonly string[] }[] = [];
  for (const batch of batches) found.push(await compared(batch, inputs));
  return { tables: found.map(({ table }) => table), wrong: found.flatMap(({ wrong }) => wrong) };
}

async function compared({ title, recipe, rounds, aim }: Batch, inputs: string) {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-table-'));
  try {
    const cells = recipe.width * recipe.height;
    await writeAreas(folder, partition(recipe));
    const ways = waysOf(inputs, folder);
    const runs = new Map(ways.map(({ name }): [string, CommandRun[]] => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (const [i, way] of ways.entries()) runs.get(way.name)!.push(await runWhole(way.command(outOf(folder, i))));
    const tables = new Map(ways.map(({ name }, i) => [name, countsIn(outOf(folder, i))]));
    const table = tableOf(ways, runs, { title: `${title}, ${cells.toLocaleString('en')} in all`, aim });
    return { table, wrong: ways.flatMap((way) => differences(way, tables)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const outOf = (folder: string, way: number) => join(folder, `${way}.csv`);

function waysOf(inputs: string, folder: string): Way[] {
  const catalog = join(folder, 'catalog.yaml');
  const raster = `${inputs}/nlcd.tif`;
  writeFileSync(
    catalog,
    `rasters: { nlcd: { url: ${raster} } }
operations: { nlcd: { type: groupedCount, rasters: [nlcd] } }
areas: { sweep: { source: sweep.gpkg, table: sweep, id: id } }
`,
  );
  const program = packedCommand();
  const ours = (name: string, ...more: string[]): Way => ({
    name,
    command: (out) => {
      const args = ['table', 'sweep', 'nlcd', '--catalog', catalog, '--out', out, '--overwrite', ...more];
      return [process.execPath, program, ...args];
    },
  });
  const python = pythonWith(['numpy', 'rasterio', 'exactextract', 'rasterstats', 'pyogrio']);
  if ('problem' in python) return [ours(byCentres), ours(byShares, '--coverage', 'fraction')];
  const rival = (name: string, script: string, args: string[], like: Way['like']): Way => ({
    name,
    ...(like && { like }),
    command: (out) => [
      python.at,
      join(import.meta.dirname, 'rivals', script),
      ...args,
      raster,
      `${folder}/sweep.5070.jsonl`,
      out,
    ],
  });
  const exact = { way: byCentres, agrees: equalCounts };
  const shares = { way: byShares, agrees: equalWithin(1e-6) };
  return [
    ours(byCentres),
    rival('numpy, zones rasterized once', 'table_numpy.py', [], exact),
    rival('rasterstats', 'table_rasterstats.py', [], exact),
    rival('GDAL, raster zonal-stats', 'table_gdal.py', ['default'], exact),
    ours(byShares, '--coverage', 'fraction'),
    ...['feature-sequential', 'raster-sequential'].map((strategy) =>
      rival(`exactextract, ${strategy}`, 'table_exactextract.py', [strategy], shares),
    ),
    rival('GDAL, raster zonal-stats --pixels fractional', 'table_gdal.py', ['fractional'], shares),
  ];
}

function tableOf(
  ways: readonly Way[],
  runs: ReadonlyMap<string, readonly CommandRun[]>,
  { title, aim }: Pick<Batch, 'title' | 'aim'>,
): Table {
  const middle = (name: string, figure: 'seconds' | 'cpuSeconds' | 'peakMebibytes') =>
    median(runs.get(name)!.map((run) => run[figure]));
  const times = (name: string, like: Way['like'], figure: 'seconds' | 'cpuSeconds') =>
    like && `${(middle(name, figure) / middle(like.way, figure)).toFixed(2)}`;
  const rows = ways.map(({ name, like }): Value[] => [
    name,
    middle(name, 'seconds'),
    times(name, like, 'seconds'),
    middle(name, 'cpuSeconds'),
    times(name, like, 'cpuSeconds'),
    middle(name, 'peakMebibytes'),
  ]);
  return {
    title,
    columns: ['', 'seconds', 'times Catchment', 'CPU seconds', 'times Catchment', 'peak MiB'],
    rows,
    notes: [`The aim is at least ${aim} times the speed of the best of the others.`],
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
