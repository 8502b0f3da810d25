import {
  type JobCache,
  KeyNotFoundError,
  openJobCache,
  redisDrawers,
  type Store,
  StoreError,
  storeDrawers,
} from '@cellshed/cache';
import type { Request } from '@cellshed/contracts';
import { longestOpenSeconds, type Queues } from '../queues.ts';
import { DataLost } from '../workers/permanent-failure.ts';

/**
 * The job caches of requests and computations, for values too large for a job's data or return
 * value.
 */
export interface Scratch {
  /** The job cache of a request. It is emptied when the request ends. */
  ofRequest(request: string): JobCache;
  /** The job cache of a computation. It is emptied when the computation ends. */
  ofComputation(id: string): JobCache;
  /** The job cache of a refresh, by its lease. It is emptied when its computation has begun. */
  ofRefresh(lease: string): JobCache;
}

/** The path of a drawn area in both. */
export const areaPath = (drawn: string) => `area/${drawn}`;
export const linesPath = (drawn: string) => `lines/${drawn}`;
/** The path of the names of drawn areas, in the job cache of a request. */
export const namesPath = 'names';

/** The fingerprints of the areas and lines that were drawn for these requests, each once. */
export function drawnFor(requests: readonly Request[]): { readonly areas: string[]; readonly lines: string[] } {
  const areas = requests.flatMap(({ area }) => ('drawn' in area ? [area.drawn] : []));
  const lines = requests.flatMap(({ lines }) => (lines ? [lines.drawn] : []));
  return { areas: [...new Set(areas)], lines: [...new Set(lines)] };
}

/** The paths of these areas and lines. */
export function drawnPaths(requests: readonly Request[]): string[] {
  const { areas, lines } = drawnFor(requests);
  return [...areas.map(areaPath), ...lines.map(linesPath)];
}

/**
 * Opens the job caches in the queues' Redis, which does not evict, or in another store that all
 * gateways and workers share. A job cache that nobody empties expires after the longest time for
 * which a request may wait.
 */
export function openScratch({ redis, prefix }: Queues, store?: Store): Scratch {
  const drawers = store ? storeDrawers(store) : redisDrawers({ client: redis, prefix: `${prefix}:scratch` });
  const ofEach = (prefix: string) => (scope: string) =>
    keeping(openJobCache(drawers, { scope, prefix, ttlMilliseconds: 1000 * longestOpenSeconds }));
  return { ofRequest: ofEach('request'), ofComputation: ofEach('computation'), ofRefresh: ofEach('refresh') };
}

/**
 * Copies what was drawn for some requests from one job cache to another. Throws `DataLost` if it is
 * not there.
 */
export async function copyDrawn(requests: readonly Request[], from: JobCache, to: JobCache): Promise<void> {
  for (const path of drawnPaths(requests)) {
    const drawn = await readIfThere(from, path);
    if (!drawn) throw new DataLost(`the drawn geometry ${path} is no longer kept`);
    await to.set(path, drawn);
  }
}

/**
 * The same job cache, except that `set` rejects when the value is not stored. The job that needs it
 * would search in vain.
 */
function keeping(cache: JobCache): JobCache {
  return {
    ...cache,
    group: (path) => keeping(cache.group(path)),
    set: async (path, bytes, options) => {
      if (await cache.set(path, bytes, options)) return true;
      throw new StoreError(
        `the job cache did not keep ${JSON.stringify(path)} of ${bytes.length} bytes: it is larger than all that the store may hold (JOB_CACHE_URL)`,
      );
    },
  };
}

/** The value under a path, or undefined. */
export async function readIfThere(cache: JobCache, path: string): Promise<Uint8Array | undefined> {
  try {
    return await cache.get(path);
  } catch (error) {
    if (error instanceof KeyNotFoundError) return undefined;
    throw error;
  }
}
