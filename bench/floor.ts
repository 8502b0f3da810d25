import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Findings, median, type Value } from './findings.ts';
import { atOnceTable } from './floor-at-once.ts';
import { benchInputs } from './inputs.ts';
import type { SweepMeasured } from './sweep.ts';

const rounds = 3;

/** Measures what one core can do on the tiles of both rasters, beside the sweep. */
export async function benchFloor(): Promise<Findings> {
  const inputs = await benchInputs();
  const folder = mkdtempSync(join(tmpdir(), 'catchment-floor-'));
  try {
    const program = compiled(folder);
    const rasters = [`${inputs}/nlcd.tif`, `${inputs}/soil.tif`];
    const found = Array.from({ length: rounds }, () => ({
      c: JSON.parse(output(program, rasters)) as InC,
      node: Number(output(process.execPath, [join(import.meta.dirname, 'floor-inflate.ts'), ...rasters])),
      sweep: JSON.parse(
        output(process.execPath, [join(import.meta.dirname, 'sweep-once.ts'), inputs, '250', '0']),
      ) as SweepMeasured,
    }));
    const middle = (of: (round: (typeof found)[number]) => number) => median(found.map(of));
    const [{ c }] = found as [(typeof found)[number]];
    const [counting, inNode, sweep] = [
      middle((one) => one.c.counting),
      middle((one) => one.node),
      middle((one) => one.sweep.cpuSeconds),
    ];
    const least = counting + inNode;
    const row = (name: string, seconds: number): Value[] => [name, seconds, c.cells / seconds / 1e6];
    const once = [join(import.meta.dirname, 'sweep-once.ts'), inputs, '250', '0'];
    const atOnce = await atOnceTable(
      [
        { name: 'inflating and one increment for each cell, in C', program, args: rasters, cpuSecondsIn: inC },
        { name: 'Catchment, the sweep', program: process.execPath, args: once, cpuSecondsIn: inSweep },
      ],
      rounds,
    );
    return {
      tables: [
        {
          title: `${c.cells.toLocaleString('en')} cells of two rasters, one core`,
          columns: ['', 'CPU seconds', 'Mcells/s'],
          rows: [
            row('reading as many bytes from memory', (2 * c.cells) / middle((one) => one.c.bytesPerSecond)),
            row('one increment for each cell, in C', counting),
            row(
              'inflating, zlib of the system in C',
              middle((one) => one.c.inflating),
            ),
            row('inflating, zlib of Node', inNode),
            row('the faster inflating and the increments', least),
            row('Catchment, the sweep: 2,912 areas as documents', sweep),
          ],
          notes: [
            `The sweep takes ${(sweep / least).toFixed(2)} times what inflating and counting take without any area. ` +
              `An inflating that is twice as fast would make it ${(sweep / (sweep - inNode / 2)).toFixed(2)} times as fast, one that takes no time ${(sweep / (sweep - inNode)).toFixed(2)} times.`,
          ],
        },
        atOnce,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function inC(output: string): number {
  const { inflating, counting } = JSON.parse(output) as InC;
  return inflating + counting;
}

function inSweep(output: string): number {
  return (JSON.parse(output) as SweepMeasured).cpuSeconds;
}

interface InC {
  readonly cells: number;
  readonly inflating: number;
  readonly counting: number;
  readonly bytesPerSecond: number;
}

/** The program in C. Throws if it cannot be compiled. */
function compiled(folder: string): string {
  const program = join(folder, 'floor');
  const source = join(import.meta.dirname, 'rivals/floor.c');
  const { status, stderr } = spawnSync('cc', ['-O3', '-march=native', '-o', program, source, '-lz']);
  if (status === 0) return program;
  throw new Error(`floor.c needs a C compiler and the headers of zlib: ${stderr ?? 'there is no cc'}`);
}

function output(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
}
