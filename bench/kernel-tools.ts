import { join } from 'node:path';
import { type Agreement, equalCounts, equalWithin, fewerWithin } from './answers.ts';
import { type KernelMode, kernelModes } from './kernel-modes.ts';
import { type Found, geoblazeFolder, pythonWith } from './rivals/set-up.ts';

/** A program that counts an area again and again and prints what it measured. */
export interface Tool {
  readonly name: string;
  readonly isOurs: boolean;
  /**
   * The first arguments of the command, or the reason why it cannot run. The inputs, the area and
   * the repetitions follow.
   */
  readonly command: { readonly args: readonly string[] } | { readonly problem: string };
  /** Takes seconds for large areas: is not asked as often as others. */
  readonly isSlow?: boolean;
  /** The tool whose answers its own must agree with; absent: it is what others agree with. */
  readonly agrees?: { readonly with: string; readonly rule: Agreement };
}

export const rival = { opened: 'numpy + rasterio, opened each time', kept: 'numpy + rasterio, kept open' } as const;

export const ourNames: Readonly<Record<KernelMode, string>> = {
  decode: 'Catchment, opened and decoded each time',
  kept: 'Catchment, decoded tiles kept',
  tallies: 'Catchment, tallies',
  squares: 'Catchment, tallies, squares kept in memory',
  single: 'Catchment, one raster',
  'single-fraction': 'Catchment, one raster, shares of cells',
};

/** The tools that count two rasters: rivals and the modes that are there. */
export function twoRasterTools(): Tool[] {
  const python = pythonWith(['numpy', 'rasterio']);
  const agrees = { with: ourNames.decode, rule: equalCounts };
  return [
    { name: rival.opened, isOurs: false, command: script(python, 'numpy_counts.py', 'opened'), agrees },
    { name: rival.kept, isOurs: false, command: script(python, 'numpy_counts.py', 'kept'), agrees },
    ours('decode'),
    { ...ours('kept'), agrees },
    { ...ours('tallies'), agrees },
    { ...ours('squares'), agrees },
  ];
}

/** The tools that count one raster. */
export function oneRasterTools(): Tool[] {
  const geoblaze = geoblazeFolder();
  return [
    ours('single'),
    ours('single-fraction'),
    {
      name: 'rasterstats',
      isOurs: false,
      isSlow: true,
      command: script(pythonWith(['rasterstats']), 'rasterstats_counts.py'),
      agrees: { with: ourNames.single, rule: equalCounts },
    },
    {
      name: 'exactextract',
      isOurs: false,
      isSlow: true,
      command: script(pythonWith(['exactextract']), 'exactextract_counts.py'),
      agrees: { with: ourNames['single-fraction'], rule: equalWithin(1e-6) },
    },
    {
      name: 'geoblaze',
      isOurs: false,
      isSlow: true,
      command: 'at' in geoblaze ? node('rivals/geoblaze-counts.ts', geoblaze.at) : geoblaze,
      agrees: { with: ourNames.single, rule: fewerWithin(1e-4) },
    },
  ];
}

function ours(mode: KernelMode): Tool {
  const command = kernelModes[mode] ? node('kernel-once.ts', mode) : { problem: 'it is not there yet' };
  return { name: ourNames[mode], isOurs: true, command };
}

function node(program: string, ...args: readonly string[]): Tool['command'] {
  return { args: [process.execPath, join(import.meta.dirname, program), ...args] };
}

function script(python: Found, name: string, ...args: readonly string[]): Tool['command'] {
  return 'at' in python ? { args: [python.at, join(import.meta.dirname, 'rivals', name), ...args] } : python;
}
