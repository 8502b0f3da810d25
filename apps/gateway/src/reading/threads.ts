import { availableParallelism } from 'node:os';
import type { Transferable } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { ProblemError } from '../problems/problem-error.ts';
import type { BodyReaders } from './bodies.ts';
import type { ReadingSettings } from './reading-settings.ts';

/** Threads of one kind. */
export interface Threads {
  /**
   * Runs a task. The thread takes over the buffers and ports of `transferList`; they are of no use
   * here after that.
   */
  run(task: unknown, options: { readonly name: string; readonly transferList?: Transferable[] }): Promise<unknown>;
  destroy(): Promise<void>;
}

/** Opens the threads of a gateway that read; each begins when it is needed. */
export function openThreads(settings: ReadingSettings): Threads {
  const most = Math.max(1, Math.min(2, availableParallelism() - 1));
  const lanes = [{ maxThreads: most }, { maxThreads: 1, maxQueue: mostSmallWaiting }, { maxThreads: 1 }, showing];
  return apart(...(lanes.map((lane) => threadsFor(settings, lane)) as Lanes));
}

/** The small bodies that wait for their thread: it reads as many in some seconds at most. */
const mostSmallWaiting = 1000;

/** The results that are shown at the same time. */
export const tablesAtOnce = 16;

/**
 * One thread shows several results at the same time: each waits for its client most of the time,
 * and has some megabytes in memory meanwhile. Rows live for a moment: with V8's own limit they
 * would fill 100 MB before they are collected.
 */
const showing = {
  maxThreads: 1,
  concurrentTasksPerWorker: tablesAtOnce,
  resourceLimits: { maxYoungGenerationSizeMb: 16 },
} as const;

/** The time after which a thread without work ends and frees its memory. */
const idleMilliseconds = 300_000;

type Lanes = [large: Threads, small: Threads, others: Threads, showing: Threads];

const ofBodies: readonly string[] = ['execution', 'run', 'multi', 'convert'] satisfies (
  | keyof BodyReaders
  | 'convert'
)[];

/** The size of a small body; a larger one may take minutes. */
const mostBytesOfSmall = 1_000_000;

/**
 * Divides work among threads for large bodies, each of which may take minutes; for small ones,
 * which do not wait for those; for pages of areas and answers, which wait for no body; and for
 * results that are shown as long as their clients take.
 */
export function apart(large: Threads, small: Threads, others: Threads, showing: Threads): Threads {
  const laneOf = (name: string, { bytes = 0 }: { readonly bytes?: number }) => {
    if (name === 'shown') return showing;
    if (!ofBodies.includes(name)) return others;
    return bytes > mostBytesOfSmall ? large : small;
  };
  return {
    run: (task, how) => laneOf(how.name, task as object).run(task, how),
    destroy: async () => void (await Promise.all([large, small, others, showing].map((threads) => threads.destroy()))),
  };
}

type ThreadOptions = Pick<
  NonNullable<ConstructorParameters<typeof Piscina>[0]>,
  'maxThreads' | 'concurrentTasksPerWorker' | 'resourceLimits'
> & { readonly maxQueue?: number };

/**
 * Opens at most so many threads; they begin when they are needed. A task beyond those that may wait
 * is refused with a ProblemError (503).
 */
function threadsFor(settings: ReadingSettings, { maxQueue, ...options }: ThreadOptions): Threads {
  const pool = new Piscina({
    filename: new URL('reading-thread.ts', import.meta.url).href,
    minThreads: 0,
    ...options,
    idleTimeout: idleMilliseconds,
    workerData: settings,
  });
  // A thread that answers a task after it was given up causes an error event. Without a listener
  // the event would end the process.
  pool.on('error', () => undefined);
  return {
    run: async (task, how) => {
      if (maxQueue === undefined || pool.queueSize < maxQueue) return pool.run(task, how);
      throw new ProblemError(503, `${maxQueue} bodies wait to be read, as many as may: ask again`);
    },
    destroy: () => pool.destroy(),
  };
}
