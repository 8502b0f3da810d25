import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeCommand } from '../packing/command.ts';

const folder = join(import.meta.dirname, '../.catchment/bench-command');
let program: string | undefined;

/**
 * The command as people install it, from the packages of others that are here. It is written once
 * in a run.
 */
export function packedCommand(): string {
  if (program === undefined) {
    rmSync(folder, { recursive: true, force: true });
    writeCommand(folder);
    program = join(folder, 'dist/catchment.mjs');
  }
  return program;
}
