import { type ChoreProcessor, PermanentFailure } from '@cellshed/jobs';
import { type InvalidateChoreDependencies, invalidateChore } from './invalidate.ts';
import { type LoadChoreDependencies, loadChore } from './load.ts';
import { type RenewChoreDependencies, renewChore } from './renew.ts';
import { type TallyChoreDependencies, tallyChore } from './tally.ts';
import { type WarmChoreDependencies, warmChore } from './warm.ts';

export type ChoreDependencies = WarmChoreDependencies &
  InvalidateChoreDependencies &
  TallyChoreDependencies &
  LoadChoreDependencies &
  RenewChoreDependencies & {
    /** Whether the cache is one inside each process that uses it. */
    readonly isCacheInProcess: boolean;
  };

/** Does `chore`: what an operator has asked for. */
export function choreProcessor(dependencies: ChoreDependencies): ChoreProcessor {
  return async (work, signal) => {
    const { ask } = work;
    if (dependencies.isCacheInProcess && ask.kind !== 'tally') {
      throw new PermanentFailure(
        'CACHE_URL is memory:, a cache inside each worker; expected one that all of them share',
      );
    }
    switch (ask.kind) {
      case 'warm':
        return warmChore(work, ask, dependencies, signal);
      case 'invalidate':
        return invalidateChore(work, ask, dependencies, signal);
      case 'tally':
        return tallyChore(work, ask, dependencies, signal);
      case 'load':
        return loadChore(work, ask, dependencies, signal);
      case 'renew':
        return renewChore(work, dependencies, signal);
    }
  };
}
