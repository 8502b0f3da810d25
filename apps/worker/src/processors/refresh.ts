import type { ResultCache } from '@catchment/cache';
import type { Computations, Refreshes, RefreshProcessor } from '@catchment/jobs';

export interface RefreshDependencies {
  readonly results: Pick<ResultCache, 'read'>;
  readonly computations: Pick<Computations, 'begin'>;
  readonly refreshes: Pick<Refreshes, 'ended'>;
}

/**
 * Answers `refresh`: begins a computation of the key, unless the result has been computed since the
 * refresh was queued.
 */
export function refreshProcessor({ results, computations, refreshes }: RefreshDependencies): RefreshProcessor {
  return async ({ key, request, queuedAt, lease }) => {
    const there = await results.read(key);
    if (there && there.computedAt >= queuedAt) {
      await refreshes.ended({ key, lease });
      return { outcome: 'there' };
    }
    const begun = await computations.begin({ key, request, refresh: { queuedAt, lease } });
    if (begun === undefined) throw new Error(`the computation of ${key} is just being cancelled`);
    return { outcome: 'computing' };
  };
}
