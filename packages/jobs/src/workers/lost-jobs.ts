import type { AnyRequest } from '@cellshed/contracts';
import type { Job, Queue } from 'bullmq';
import type { Computations } from '../books/computations.ts';
import type { Queues } from '../queues.ts';

export interface LostOptions {
  readonly computations: Pick<Computations, 'leave' | 'end'>;
  /** Empty the job caches of requests and computations. */
  readonly forget: {
    readonly request: (id: string, request: AnyRequest) => Promise<void>;
    readonly computation: (id: string, request: AnyRequest) => Promise<void>;
  };
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

/** The age from which it is checked that the children of a job are somewhere. */
const lostAfterMilliseconds = 20_000;
const mostLookedAt = 200;
const mostChildren = 1000;

/**
 * Looks, some at a time, at the requests and the computations that wait for children, and ends
 * those that wait in vain: the queues' data were lost in part. A request is removed; those that
 * wait for a computation begin anew.
 */
export function lookForLost(queues: Queues, { computations, forget, clock = Date.now }: LostOptions) {
  const inVain = { finish: waitingInVain(queues, queues.finish), count: waitingInVain(queues, queues.count) };
  return async (): Promise<void> => {
    for (const job of await inVain.count(clock())) {
      const id = job.id as string;
      await computations.end(id, { outcome: 'cancelled' });
      if ('request' in job.data) await forget.computation(id, job.data.request);
      await remove(job);
    }
    for (const job of await inVain.finish(clock())) {
      const id = job.id as string;
      await computations.leave(id);
      await forget.request(id, job.data);
      await remove(job);
    }
  };
}

async function remove(job: Job): Promise<void> {
  await job.remove({ removeChildren: false }).catch(() => undefined);
}

/** Each call looks at the next jobs of a queue. */
function waitingInVain<Data>(queues: Queues, queue: Queue<Data>): (now: number) => Promise<Job<Data>[]> {
  let from = 0;
  return async (now) => {
    const jobs = await queue.getJobs(['waiting-children'], from, from + mostLookedAt - 1, true);
    from = jobs.length < mostLookedAt ? 0 : from + mostLookedAt;
    const lost: Job<Data>[] = [];
    for (const job of jobs) {
      if (!job || now - job.timestamp < lostAfterMilliseconds) continue;
      if ((await waitsForNone(queues, queue as Queue, job.id as string)) || (await waitsInVain(queues, job)))
        lost.push(job as Job<Data>);
    }
    return lost;
  };
}

/** Whether a job waits for a child that is nowhere. */
async function waitsInVain(queues: Queues, job: Job): Promise<boolean> {
  for (const child of await openChildren(job)) {
    const state = await stateOf(queues, child);
    const isEnded = state === 'unknown' || state === 'completed' || state === 'failed';
    // It may have ended, and released its parent, after the children were read.
    if (isEnded && (await openChildren(job)).includes(child)) return true;
  }
  return false;
}

/** Whether a job that nothing will wake waits: the names of its children were lost. */
async function waitsForNone(queues: Queues, queue: Queue, id: string): Promise<boolean> {
  const names = [queue.toKey('waiting-children'), queue.toKey(`${id}:dependencies`)] as const;
  const both = queues.redis.multi().zscore(names[0], id).scard(names[1]);
  const [waits, open] = (await both.exec()) ?? [];
  return waits?.[1] !== null && open?.[1] === 0;
}

async function openChildren(job: Job): Promise<string[]> {
  const { unprocessed = [] } = await job.getDependencies({ unprocessed: { count: mostChildren } });
  return unprocessed;
}

async function stateOf({ start, count }: Queues, child: string) {
  const queue = [start, count].find((one) => child.startsWith(one.toKey(''))) as Queue | undefined;
  return queue ? queue.getJobState(child.slice(queue.toKey('').length)) : 'unknown';
}
