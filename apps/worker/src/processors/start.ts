import type { ResultCache } from '@catchment/cache';
import type { StartProcessor } from '@catchment/jobs';
import { isRefusal, type Operations } from '@catchment/operations';

export interface StartDependencies {
  readonly operations: Pick<Operations, 'identify'>;
  readonly results: Pick<ResultCache, 'ticket'>;
}

/** Answers `start`: the key of what is asked, and a ticket for the cached value where there is one. */
export function startProcessor({ operations, results }: StartDependencies): StartProcessor {
  return async (request) => {
    const identified = await operations.identify(request);
    if (isRefusal(identified)) return { outcome: 'refused', problem: identified.problem };
    const { key } = identified;
    const ticket = await results.ticket(key);
    return ticket ? { outcome: 'hit', key, ticket } : { outcome: 'miss', key };
  };
}
