import type { ResultCache } from '@cellshed/cache';
import { type Computations, causedBy, copyDrawn, type Processor, type Refreshes, type Scratch } from '@cellshed/jobs';

export interface RefreshDependencies {
  readonly results: Pick<ResultCache, 'read'>;
  readonly computations: Pick<Computations, 'begin'>;
  readonly refreshes: Pick<Refreshes, 'ended'>;
  readonly scratch: Pick<Scratch, 'ofRefresh' | 'ofComputation'>;
  /** Receives the error if a job cache cannot be emptied. */
  readonly onError: (error: Error) => void;
}

/**
 * Does `refresh`: begins a computation of the key, unless the result was computed after the refresh
 * was queued.
 */
export function refreshProcessor(dependencies: RefreshDependencies): Processor<'refresh'> {
  const { results, computations, refreshes, scratch, onError } = dependencies;
  return async ({ key, fingerprint, request, queuedAt, lease, ...cause }) => {
    const there = await results.read(key);
    if (there && there.computedAt >= queuedAt) {
      await refreshes.ended({ key, lease });
      return { outcome: 'there' };
    }
    const [drawn, members] = [scratch.ofRefresh(lease), [{ key, fingerprint }]];
    const wanted = { ...causedBy(cause), request, members, for: { refresh: { queuedAt, lease } } };
    await computations.begin(wanted, (computation) => copyDrawn([request], drawn, scratch.ofComputation(computation)));
    if ('drawn' in request.area || request.lines) await drawn.clear().catch(onError);
    return { outcome: 'computing' };
  };
}
