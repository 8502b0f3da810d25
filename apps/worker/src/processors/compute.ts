import type { ResultCache } from '@catchment/cache';
import type { ComputeProcessor, Request, Shelf } from '@catchment/jobs';
import { isRefusal, type Operations, type ResultFrame, resultDocument } from '@catchment/operations';
import type { CountPool } from '../count-pool.ts';

export interface ComputeDependencies {
  readonly operations: Pick<Operations, 'identify'>;
  readonly pool: Pick<CountPool, 'plan'>;
  readonly results: Pick<ResultCache, 'read' | 'write'>;
  readonly shelf: Pick<Shelf, 'put'>;
  /** Tiles of one count job. */
  readonly tilesPerBatch: number;
  /** How long the result of a drawn area is kept; those of well-known ones are kept for ever. */
  readonly drawnLifetimeMilliseconds: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Answers `compute`: cuts the area's tiles into batches, and makes the result of the counts that come back. */
export function computeProcessor(dependencies: ComputeDependencies): ComputeProcessor {
  const { operations, pool, results, shelf, tilesPerBatch, drawnLifetimeMilliseconds, clock } = dependencies;
  return {
    plan: async ({ request }, signal) => {
      const startedAt = clock();
      // Again, after start: a raster may have been replaced, or another computation have ended, while this job waited.
      const identified = await operations.identify(request);
      if (isRefusal(identified)) return { found: { outcome: 'refused', problem: identified.problem } };
      const { key, fingerprint } = identified;
      const cached = await results.read(key);
      if (cached) return { found: { outcome: 'done', cache: 'hit', result: await shelf.put(cached.value) } };
      const planned = await pool.plan({ request, tilesPerBatch }, signal);
      if (isRefusal(planned)) return { found: { outcome: 'refused', problem: planned.problem } };
      const { tiles, batches, frame } = planned;
      return { plan: { key, fingerprint, startedAt, tiles, batches: batches.length, frame }, batches };
    },
    addUp: async ({ request }, { key, startedAt, frame }, parts) => {
      const value = Buffer.from(JSON.stringify(resultDocument(frame as ResultFrame, parts)));
      await results.write(key, value, {
        startedAt,
        costMs: clock() - startedAt,
        ...(isDrawn(request) && { ttlMilliseconds: drawnLifetimeMilliseconds }),
      });
      return { outcome: 'done', cache: 'miss', result: await shelf.put(value) };
    },
  };
}

function isDrawn({ area }: Request): boolean {
  return 'drawn' in area;
}
