import type { RedisClient } from '@cellshed/redis';
import { failureText } from '@cellshed/telling';
import { DelayedError, type Job, MetricsTime, UnrecoverableError, WaitingChildrenError, Worker } from 'bullmq';
import type { JobsIn, QueueName, Take } from '../jobs.ts';
import type { Queues } from '../queues.ts';
import { isRefusedForNow } from '../redis/problems.ts';
import { type Attempt, beginAttempt } from './attempt.ts';
import { checkedJob } from './checked-job.ts';
import { type FailedJob, failedJob, type TroubledJob } from './failed-job.ts';
import { handBack, handedBack, isHandedBack, whenHandedBack } from './hand-back.ts';
import { KnownFailure, PermanentFailure } from './permanent-failure.ts';
import { hasEndedThread, ThreadDied } from './thread-died.ts';

export interface WorkerSettings {
  /** The name of this process in the view of the queues. */
  readonly name?: string;
  /** A connection for blocking reads: `maxRetriesPerRequest: null`. */
  readonly redis: RedisClient;
  /** The most jobs at once in this process. */
  readonly concurrency: number;
  /** The time after which a job of a silent worker is given to another one. */
  readonly lockMilliseconds: number;
  /** Resolves when the clock of this process is right; no job ends before. Default: at once. */
  readonly untilRight?: () => Promise<void>;
  /** Receives errors beside the jobs, such as a lost connection. */
  readonly onError: (error: Error) => void;
  /**
   * Receives each failed job that will not be tried again, once; not those that fail because
   * another one did.
   */
  readonly onFailed?: (failed: FailedJob) => void;
  /** Receives each chore that an error has interrupted, and that is tried again. */
  readonly onRests?: (troubled: TroubledJob) => void;
  /** Receives each attempt at a job when it is over. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

export interface RunningWorker {
  /**
   * Takes no more jobs, and waits for the running ones. After the grace they are handed back: other
   * workers take them at once.
   */
  close(graceMilliseconds: number): Promise<void>;
}

/** The work on each kind of job that stands in a queue. */
export type Takers<Queue extends QueueName> = { readonly [Name in JobsIn<Queue>]: Take<Name> };

/**
 * Takes the jobs of a queue, one after the other or several at once. If Redis is full, or refuses a
 * write for a temporary reason of its own, the job is repeated until the write succeeds. That uses
 * none of its attempts. A job whose data do not fit its contract fails at once. `onGivenUp` is
 * called before a job fails for good.
 */
