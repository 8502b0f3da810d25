import type { TallyProcessor } from '@catchment/jobs';
import type { CountPool } from '../count-pool.ts';

/** Answers `tally`: one chunk of a tally, built or verified by a thread. */
export function tallyProcessor({ pool }: { readonly pool: Pick<CountPool, 'tally'> }): TallyProcessor {
  return (input, signal) => pool.tally(input, signal);
}
