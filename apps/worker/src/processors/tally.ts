import type { Processor } from '@catchment/jobs';
import type { CountPool } from '@catchment/pool';

/** Does `tally`: a thread builds or verifies one chunk of a tally. */
export function tallyProcessor({ pool }: { readonly pool: Pick<CountPool, 'tally'> }): Processor<'tally'> {
  return (input, signal) => pool.tally(input, signal);
}
