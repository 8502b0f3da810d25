import type { CountProcessor } from '@catchment/jobs';
import type { CountPool } from '../count-pool.ts';

/** Answers `count`: the counts of one batch of tiles. The work is done by a thread, so that the lock keeps being renewed. */
export function countProcessor({ pool }: { readonly pool: Pick<CountPool, 'count'> }): CountProcessor {
  return ({ request, fingerprint, tiles }, report, signal) =>
    pool.count({ request, fingerprint, tiles }, report, signal);
}
