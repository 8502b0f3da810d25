import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const inputs = process.env.BENCH_INPUTS ?? here('inputs');
const scripts = process.env.BENCH_SCRIPTS ?? here('../../shared/bench');
const python = process.env.BENCH_PYTHON ?? '/usr/bin/python3';

const sizes = [
  { polygon: 'huc12_1', label: 'HUC-12', repetitions: 100 },
  { polygon: 'huc8_1', label: 'HUC-8', repetitions: 30 },
  { polygon: 'huc4_1', label: 'HUC-4', repetitions: 7 },
  { polygon: 'huc2_1', label: '2.5e8', repetitions: 3 },
];

/** What one process measured of one polygon. */
interface Measured {
  readonly cells: number;
  readonly milliseconds: number;
  readonly peakMebibytes: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** The kernel against numpy + rasterio: two rasters, opened and decoded at every repetition, files warm, one process each. */
export async function benchKernel(): Promise<void> {
  makeInputs();
  console.log('kernel: median ms of a count, opened and decoded every time; peak RSS of the process');
  console.log('          cells        rival   MiB    catchment   MiB   ratio   counts');
  for (const { polygon, label, repetitions } of sizes) {
    const [rival, ours] = runByTurns(polygon, repetitions);
    const equal = JSON.stringify(sorted(rival.counts)) === JSON.stringify(sorted(ours.counts));
    console.log(
      [
        label.padEnd(7),
        String(ours.cells).padStart(10),
        rival.milliseconds.toFixed(1).padStart(10),
        String(rival.peakMebibytes).padStart(6),
        ours.milliseconds.toFixed(1).padStart(11),
        String(ours.peakMebibytes).padStart(6),
        (rival.milliseconds / ours.milliseconds).toFixed(2).padStart(6),
        equal ? '  equal' : '  DIFFERENT',
      ].join(' '),
    );
    if (!equal) process.exitCode = 1;
  }
}

const rounds = 3;

/** The middle one of some rounds of each, by turns: the machine's speed may drift between two runs. */
function runByTurns(polygon: string, repetitions: number): [rival: Measured, ours: Measured] {
  const runs = Array.from({ length: rounds }, () => [runRival(polygon, repetitions), runOurs(polygon, repetitions)]);
  const middle = (which: 0 | 1) =>
    runs.map((run) => run[which] as Measured).sort((a, b) => a.milliseconds - b.milliseconds)[1] as Measured;
  return [middle(0), middle(1)];
}

function makeInputs(): void {
  if (existsSync(`${inputs}/soil.tif`) && existsSync(`${inputs}/polygons_lonlat.geojson`)) return;
  console.log(`making the inputs in ${inputs} (about three minutes)`);
  mkdirSync(inputs, { recursive: true });
  execFileSync(python, [`${scripts}/generate.py`, inputs, 'polys', 'rasters'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function runRival(polygon: string, repetitions: number): Measured {
  const { stdout, stderr, status } = spawnSync(
    python,
    [`${scripts}/np_zonal.py`, inputs, 'chunk-reopen', polygon, String(repetitions)],
    { encoding: 'utf8' },
  );
  const said = /cells (\d+) .* median ([\d.]+) ms .* maxrss MB (\d+)/.exec(stderr);
  if (status !== 0 || !said) throw new Error(`the rival failed: ${stderr}`);
  const [, cells, milliseconds, peakMebibytes] = said.map(Number) as [number, number, number, number];
  return { cells, milliseconds, peakMebibytes, counts: JSON.parse(stdout) };
}

function runOurs(polygon: string, repetitions: number): Measured {
  const output = execFileSync(
    process.execPath,
    [here('kernel-once.ts'), 'decode', inputs, polygon, String(repetitions)],
    {
      encoding: 'utf8',
    },
  );
  const { milliseconds, ...measured } = JSON.parse(output);
  const cells = Object.values<number>(measured.counts).reduce((sum, count) => sum + count, 0);
  return {
    ...measured,
    cells,
    milliseconds: milliseconds.toSorted((a: number, b: number) => a - b)[milliseconds.length >> 1],
  };
}

function sorted(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
}
