import { fingerprint } from '@catchment/cache';
import type { CountProcessor, Scratch } from '@catchment/jobs';
import type { CountPool } from '../count-pool.ts';

export interface CountDependencies {
  readonly pool: Pick<CountPool, 'count' | 'sweep'>;
  readonly scratch: Pick<Scratch, 'ofComputation'>;
}

/** Larger parts lie in the job cache: BullMQ reads the return values of all batches at once. */
export const mostBytesReturned = 2 ** 16;

/**
 * Answers `count`: what one batch of tiles comes to. The work is done by a thread, so that the lock
 * keeps being renewed.
 */
export function countProcessor({ pool, scratch }: CountDependencies): CountProcessor {
  return async ({ computation, key, batch, members, mostTiles, ...task }, report, signal) => {
    const parts =
      mostTiles === undefined
        ? await pool.count({ key, ...task }, report, signal)
        : await sweep({ key, ...task, mostTiles }, signal);
    if (!parts) return { members, parts: null };
    const bytes = Buffer.from(JSON.stringify(parts));
    if (bytes.length <= mostBytesReturned) return { members, parts };
    // As long as another plan's batch of this number may be there, too.
    const kept = `counts/${computation}/${batch}/${fingerprint([task.fingerprints, task.tiles, task.tallied])}`;
    await scratch.ofComputation(key).set(kept, bytes);
    return { members, parts: { kept } };
  };

  async function sweep(task: Parameters<CountPool['sweep']>[0], signal: AbortSignal) {
    try {
      const swept = await pool.sweep(task, signal);
      return swept && [...swept.results];
    } catch {
      signal.throwIfAborted();
      // Whose it is, and whether trying again cures it, is found when they are computed one by one.
      return undefined;
    }
  }
}
