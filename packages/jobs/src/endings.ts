import type { RedisClient } from '@cellshed/redis';
import type { Queue } from 'bullmq';
import type { Queues } from './queues.ts';
import { closeListening, listen } from './redis/listening.ts';

/** The end of a job: its return value or its failure. */
export type Ending = { readonly returned: unknown } | { readonly reason: string };

/** Waits in this process for the ends of the jobs of one queue, without polling. */
export interface Endings {
  /**
   * The end of a job that ends within so many milliseconds, or has just ended. `undefined`: it has
   * not ended by then, or is no longer kept, or the signal was aborted.
   */
  wait(job: string, milliseconds: number, signal?: AbortSignal): Promise<Ending | undefined>;
  /** Calls a listener with the id of each job that ends. Returns what ends that. */
  onEnded(listener: (job: string) => void): () => void;
  /** Ends all waits, also later ones, without an answer. */
  close(): Promise<void>;
}

export interface EndingsOptions {
  /** The queue of the jobs; default `finish`: requests. */
  readonly queue?: Pick<Queue, 'name' | 'getJob'>;
  /** A connection that is copied for blocking reads: it needs `maxRetriesPerRequest: null`. */
  readonly redis: RedisClient;
  readonly onError: (error: Error) => void;
}

/** The most ends that are remembered for a caller that asks just after a job has ended. */
const mostRemembered = 1000;

const beatMilliseconds = 1000;
const lookEveryBeats = 10;

/**
 * Resolves when it listens. Ends are missed while Redis is away, or if this process stands still
 * while more happens than the queue remembers. After both it looks at all jobs that are waited for,
 * and every ten seconds, should it have noticed neither.
 */
export async function openEndings(
  queues: Pick<Queues, 'finish' | 'prefix'>,
  { queue = queues.finish, redis, onError }: EndingsOptions,
): Promise<Endings> {
  const waiting = new Map<string, (ending?: Ending) => void>();
  let isClosed = false;
  const lately = new Map<string, Ending>();
  const events = listen(queue.name, { redis, prefix: queues.prefix });
  events.on('error', onError);
  const listeners = new Set<(job: string) => void>();
  const end = (job: string, ending: Ending) => {
    waiting.get(job)?.(ending);
    for (const listener of listeners) listener(job);
    lately.set(job, ending);
    const oldest = lately.keys().next().value;
    if (lately.size > mostRemembered && oldest !== undefined) lately.delete(oldest);
  };
  events.on('completed', ({ jobId, returnvalue }) => end(jobId, { returned: returnvalue }));
  events.on('failed', ({ jobId, failedReason }) => end(jobId, { reason: failedReason }));
  await events.waitUntilReady();

  const look = async (id: string): Promise<Ending | undefined> => {
    const job = await queue.getJob(id);
    if (job?.finishedOn === undefined) return undefined;
    const hasReturned = job.returnvalue !== null && job.returnvalue !== undefined;
    return hasReturned ? { returned: job.returnvalue } : { reason: job.failedReason };
  };
  const lookAtAll = async () => {
    for (const id of [...waiting.keys()]) {
      const ending = await look(id);
      if (ending) end(id, ending);
    }
  };
  const lookAgain = () => void lookAtAll().catch(onError);
  const client = await events.backend.client;
  client.on('ready', lookAgain);
  let beat = performance.now();
  let beats = 0;
  const timer = setInterval(() => {
    const stoodStill = performance.now() - beat > 2 * beatMilliseconds;
    beat = performance.now();
    beats += 1;
    if (stoodStill || beats % lookEveryBeats === 0) lookAgain();
  }, beatMilliseconds);

  return {
    wait: async (job, milliseconds, signal) => {
      if (signal?.aborted || isClosed) return undefined;
      const ending = lately.get(job) ?? (await heard(waiting, job, { milliseconds, signal }));
      if (ending || signal?.aborted || isClosed || milliseconds === 0) return ending;
      return look(job).catch(() => undefined);
    },
    onEnded: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      isClosed = true;
      clearInterval(timer);
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
