import { resolve } from 'node:path';
import { projectFolder } from '../options/clone.ts';

/**
 * The folder in which `catchment serve` keeps its queue, results and tallies, and says that it
 * runs.
 */
export function serveFolder(env: Readonly<Record<string, string | undefined>>): string {
  return resolve(env.SERVE_DIR || projectFolder);
}
