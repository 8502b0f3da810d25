import type { ChoreProcessor } from '@cellshed/jobs';
import { type InvalidateChoreDependencies, invalidateChore } from './invalidate.ts';
import { type LoadChoreDependencies, loadChore } from './load.ts';
import { type RenewChoreDependencies, renewChore } from './renew.ts';
import { type TallyChoreDependencies, tallyChore } from './tally.ts';
import { type WarmChoreDependencies, warmChore } from './warm.ts';

export type ChoreDependencies = WarmChoreDependencies &
  InvalidateChoreDependencies &
  TallyChoreDependencies &
  LoadChoreDependencies &
  RenewChoreDependencies;

/** Does `chore`: what an operator has asked for. */
export function choreProcessor(dependencies: ChoreDependencies): ChoreProcessor {
  return (work, signal) => {
    const { ask } = work;
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
