import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/** A file of this run; all of them go when it ends. */
export function scratch(name: string): string {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'catchment-attack-files-'));
    process.once('exit', () => rmSync(folder as string, { recursive: true, force: true }));
  }
  return join(folder, name);
}

/** Where the sample's files are. */
export const sampleFolder = join(import.meta.dirname, '../.catchment/sample');
