import type { EntryHeader, ResultCache } from '@catchment/cache';
import {
  type ComputeProcessor,
  type CountResult,
  type Counts,
  type Plan,
  type Refreshes,
  type Request,
  readIfThere,
  type Scratch,
  type Shelf,
} from '@catchment/jobs';
import { isRefusal, type Operations, type ResultFrame, resultDocument } from '@catchment/operations';
import type { CountPool } from '../count-pool.ts';

export interface ComputeDependencies {
  readonly operations: Pick<Operations, 'identify'> & { readonly catalog: Pick<Operations['catalog'], 'operations'> };
  readonly pool: Pick<CountPool, 'plan'>;
  readonly results: Pick<ResultCache, 'begin' | 'read' | 'write'>;
  readonly shelf: Pick<Shelf, 'put'>;
  readonly scratch: Pick<Scratch, 'ofComputation'>;
  /** Tiles of one count job. */
  readonly tilesPerBatch: number;
  /** How long the result of a drawn area is kept; those of well-known ones are kept for ever. */
  readonly drawnLifetimeMilliseconds: number;
  readonly refreshes: Pick<Refreshes, 'ended'>;
  /** Told when a refresh's lease could not be given back, or a job cache not be emptied. */
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Answers `compute`: cuts the area's tiles into batches, and makes the result of the counts that come back. */
export function computeProcessor(dependencies: ComputeDependencies): ComputeProcessor {
  const { operations, pool, results, shelf, scratch, tilesPerBatch, drawnLifetimeMilliseconds } = dependencies;
  const { refreshes, onError, clock } = dependencies;
  return {
    plan: async ({ key: asked, request, background, refresh }, signal) => {
      const startedAt = clock();
      // Again, after start: a raster may have been replaced, or another computation have ended, while this job waited.
      const identified = await operations.identify(request);
      if (isRefusal(identified)) return { found: { outcome: 'refused', problem: identified.problem } };
      const { key, fingerprint } = identified;
      const epoch = await results.begin(key);
      const cached = await results.read(key);
      if (cached && (refresh ? cached.computedAt >= refresh.queuedAt : isFresh(cached))) {
        if (refresh) await refreshes.ended({ key: asked, lease: refresh.lease }).catch(onError);
        const result = background ? {} : { result: await shelf.put(cached.value) };
        return { found: { outcome: 'done', cache: 'hit', ...result } };
      }
      const planned = await pool.plan({ key: asked, request, tilesPerBatch }, signal);
      if (isRefusal(planned)) return { found: { outcome: 'refused', problem: planned.problem } };
      const { tiles, batches, frame } = planned;
      const known = { key, fingerprint, startedAt, ...(epoch !== undefined && { epoch }) };
      return { plan: { ...known, tiles, batches: batches.length, frame }, batches };
    },
    addUp: async ({ key: asked, request, background, refresh }, { key, startedAt, epoch, frame }, parts) => {
      const own = scratch.ofComputation(asked);
      const counts = await Promise.all(parts.map((part) => countsOf(part, own)));
      if (!areThere(counts)) return addedUpBefore({ key, startedAt }, background);
      const document = resultDocument(frame as ResultFrame, counts);
      const value = Buffer.from(JSON.stringify(document));
      await results.write(key, value, { startedAt, costMs: clock() - startedAt, epoch, ...limits(request) });
      if (refresh) await refreshes.ended({ key: asked, lease: refresh.lease }).catch(onError);
      const result = background ? {} : { result: await shelf.put(value) };
      // What stays goes by itself later; the result does not depend on it.
      await own.clear().catch(onError);
      return { outcome: 'done', cache: 'miss', cells: document.cells, ...result };
    },
  };

  /** The large counts are gone when a worker was killed, or its Redis was full, just after it had emptied the job cache. */
  async function addedUpBefore({ key, startedAt }: Pick<Plan, 'key' | 'startedAt'>, background: boolean | undefined) {
    const there = await results.read(key);
    if (!there || there.computedAt < startedAt)
      throw new Error('the counts of a batch are no longer kept, nor their sum');
    const result = background ? {} : { result: await shelf.put(there.value) };
    return { outcome: 'done', cache: 'hit', ...result } as const;
  }

  function isFresh({ freshUntil }: EntryHeader): boolean {
    return freshUntil === null || clock() <= freshUntil;
  }

  /** How long the result of a request is fresh, and how long it is kept. */
  function limits({ operation, area }: Request) {
    const { lifetimeMilliseconds, hardLimitMilliseconds = Infinity } =
      operations.catalog.operations.get(operation) ?? {};
    const kept = Math.min(hardLimitMilliseconds, 'drawn' in area ? drawnLifetimeMilliseconds : Infinity);
    return { lifetimeMilliseconds, ttlMilliseconds: kept === Infinity ? undefined : kept };
  }
}

async function countsOf(part: CountResult, own: ReturnType<Scratch['ofComputation']>): Promise<Counts | undefined> {
  if (!('kept' in part)) return part;
  const kept = await readIfThere(own, part.kept);
  return kept && JSON.parse(Buffer.from(kept).toString());
}

function areThere(counts: readonly (Counts | undefined)[]): counts is readonly Counts[] {
  return !counts.includes(undefined);
}
