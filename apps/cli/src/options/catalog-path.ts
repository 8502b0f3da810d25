import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The catalog of the synthetic sample basin, where set-up has made it. */
export const samplePath = fileURLToPath(new URL('../../../../.catchment/sample/catalog.yaml', import.meta.url));

/**
 * The catalog that a command works on: its option, else CATCHMENT_CATALOG, else the sample. Throws
 * when there is none.
 */
export function catalogPath(option: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const path = option ?? env.CATCHMENT_CATALOG;
  if (path) return resolve(path);
  if (existsSync(samplePath)) return samplePath;
  throw new Error('no catalog: give --catalog FILE, set CATCHMENT_CATALOG, or make the sample with `npm run demo`');
}
