import { oldestJobs } from './books/oldest.ts';
import type { Presence } from './books/presence.ts';
import { type QueueName, queueNames } from './jobs.ts';
import type { Queues } from './queues.ts';
import { subjectOf } from './workers/failed-job.ts';

/** A queue as it is now. */
export interface QueueState {
  readonly queue: QueueName;
  /** A worker has said within the last seconds that it takes its jobs. */
  readonly isTaken: boolean;
  readonly isPaused: boolean;
  /** Jobs that a worker does. */
  readonly running: number;
  /** Jobs that wait for a worker. */
  readonly waiting: number;
  /** Jobs that wait for a time, or for another request's computation. */
  readonly delayed: number;
  /** Jobs that wait for their children. */
  readonly parked: number;
  /** Jobs that have ended, and are kept for a while. */
  readonly completed: number;
  readonly failed: number;
  /** When the oldest job that waits was added, by who waits for it; undefined: none waits. */
  readonly oldest: { readonly people: number | undefined; readonly background: number | undefined };
}

/** Looks at all queues. */
export async function queueStates(queues: Queues, presence: Pick<Presence, 'untaken'>): Promise<QueueState[]> {
  const [untaken, oldest] = await Promise.all([presence.untaken(queueNames), oldestJobs(queues)()]);
  return Promise.all(
    queueNames.map(async (name) => {
      const queue = queues[name];
      const [counts, isPaused] = await Promise.all([queue.getJobCounts(), queue.isPaused()]);
      const count = (...states: string[]) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
      const since = (waits: 'people' | 'background') =>
        oldest.find((one) => one.queue === name && one.class === waits)?.addedAt;
      return {
        ...{ queue: name, isTaken: !untaken.includes(name), isPaused },
        running: count('active'),
        waiting: count('waiting', 'prioritized', 'paused'),
        delayed: count('delayed'),
        parked: count('waiting-children'),
        ...{ completed: count('completed'), failed: count('failed') },
        oldest: { people: since('people'), background: since('background') },
      };
    }),
  );
}

/** A job that a worker does now. */
export interface RunningJob {
  /** The name of the worker; undefined: it has not said it. */
  readonly worker: string | undefined;
  readonly kind: string;
  /** Its operation and its area. */
  readonly subject: string;
}

/** The most running jobs of one queue that are looked at. */
const mostLookedAt = 1000;

/** Lists the jobs that workers do now. */
export async function runningJobs({ all }: Pick<Queues, 'all'>): Promise<RunningJob[]> {
  const found = await Promise.all(all.map((queue) => queue.getJobs(['active'], 0, mostLookedAt - 1)));
  return found.flat().flatMap((job) => {
    // It may have ended between two looks.
    if (!job) return [];
    const { operation, area } = subjectOf(job);
    return [{ worker: job.processedBy, kind: job.name, subject: `${operation} ${area}` }];
  });
}
