import { fingerprint as hashOf } from '@catchment/cache';
import { readFailure } from '@catchment/telling';
import type { Endings } from './endings.ts';
import { jobOptions, type Queues } from './queues.ts';
import type { TallyChunk, TallyInput, TallyResult } from './tally.ts';

/** What became of one chunk. */
export type Tallied =
  | { readonly chunk: TallyChunk; readonly outcome: 'done'; readonly result: TallyResult }
  | { readonly chunk: TallyChunk; readonly outcome: 'failed'; readonly reason: string };

export interface TallyWork extends Omit<TallyInput, 'chunk'> {
  readonly chunks: readonly TallyChunk[];
}

export interface TallyingDependencies {
  readonly queues: Pick<Queues, 'tally' | 'retentionSeconds'>;
  /** Of tally jobs. */
  readonly endings: Pick<Endings, 'wait'>;
  /** So many chunks are in the queue at most. */
  readonly inFlight: number;
}

/**
 * Has raster workers build or verify chunks, and tells what became of each, in no order. A chunk
 * that somebody else is having built is joined. When the signal is aborted no more is begun; what
 * is in the queue is done all the same.
 */
export async function tallyChunks(
  { chunks, ...work }: TallyWork,
  { inFlight, ...dependencies }: TallyingDependencies,
  { onEnd, signal }: { readonly onEnd: (tallied: Tallied) => void; readonly signal: AbortSignal },
): Promise<void> {
  const waiting = chunks.values();
  const next = async () => {
    for (const chunk of waiting) {
      if (signal.aborted) return;
      const tallied = await tallyOne({ ...work, chunk }, dependencies, signal);
      if (tallied) onEnd(tallied);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, inFlight) }, next));
}

/** A lost event costs so long. */
const lookAgainMilliseconds = 5000;

async function tallyOne(
  input: TallyInput,
  { queues, endings }: Omit<TallyingDependencies, 'inFlight'>,
  signal: AbortSignal,
): Promise<Tallied | undefined> {
  const { work, operation, chunk } = input;
  const { tier, row, column } = chunk;
  // All of the input: rasters of different names may have the same version, and so their operations
  // the same fingerprint.
  const jobId = `${work} ${operation} ${tier}.${row}.${column} ${hashOf(input)}`;
  const options = { ...jobOptions(queues.retentionSeconds), removeOnComplete: true, removeOnFail: true, jobId };
  while (!signal.aborted) {
    // Again after each silence: one that is there is not added twice, and a chunk that was built is
    // found to be there.
    await queues.tally.add('tally', input, options);
    const heard = await endings.wait(jobId, lookAgainMilliseconds, signal);
    if (!heard) continue;
    if ('reason' in heard) return { chunk, outcome: 'failed', reason: readFailure(heard.reason).cause };
    return { chunk, outcome: 'done', result: heard.returned as TallyResult };
  }
  return undefined;
}
