import type { CountProcessor, Scratch } from '@catchment/jobs';
import type { CountPool } from '../count-pool.ts';

export interface CountDependencies {
  readonly pool: Pick<CountPool, 'count'>;
  readonly scratch: Pick<Scratch, 'ofComputation'>;
}

/** Counts of more groups lie in the job cache: BullMQ reads the return values of all batches at once. */
export const mostGroupsReturned = 2000;

/** Answers `count`: the counts of one batch of tiles. The work is done by a thread, so that the lock keeps being renewed. */
export function countProcessor({ pool, scratch }: CountDependencies): CountProcessor {
  return async ({ computation, key, batch, request, fingerprint, tiles }, report, signal) => {
    const counts = await pool.count({ key, request, fingerprint, tiles }, report, signal);
    if (counts.groups.length <= mostGroupsReturned) return counts;
    const kept = `counts/${computation}/${fingerprint}/${batch}`;
    await scratch.ofComputation(key).set(kept, Buffer.from(JSON.stringify(counts)));
    return { kept };
  };
}
