import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clone, projectFolder } from './clone.ts';

/** The catalog of the synthetic sample basin, where set-up has made it. */
export const samplePath = join(projectFolder, 'sample/catalog.yaml');

/**
 * The catalog that a command works on: its option, else CATCHMENT_CATALOG, else the sample. Throws
 * when there is none.
 */
export function catalogPath(option: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const path = option ?? env.CATCHMENT_CATALOG;
  if (path) return resolve(path);
  if (clone && existsSync(samplePath)) return samplePath;
  const otherwise = clone
    ? ', set CATCHMENT_CATALOG, or make the sample with `npm run demo`'
    : ' or set CATCHMENT_CATALOG';
  throw new Error(`no catalog: give --catalog FILE${otherwise}`);
}
