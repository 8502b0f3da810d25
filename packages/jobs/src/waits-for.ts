import type { Job, Queue } from 'bullmq';
import type { Queues } from './queues.ts';

/**
 * Of the workers that take a kind of job: `finish` takes compute jobs, too, `count` those of
 * tallies.
 */
export type WorkerRole = 'start' | 'finish' | 'count';

/**
 * The role of the workers that have to take a request's next job, and of which none has; undefined
 * while somebody works on it, when it has ended, and where there is no such request. A job whose
 * worker was killed counts as not taken when its lock has run out.
 */
export async function waitsFor(queues: Queues, request: string): Promise<WorkerRole | undefined> {
  const { start, finish, compute, count } = queues;
  const job = await finish.getJob(request);
  const state = await job?.getState();
  if (!job || !state) return undefined;
  if (state === 'waiting-children') {
    const child = await firstChild(start, job);
    return child && (await isUntaken(queues, start, child)) ? 'start' : undefined;
  }
  if (await isUntaken(queues, finish, job)) return 'finish';
  const computation = job.data.computation;
  const computing = state === 'delayed' && computation !== undefined ? await compute.getJob(computation) : undefined;
  if (!computing) return undefined;
  if (await isUntaken(queues, compute, computing)) return 'finish';
  const areBatchesLeft = (await computing.getState()) === 'waiting-children';
  return areBatchesLeft && (await isIdle(queues, count)) ? 'count' : undefined;
}

/**
 * The role of the workers that a queue of background jobs waits for: jobs lie in it, and nobody
 * works on any of them.
 */
export async function queueWaitsFor(
  queues: Queues,
  name: 'compute' | 'count' | 'tally',
): Promise<WorkerRole | undefined> {
  const queue: Queue = queues[name];
  const { waiting = 0, prioritized = 0, active = 0 } = await queue.getJobCounts('waiting', 'prioritized', 'active');
  if (waiting + prioritized + active === 0 || !(await isIdle(queues, queue))) return undefined;
  return name === 'compute' ? 'finish' : 'count';
}

/** Its start job is the only child of a finish job. */
async function firstChild(start: Queue, job: Job): Promise<Job | undefined> {
  const { unprocessed = [] } = await job.getDependencies({ unprocessed: { count: 1 } });
  const before = start.toKey('');
  const [child] = unprocessed.flatMap((key) => (key.startsWith(before) ? [key.slice(before.length)] : []));
  return child === undefined ? undefined : start.getJob(child);
}

/** Whether a job lies ready for any worker, or its worker is gone. */
async function isUntaken({ redis }: Queues, queue: Queue, job: Job): Promise<boolean> {
  const state = await job.getState();
  if (state === 'active') return (await redis.exists(lockOf(queue, job.id as string))) === 0;
  return state === 'waiting' || state === 'prioritized';
}

/** A worker has few at once: one that lives is found among so many. */
const mostLooked = 1000;

/** Whether no worker that lives has a job of the queue. */
async function isIdle({ redis }: Queues, queue: Queue): Promise<boolean> {
  const ids = await redis.lrange(queue.toKey('active'), 0, mostLooked - 1);
  return ids.length === 0 || (await redis.exists(...ids.map((id) => lockOf(queue, id)))) === 0;
}

function lockOf(queue: Queue, job: string): string {
  return `${queue.toKey(job)}:lock`;
}
