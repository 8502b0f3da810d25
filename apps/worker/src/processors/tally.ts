import type { Processor } from '@cellshed/jobs';
import type { CountPool } from '@cellshed/pool';

/** Does `tally`: a thread builds or verifies one chunk of a tally. */
export function tallyProcessor({ pool }: { readonly pool: Pick<CountPool, 'tally'> }): Processor<'tally'> {
  return ({ requestId: _requestId, ...input }, signal) => pool.tally(input, signal);
}
