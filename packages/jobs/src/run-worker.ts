import { failureText, readFailure } from '@catchment/telling';
import { DelayedError, type Job, UnrecoverableError, WaitingChildrenError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { type FailedJob, failedJob, isOfChild } from './failed-job.ts';
import type { QueueName, Queues } from './queues.ts';
import { isRefusedForNow } from './redis.ts';
import { hasEndedThread, ThreadDied } from './thread-died.ts';

/** Thrown by a processor for what no retry can cure. The message reaches the client. */
export class PermanentFailure extends UnrecoverableError {
  get publicMessage(): string | undefined {
    return this.message;
  }
}

/**
 * A failure that was logged where it happened, or that somebody wanted: nobody needs to hear of it
 * again. Of another job's reason, as it crossed the queue, clients hear what it tells.
 */
export class KnownFailure extends PermanentFailure {
  override get publicMessage(): string | undefined {
    return readFailure(this.message).told;
  }
}

export interface WorkerSettings {
  /** For blocking reads: `maxRetriesPerRequest: null`. */
  readonly redis: Redis;
  /** Jobs at once in this process. */
  readonly concurrency: number;
  /** A job whose worker has not been heard of for so long is given to another one. */
  readonly lockMilliseconds: number;
  /** Told of what goes wrong beside the jobs, such as a lost connection. */
  readonly onError: (error: Error) => void;
  /**
   * Told once of each job that has failed and will not be tried again; not of those that fail
   * because another one did.
   */
  readonly onFailed?: (failed: FailedJob) => void;
}

export interface RunningWorker {
  /**
   * Takes no more jobs, waits for those under way; after the grace they are left to other workers.
   */
  close(graceMilliseconds: number): Promise<void>;
}

/**
 * Takes the jobs of a queue, one after the other or several at once. A job that could not write
 * because its Redis is full, or takes nothing for another reason of its own, is done again until it
 * can: that uses up none of its attempts.
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
      return attempt.catch(async (thrown: unknown) => {
        const error = giveUpOnSecondDeath(thrown, job);
        if (isLast(error, job) && !worker.closing) await tell(job, error);
        return waitOrThrow(error, job, token as string);
      });
    },
    {
      connection: settings.redis,
      prefix: queues.prefix,
      concurrency: settings.concurrency,
      lockDuration: settings.lockMilliseconds,
      stalledInterval: settings.lockMilliseconds / 2,
      // A worker that dies takes its jobs with it, not because of them; only a job that keeps
      // killing workers is given up.
      maxStalledCount: 5,
    },
  );
  const tell = async (job: Job, error: unknown) => {
    try {
      const failed = await failedJob(queues, name, { job, error });
      if (failed) settings.onFailed?.(failed);
    } catch (cause) {
      settings.onError(cause as Error);
    }
  };
  // What the queue itself gives up, such as a job that has killed one worker after the other, no
  // processor has thrown.
  worker.on('failed', (job, error) => {
    if (job?.deferredFailure && !isOfChild(queues, error.message)) void tell(job, error);
  });
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

/**
 * One death may be bad luck, or another job's doing. A worker process that is killed is no death of
 * a thread, and not counted.
 */
function giveUpOnSecondDeath(error: unknown, job: Pick<Job, 'stacktrace'>): unknown {
  if (!(error instanceof ThreadDied) || !hasEndedThread(job)) return error;
  return new GivenUp(`${error.message}. It was the second time: this is given up`);
}

class GivenUp extends PermanentFailure {
  override get publicMessage(): string {
    return 'the work on this has twice ended the thread that did it, and is given up: ask for less at once';
  }
}

/** Whether an attempt that ended like this was the last one, and nobody has heard of why. */
function isLast(error: unknown, job: Job): boolean {
  if (error instanceof KnownFailure || isRefusedForNow(error) || isStep(error)) return false;
  return error instanceof UnrecoverableError || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
}

/** Whether the job only goes on later. */
function isStep(error: unknown): boolean {
  return error instanceof DelayedError || error instanceof WaitingChildrenError;
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

/** The same error, whose message is all that crosses the queue. */
function crossing(error: unknown): unknown {
  if (error instanceof Error && !isStep(error)) error.message = failureText(error);
  return error;
}

async function waitOrThrow(error: unknown, job: Job, token: string): Promise<never> {
  if (!isRefusedForNow(error)) throw crossing(error);
  // A full Redis does this, as it begins with freeing the lock. A job that cannot be moved is found
  // without a lock later on.
  await job.moveToDelayed(Date.now() + restMilliseconds, token);
  throw new DelayedError();
}
