import { createHash } from 'node:crypto';
import {
  type JobCache,
  KeyNotFoundError,
  openJobCache,
  redisDrawers,
  type Store,
  StoreError,
  storeDrawers,
} from '@catchment/cache';
import type { Queues } from './queues.ts';
import type { Request } from './request.ts';

/**
 * The job caches of requests and computations: what is too large for a job's data or return value.
 */
export interface Scratch {
  /** Emptied when the request ends. */
  ofRequest(request: string): JobCache;
  /** Shared by all who wait for the computation of a key; emptied when it ends. */
  ofComputation(key: string): JobCache;
}

/** Where drawn areas and lines lie in both. */
export const areaPath = (drawn: string) => `area/${drawn}`;
export const linesPath = (drawn: string) => `lines/${drawn}`;

/** The fingerprints of what was drawn for these requests, each once. */
export function drawnFor(requests: readonly Request[]): { readonly areas: string[]; readonly lines: string[] } {
  const areas = requests.flatMap(({ area }) => ('drawn' in area ? [area.drawn] : []));
  const lines = requests.flatMap(({ lines }) => (lines ? [lines.drawn] : []));
  return { areas: [...new Set(areas)], lines: [...new Set(lines)] };
}

/** Where all that lies. */
export function drawnPaths(requests: readonly Request[]): string[] {
  const { areas, lines } = drawnFor(requests);
  return [...areas.map(areaPath), ...lines.map(linesPath)];
}

/**
 * In the queues' Redis, which does not evict; or in another store that all gateways and workers
 * share. What nobody empties goes by itself when jobs do.
 */
export function openScratch({ redis, prefix, retentionSeconds }: Queues, store?: Store): Scratch {
  const drawers = store ? storeDrawers(store) : redisDrawers({ client: redis, prefix: `${prefix}:scratch` });
  const ttlMilliseconds = 2 * retentionSeconds * 1000;
  return {
    ofRequest: (request) => keeping(openJobCache(drawers, { scope: request, prefix: 'request', ttlMilliseconds })),
    ofComputation: (key) => {
      const scope = createHash('sha256').update(key).digest('hex');
      return keeping(openJobCache(drawers, { scope, prefix: 'computation', ttlMilliseconds }));
    },
  };
}

/**
 * The same, where `set` rejects for a value that is not kept: a job that is to read it would look
 * for it in vain.
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

/** What lies under a path, or undefined. */
export async function readIfThere(cache: JobCache, path: string): Promise<Uint8Array | undefined> {
  try {
    return await cache.get(path);
  } catch (error) {
    if (error instanceof KeyNotFoundError) return undefined;
    throw error;
  }
}
