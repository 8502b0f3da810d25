import type { CountProcessor, Scratch } from '@catchment/jobs';
import type { CountPool } from '../count-pool.ts';

export interface CountDependencies {
  readonly pool: Pick<CountPool, 'count'>;
  readonly scratch: Pick<Scratch, 'ofComputation'>;
}

/** Larger parts lie in the job cache: BullMQ reads the return values of all batches at once. */
export const mostBytesReturned = 2 ** 16;

/** Answers `count`: what one batch of tiles comes to. The work is done by a thread, so that the lock keeps being renewed. */
export function countProcessor({ pool, scratch }: CountDependencies): CountProcessor {
  return async ({ computation, key, batch, members, ...task }, report, signal) => {
    const parts = await pool.count({ key, ...task }, report, signal);
    const bytes = Buffer.from(JSON.stringify(parts));
    if (bytes.length <= mostBytesReturned) return { members, parts };
    const kept = `counts/${computation}/${batch}/${task.fingerprints[0]}`;
    await scratch.ofComputation(key).set(kept, bytes);
    return { members, parts: { kept } };
  };
}
