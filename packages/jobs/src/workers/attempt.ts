import type { Job } from 'bullmq';
import { type CausedBy, causedBy } from '../contracts/caused-by.ts';

/**
 * An attempt at a job that is over. `waits`: it goes on when its children have ended. `retried`: it
 * failed, and is tried again. `handed back`: another worker does it, since this one stops.
 */
export interface Attempt extends CausedBy {
  readonly kind: string;
  /** The id of the job in its queue. */
  readonly job: string;
  readonly data: unknown;
  readonly outcome: 'done' | 'waits' | 'retried' | 'failed' | 'handed back';
  /** The return value of the job, if it is done. */
  readonly result?: unknown;
  readonly seconds: number;
  /** The time since the job was added to the queue. */
  readonly secondsSinceAdded: number;
}

/** A listener to attempts, and what hears of its faults. */
interface Listening {
  readonly onAttempt?: (attempt: Attempt) => void;
  readonly onError: (error: Error) => void;
}

/**
 * Begins to measure an attempt. The function that it returns tells how the attempt has ended. A
 * listener that throws changes nothing for the job.
 */
export function beginAttempt(job: Pick<Job, 'id' | 'name' | 'data' | 'timestamp'>, { onAttempt, onError }: Listening) {
  const since = performance.now();
  return (outcome: Attempt['outcome'], result?: unknown): void => {
    try {
      onAttempt?.({
        ...{ ...causedBy(job.data), job: job.id as string },
        ...{ kind: job.name, data: job.data, outcome, result, seconds: (performance.now() - since) / 1000 },
        secondsSinceAdded: Math.max(0, (Date.now() - job.timestamp) / 1000),
      });
    } catch (error) {
      onError(error as Error);
    }
  };
}
