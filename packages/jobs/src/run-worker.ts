import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueName, Queues } from './queues.ts';
import { isRefusedForNow } from './redis.ts';

/** Thrown by a processor for what no retry can cure. The message reaches the client. */
export class PermanentFailure extends UnrecoverableError {}

export interface WorkerSettings {
  /** For blocking reads: `maxRetriesPerRequest: null`. */
  readonly redis: Redis;
  /** Jobs at once in this process. */
  readonly concurrency: number;
  /** A job whose worker has not been heard of for so long is given to another one. */
  readonly lockMilliseconds: number;
  /** Told of what goes wrong beside the jobs, such as a lost connection. */
  readonly onError: (error: Error) => void;
}

export interface RunningWorker {
  /** Takes no more jobs, waits for those under way; after the grace they are left to other workers. */
  close(graceMilliseconds: number): Promise<void>;
}

/**
 * Takes the jobs of a queue, one after the other or several at once. A job that could not write because its Redis is full, or
 * takes nothing for another reason of its own, is done again until it can: that uses up none of its attempts.
 */
export function run<Input, Result>(
  queues: Queues,
  name: QueueName,
  settings: WorkerSettings,
  process: (job: Job<Input, Result>, token: string, signal: AbortSignal) => Promise<Result>,
): RunningWorker {
  const worker = new Worker<Input, Result>(
    name,
    // BullMQ hands the signal only to functions that declare three parameters.
    (job, token, signal) => {
      const attempt = process(job, token as string, signal as AbortSignal);
      return attempt.catch((error: unknown) => waitOrThrow(error, job, token as string));
    },
    {
      connection: settings.redis,
      prefix: queues.prefix,
      concurrency: settings.concurrency,
      lockDuration: settings.lockMilliseconds,
      stalledInterval: settings.lockMilliseconds / 2,
      // A worker that dies takes its jobs with it, not because of them; only a job that keeps killing workers is given up.
      maxStalledCount: 5,
    },
  );
  worker.on('error', (error) => {
    settings.onError(error);
    if (isRefusedForNow(error)) rest(worker);
  });
  return {
    close: async (graceMilliseconds) => {
      const closed = worker.close();
      const late = AbortSignal.timeout(graceMilliseconds);
      await Promise.race([closed, new Promise((resolve) => late.addEventListener('abort', resolve))]);
      if (late.aborted) await worker.close(true);
    },
  };
}

const restMilliseconds = 1000;

/** A worker that fails to take a job would try again at once, thousands of times a second. */
function rest(worker: Pick<Worker, 'pause' | 'resume' | 'isPaused' | 'closing'>): void {
  if (worker.closing || worker.isPaused()) return;
  void worker.pause(true);
  const wake = () => {
    if (!worker.closing) void worker.resume();
  };
  setTimeout(wake, restMilliseconds).unref();
}

async function waitOrThrow(error: unknown, job: Job, token: string): Promise<never> {
  if (!isRefusedForNow(error)) throw error;
  // A full Redis does this, as it begins with freeing the lock. A job that cannot be moved is found without a lock later on.
  await job.moveToDelayed(Date.now() + restMilliseconds, token);
  throw new DelayedError();
}
