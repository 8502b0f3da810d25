import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const folder = join(here, '../../.catchment/interop');
const requirements = join(here, 'requirements.txt');

/**
 * The Python in which the readers are: `INTEROP_PYTHON`, else a virtual environment of the suite's
 * own, which is made if it is not there.
 */
export function readerPython(): string {
  const { INTEROP_PYTHON: given } = process.env;
  if (given) return given;
  const [python, stamp] = [join(folder, 'bin/python'), join(folder, 'requirements.txt')];
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  rmSync(folder, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', folder]);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(stamp, wanted);
  return python;
}

export type Reader = 'pyarrow' | 'duckdb' | 'pandas' | 'gdal';

/** The rows of a table as a reader has them. */
export function readBy(reader: Reader, path: string): Readonly<Record<string, unknown>>[] {
  const out = execFileSync(readerPython(), [join(here, 'read.py'), reader, path], { maxBuffer: 2 ** 28 });
  return JSON.parse(out.toString());
}

/** The output of a recipe of this folder, about what it writes into another. */
export function runRecipe(recipe: string, into: string, ...others: readonly string[]): unknown {
  const out = execFileSync(readerPython(), [join(here, recipe), into, ...others], { maxBuffer: 2 ** 28 });
  return JSON.parse(out.toString());
}
