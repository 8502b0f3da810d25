import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const byDefault = fileURLToPath(new URL('../../../../.catchment/', import.meta.url));

/**
 * The folder in which `catchment serve` keeps its queue, results and tallies, and says that it
 * runs.
 */
export function serveFolder(env: Readonly<Record<string, string | undefined>>): string {
  return resolve(env.SERVE_DIR || byDefault);
}
