import type { Queue } from 'bullmq';
import { type Presence, untakenText } from './books/presence.ts';
import type { WorkerRole } from './contracts/job.ts';
import { jobs, type QueueName } from './jobs.ts';
import type { Queues } from './queues.ts';
import type { RequestStatus } from './status.ts';

export interface WaitSources {
  readonly queues: Queues;
  readonly presence: Pick<Presence, 'untaken'>;
}

/** Why jobs are not done: no living worker plays the role, or an operator has paused them. */
export interface Untaken {
  readonly role: Exclude<WorkerRole, 'chore'>;
  readonly isPaused: boolean;
}

/** The age up to which it is used again whether workers take the jobs of a queue. */
const freshMilliseconds = 250;

/**
 * Makes a function that tells why a request's next job is not done. Undefined if a worker takes it,
 * and after the end.
 */
export function openWaitsFor(
  sources: WaitSources,
  clock: () => number = () => performance.now(),
): (status: Pick<RequestStatus, 'standsIn'>) => Promise<Untaken | undefined> {
  const known = new Map<QueueName, { readonly at: number; readonly untaken: Promise<Untaken | undefined> }>();
  return async ({ standsIn: name }) => {
    if (name === undefined) return undefined;
    const before = known.get(name);
    if (before && clock() - before.at < freshMilliseconds) return before.untaken;
    const untaken = untakenIn(sources, name);
    known.set(name, { at: clock(), untaken });
    untaken.catch(() => known.delete(name));
    return untaken;
  };
}

/** Why a queue of background jobs waits: it has jobs, and no worker takes any. */
export async function queueWaitsFor(
  sources: WaitSources,
  name: Extract<QueueName, 'count' | 'tally'>,
): Promise<Untaken | undefined> {
  const queue: Queue = sources.queues[name];
  const { waiting, prioritized, paused, active } = await queue.getJobCounts();
  const open = [waiting, prioritized, paused, active].reduce<number>((sum, count = 0) => sum + count, 0);
  return open === 0 ? undefined : untakenIn(sources, name);
}

async function untakenIn(
  { queues, presence }: WaitSources,
  name: Exclude<QueueName, 'refresh' | 'chore'>,
): Promise<Untaken | undefined> {
  const { role } = jobs[name];
  if ((await presence.untaken([name])).length > 0) return { role, isPaused: false };
  return (await queues[name].isPaused()) ? { role, isPaused: true } : undefined;
}

/** The sentence for clients and operators. */
export function waitText({ role, isPaused }: Untaken): string {
  return isPaused ? `an operator has paused ${role} jobs` : untakenText([role]);
}