export function run<Queue extends QueueName>(
  queues: Queues,
  name: Queue,
  settings: WorkerSettings,
  takers: Takers<Queue>,
  onGivenUp: (job: Job, error: Error) => Promise<void> = async () => undefined,
): RunningWorker {
  const takeChecked = async (job: Job, token: string, signal: AbortSignal) => {
    const { name: kind, data } = checkedJob(job);
    // The check has shown that the name is that of a contract and that the data fit it.
    const take = takers[kind as JobsIn<Queue>] as Take<typeof kind>;
    return take({ data, job, token } as Parameters<typeof take>[0], signal).finally(settings.untilRight);
  };
  const worker = new Worker(
    name,
    // BullMQ passes the signal only to functions that declare three parameters.
    (job, token, signal) => {
      const attempt = takeChecked(job, token as string, signal as AbortSignal);
      const over = beginAttempt(job, settings);
      const done = (result: unknown) => {
        over('done', result);
        return result;
      };
      const ended = Promise.race([attempt, whenHandedBack(signal as AbortSignal)]);
      return ended.then(done, async (thrown: unknown) => {
        if (isHandedBack(signal as AbortSignal)) {
          over('handed back');
          return handBack(job, token as string);
        }
        const error = giveUpOnSecondDeath(thrown, job);
        const isGivenUp = isLast(error, job);
        try {
          if (isGivenUp) await giveUp(job, error as Error);
        } catch (cause) {
          // A full Redis, say, did not take the end: the job is done again.
          over('retried');
          return waitOrThrow(cause, job, token as string);
        }
        over(isGivenUp ? 'failed' : isStep(error) ? 'waits' : 'retried');
        return waitOrThrow(error, job, token as string);
      });
    },
    {
      connection: settings.redis,
      ...(settings.name !== undefined && { name: settings.name }),
      ...(queues.telemetry && { telemetry: queues.telemetry }),
      prefix: queues.prefix,
      concurrency: settings.concurrency,
      lockDuration: settings.lockMilliseconds,
      stalledInterval: settings.lockMilliseconds / 2,
      // A job is not the cause when its worker dies. Only a job that kills workers repeatedly is
      // given up.
      maxStalledCount: 5,
      // The queue counts the jobs that it completes and fails, minute by minute for two weeks.
      metrics: { maxDataPoints: MetricsTime.TWO_WEEKS },
    },
  );
  const giveUp = async (job: Job, error: Error) => {
    if (!(error instanceof KnownFailure) && !worker.closing) await tell(queues, name, settings, { job, error });
    await onGivenUp(job, error);
  };
  // The queue itself gives up some jobs, such as one that has killed one worker after the other. No
  // processor has thrown then.
  worker.on('failed', (job, error) => {
    if (!job?.deferredFailure) return;
    beginAttempt(job, settings)('failed');
    void giveUp(job, error).catch(settings.onError);
  });
  worker.on('error', (error) => {
    settings.onError(error);
    if (isRefusedForNow(error)) rest(worker);
  });
  return {
    close: async (graceMilliseconds) => {
      const closed = worker.close();
      const end = performance.now() + graceMilliseconds;
      // Again and again: a job that was just being taken begins after the end of the grace.
      const timer = setInterval(() => {
        if (performance.now() >= end) worker.cancelAllJobs(handedBack);
      }, handBackMilliseconds);
      await closed.finally(() => clearInterval(timer));
    },
  };
}

/** The time between two looks for jobs that are to be handed back. */
const handBackMilliseconds = 50;

/** Reports a job that will not be tried again. */
export async function tell(
  queues: Queues,
  name: QueueName,
  { onFailed, onError }: Pick<WorkerSettings, 'onFailed' | 'onError'>,
  { job, error }: { readonly job: Job; readonly error: unknown },
): Promise<void> {
  try {
    const failed = await failedJob(queues, name, { job, error });
    if (failed) onFailed?.(failed);
  } catch (cause) {
    onError(cause as Error);
  }
}

/**
 * Gives up a job that has killed a second thread. The first death may be bad luck, or another job's
 * fault. A killed worker process is not counted.
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

/** Whether an attempt that ended like this was the last one. */
function isLast(error: unknown, job: Job): boolean {
  if (isRefusedForNow(error) || isStep(error)) return false;
  return error instanceof UnrecoverableError || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
}

/** Whether the job only continues later. */
function isStep(error: unknown): boolean {
  return error instanceof DelayedError || error instanceof WaitingChildrenError;
}

const restMilliseconds = 1000;

/**
 * Pauses a worker that fails to take a job. It would try again at once, thousands of times a
 * second.
 */
function rest(worker: Pick<Worker, 'pause' | 'resume' | 'isPaused' | 'closing'>): void {
  if (worker.closing || worker.isPaused()) return;
  void worker.pause(true);
  const wake = () => {
    if (!worker.closing) void worker.resume();
  };
  setTimeout(wake, restMilliseconds).unref();
}

/**
 * The same error with a message that keeps both sentences, because only the message crosses the
 * queue.
 */
function crossing(error: unknown): unknown {
  if (error instanceof Error && !isStep(error)) error.message = failureText(error);
  return error;
}

async function waitOrThrow(error: unknown, job: Job, token: string): Promise<never> {
  if (!isRefusedForNow(error)) throw crossing(error);
  // A full Redis permits this, because it begins with freeing the lock. A job that cannot be moved
  // is found later without a lock.
  await job.moveToDelayed(Date.now() + restMilliseconds, token);
  throw new DelayedError();
}
