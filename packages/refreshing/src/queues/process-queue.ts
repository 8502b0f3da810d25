import { setTimeout } from 'node:timers/promises';
import { expectAtLeast, expectFunction, expectIfAny, expectObject } from '@cellshed/expected';
import { checkTaskOptions } from '../check-options.ts';
import { messageOf } from '../fetching/message-of.ts';
import type { TaskOptions } from '../read-options.ts';
import { checkRefreshJob, type RefreshJob, type RefreshQueue } from './refresh-job.ts';

export interface ProcessQueueOptions {
  /** The number of refreshes that run at once; default 4. */
  readonly concurrency?: number;
  /** The number of tries for a refresh whose read names none; default 5. */
  readonly attempts?: number;
  /**
   * From the first failure to the second try; each further one takes twice as long. Default 1,000.
   */
  readonly firstDelayMilliseconds?: number;
  /** Default 60,000. */
  readonly longestDelayMilliseconds?: number;
  /** With so many refreshes not yet ended no other is taken; default 10,000. */
  readonly mostJobs?: number;
  /** Hears of each refresh that was given up. */
  readonly onError?: (error: Error, job: RefreshJob) => void;
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** A queue with its worker, in this process and its memory. */
export interface ProcessQueue extends Required<RefreshQueue> {
  /** It takes the options `priority`, `delay` and `attempts`. */
  add(job: RefreshJob, options?: TaskOptions): Promise<void>;
  /** Resolves when no refresh is waiting, running or to be tried again. */
  settled(): Promise<void>;
  /** Forgets what has not begun, and takes nothing more. */
  close(): void;
}

/**
 * For programs without a queue: refreshes run in the process that queued them, and are lost when
 * it ends. Those that fail are tried again, ever later. While one is waiting for that the process
 * does not end by itself, unless the queue is closed.
 */
export function processQueue(options: ProcessQueueOptions = {}): ProcessQueue {
  checkQueueOptions(options);
  const { concurrency = 4, attempts = 5, firstDelayMilliseconds = 1000, longestDelayMilliseconds = 60_000 } = options;
  const { mostJobs = 10_000, onError, pause = abortablePause } = options;
  const closing = new AbortController();
  const waiting: Waiting[] = [];
  const performing = Promise.withResolvers<(job: RefreshJob) => Promise<unknown>>();
  let [running, delayed] = [0, 0];
  let idle = Promise.withResolvers<void>();

  const size = () => waiting.length + running + delayed;
  const settle = () => {
    if (size() > 0) return;
    idle.resolve();
    idle = Promise.withResolvers<void>();
  };
  const wait = (one: Waiting) => {
    // Behind all of its priority.
    const behind = waiting.findIndex(({ priority }) => priority > one.priority);
    waiting.splice(behind === -1 ? waiting.length : behind, 0, one);
  };
  const waitLater = async (one: Waiting, milliseconds: number) => {
    delayed += 1;
    // It rejects when the queue is closed, and then the refresh is dropped.
    const isOver = await pause(milliseconds, closing.signal).then(
      () => true,
      () => false,
    );
    delayed -= 1;
    if (isOver && !closing.signal.aborted) wait(one);
    next();
  };
  const run = async (one: Waiting) => {
    const { job, attempt, attempts: most } = one;
    running += 1;
    try {
      const perform = await performing.promise;
      await perform(job);
    } catch (cause) {
      const milliseconds = Math.min(longestDelayMilliseconds, firstDelayMilliseconds * 2 ** (attempt - 1));
      if (attempt < most) void waitLater({ ...one, attempt: attempt + 1 }, milliseconds);
      else onError?.(new Error(`the refresh of ${job.key} failed ${most} times: ${messageOf(cause)}`, { cause }), job);
    } finally {
      running -= 1;
      next();
    }
  };
  const next = () => {
    while (running < concurrency) {
      const first = waiting.shift();
      if (!first) break;
      void run(first);
    }
    settle();
  };

  return {
    add: async (job, asked = {}) => {
      const { priority = 0, delay = 0, attempts: most = attempts } = checkTaskOptions('this job', asked);
      if (closing.signal.aborted) throw new Error('the queue is closed');
      if (size() >= mostJobs) throw new Error(`the queue holds ${size()} refreshes, expected less than ${mostJobs}`);
      // The job is checked as if it came from any other queue.
      expectObject('a refresh job', job);
      const copy = checkRefreshJob(JSON.parse(JSON.stringify(job)));
      const one = { job: copy, attempt: 1, attempts: most, priority };
      if (delay > 0) void waitLater(one, delay);
      else wait(one);
      next();
    },
    performWith: performing.resolve,
    settled: async () => {
      if (size() > 0) await idle.promise;
    },
    close: () => {
      waiting.length = 0;
      closing.abort();
      settle();
    },
  };
}

interface Waiting {
  readonly job: RefreshJob;
  readonly attempt: number;
  /** At most. */
  readonly attempts: number;
  /** 0 before 1 before 2. */
  readonly priority: number;
}

function checkQueueOptions(options: ProcessQueueOptions): void {
  expectObject('the options of a process queue', options);
  for (const member of ['concurrency', 'attempts', 'mostJobs'] as const) {
    expectIfAny(`${member} of a process queue`, options[member], expectAtLeast(1));
  }
  for (const member of ['firstDelayMilliseconds', 'longestDelayMilliseconds'] as const) {
    expectIfAny(`${member} of a process queue`, options[member], expectAtLeast(0));
  }
  for (const member of ['onError', 'pause'] as const) {
    expectIfAny(`${member} of a process queue`, options[member], expectFunction);
  }
}

async function abortablePause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal });
}
