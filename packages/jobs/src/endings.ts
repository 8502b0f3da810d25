import type { Redis } from 'ioredis';
import type { Queues } from './queues.ts';
import { closeListening, listen } from './redis.ts';

/** How a job ended. */
export type Ending = { readonly returned: unknown } | { readonly reason: string };

/** Tells when the jobs of one queue end, in this process, without polling. */
export interface Endings {
  /**
   * How the job ends, when it does so within so many milliseconds, or has just done so. An ending
   * may be missed while Redis is away: `undefined` says only that none was heard of, or that the
   * signal was aborted.
   */
  wait(job: string, milliseconds: number, signal?: AbortSignal): Promise<Ending | undefined>;
  /** All waits end then, without having heard of anything. */
  close(): Promise<void>;
}

export interface EndingsOptions {
  /** Whose jobs; default `finish`: requests. */
  readonly queue?: 'finish' | 'compute' | 'tally' | 'echo';
  /** Is copied for blocking reads: it needs `maxRetriesPerRequest: null`. */
  readonly redis: Redis;
  readonly onError: (error: Error) => void;
}

/** For whoever asks just after a job has ended. */
const mostRemembered = 1000;

/** Resolves when it is listening. */
export async function openEndings(
  queues: Queues,
  { queue = 'finish', redis, onError }: EndingsOptions,
): Promise<Endings> {
  const waiting = new Map<string, (ending?: Ending) => void>();
  const lately = new Map<string, Ending>();
  const events = listen(queue, { redis, prefix: queues.prefix });
  events.on('error', onError);
  const end = (job: string, ending: Ending) => {
    waiting.get(job)?.(ending);
    lately.set(job, ending);
    const oldest = lately.keys().next().value;
    if (lately.size > mostRemembered && oldest !== undefined) lately.delete(oldest);
  };
  events.on('completed', ({ jobId, returnvalue }) => end(jobId, { returned: returnvalue }));
  events.on('failed', ({ jobId, failedReason }) => end(jobId, { reason: failedReason }));
  await events.waitUntilReady();
  return {
    wait: async (job, milliseconds, signal) => {
      if (signal?.aborted) return undefined;
      return lately.get(job) ?? heard(waiting, job, { milliseconds, signal });
    },
    close: async () => {
      for (const answer of waiting.values()) answer();
      await closeListening(events);
    },
  };
}

function heard(
  waiting: Map<string, (ending?: Ending) => void>,
  job: string,
  { milliseconds, signal }: { milliseconds: number; signal: AbortSignal | undefined },
): Promise<Ending | undefined> {
  return new Promise((resolve) => {
    const answer = (ending?: Ending) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      waiting.delete(job);
      resolve(ending);
    };
    const stop = () => answer();
    const timer = setTimeout(stop, milliseconds);
    signal?.addEventListener('abort', stop);
    waiting.set(job, answer);
  });
}
