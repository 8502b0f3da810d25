import { fingerprint as hashOf } from '@cellshed/cache';
import type { TallyChunk } from '@cellshed/contracts';
import { readFailure } from '@cellshed/telling';
import { type CausedBy, causedBy } from './contracts/caused-by.ts';
import type { TallyInput, TallyResult } from './contracts/tally.ts';
import type { Endings } from './endings.ts';
import { optionsOf } from './jobs.ts';
import type { Queues } from './queues.ts';

/** The outcome of one chunk. */
export type Tallied =
  | { readonly chunk: TallyChunk; readonly outcome: 'done'; readonly result: TallyResult }
  | { readonly chunk: TallyChunk; readonly outcome: 'failed'; readonly reason: string };

export interface TallyWork extends Omit<TallyInput, 'chunk'> {
  readonly chunks: readonly TallyChunk[];
}

export interface TallyingDependencies {
  readonly queues: Pick<Queues, 'tally'>;
  /** The ends of tally jobs. */
  readonly endings: Pick<Endings, 'wait'>;
  /** The most chunks in the queue. */
  readonly inFlight: number;
  /** The HTTP request that has caused this. */
  readonly cause?: CausedBy;
  /** Hears of a job before it is added, and when it is over. */
  readonly onBegin?: (job: string) => Promise<void>;
  readonly onOver?: (job: string) => Promise<void>;
}

/**
 * Has raster workers build or verify chunks, and yields the outcome of each, in no order. A chunk
 * that somebody else has built at the moment is joined. When the signal is aborted, nothing more is
 * begun, but the jobs in the queue are done.
 */
export async function tallyChunks(
  { chunks, ...work }: TallyWork,
  { inFlight, ...dependencies }: TallyingDependencies,
  { onEnd, signal }: { readonly onEnd: (tallied: Tallied) => void | Promise<void>; readonly signal: AbortSignal },
): Promise<void> {
  const waiting = chunks.values();
  const next = async () => {
    for (const chunk of waiting) {
      if (signal.aborted) return;
      const tallied = await tallyOne({ ...work, chunk }, dependencies, signal);
      if (tallied) await onEnd(tallied);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, inFlight) }, next));
}

/** The time that a lost event costs. */
const lookAgainMilliseconds = 5000;

async function tallyOne(
  input: TallyInput,
  { queues, endings, cause, onBegin, onOver }: Omit<TallyingDependencies, 'inFlight'>,
  signal: AbortSignal,
): Promise<Tallied | undefined> {
  const { work, operation, chunk } = input;
  const { tier, row, column } = chunk;
  // The id has the whole input: rasters of different names may have the same version, and so their
  // operations the same fingerprint.
  const jobId = `${work} ${operation} ${tier}.${row}.${column} ${hashOf(input)}`;
  const options = { ...optionsOf('tally'), jobId };
  await onBegin?.(jobId);
  while (!signal.aborted) {
    // The job is added again after each silence. An existing one is not added twice, and a built
    // chunk is found in the tally.
    await queues.tally.add('tally', { ...input, ...causedBy(cause) }, options);
    const heard = await endings.wait(jobId, lookAgainMilliseconds, signal);
    if (!heard) continue;
    await onOver?.(jobId);
    if ('reason' in heard) return { chunk, outcome: 'failed', reason: readFailure(heard.reason).cause };
    return { chunk, outcome: 'done', result: heard.returned as TallyResult };
  }
  return undefined;
}
