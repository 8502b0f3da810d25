import { fingerprint } from '@cellshed/cache';
import type { CountedParts, CountProcessor, Scratch } from '@cellshed/jobs';
import { Replaced } from '@cellshed/operations';
import type { CountPool } from '@cellshed/pool';

export interface CountDependencies {
  readonly pool: Pick<CountPool, 'count'>;
  readonly scratch: Pick<Scratch, 'ofComputation'>;
}

/**
 * The most bytes of parts that are returned. Larger ones are stored in the job cache, because
 * BullMQ reads the return values of all batches at once.
 */
export const mostBytesReturned = 2 ** 16;

/**
 * Does `count`: the parts of one batch of tiles. A thread does the work, so that the worker can
 * renew the lock.
 */
export function countProcessor({ pool, scratch }: CountDependencies): CountProcessor {
  return async ({ computation, batch, members, requestId: _requestId, ...task }, report, signal) => {
    try {
      const parts = await pool.count({ computation, ...task }, report, signal);
      // The path has the plan's fingerprint, because another plan's batch of this number may be
      // stored, too.
      const path = `counts/${batch}/${fingerprint([task.fingerprints, task.tiles, task.tallied])}`;
      return { members, parts: await keptIfLarge(parts, path, scratch.ofComputation(computation)) };
    } catch (error) {
      if (error instanceof Replaced) return { replaced: error.message };
      throw error;
    }
  };
}

/** The parts themselves, or their path in the job cache. */
async function keptIfLarge(
  parts: readonly unknown[],
  path: string,
  own: Pick<ReturnType<Scratch['ofComputation']>, 'set'>,
): Promise<CountedParts['parts']> {
  const bytes = Buffer.from(JSON.stringify(parts));
  if (bytes.length <= mostBytesReturned) return [...parts];
  await own.set(path, bytes);
  return { kept: path };
}
