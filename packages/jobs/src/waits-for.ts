import type { Queue } from 'bullmq';
import { type Presence, untakenText } from './books/presence.ts';
import type { Requests } from './books/requests.ts';
import type { WorkerRole } from './contracts/job.ts';
import { jobs, type QueueName } from './jobs.ts';
import type { Queues } from './queues.ts';

export interface WaitSources {
  readonly queues: Queues;
  readonly presence: Pick<Presence, 'untaken'>;
  readonly requests: Pick<Requests, 'read'>;
}

/** Why jobs are not done: no living worker plays the role, or an operator has paused them. */
export interface Untaken {
  readonly role: WorkerRole;
  readonly isPaused: boolean;
}

/**
 * Why a request's next job is not done. Undefined if a worker takes it, after the end, and without
 * such a request.
 */
export async function waitsFor(sources: WaitSources, request: string): Promise<Untaken | undefined> {
  const { queues, requests } = sources;
  const job = await queues.finish.getJob(request);
  if (!job || job.finishedOn !== undefined) return undefined;
  if ((await job.getState()) !== 'waiting-children') return untakenIn(sources, 'finish');
  const isComputing = (await requests.read(request)) !== undefined;
  return untakenIn(sources, isComputing ? 'count' : 'start');
}

/** Why a queue of background jobs waits: it has jobs, and no worker takes any. */
export async function queueWaitsFor(
  sources: Pick<WaitSources, 'queues' | 'presence'>,
  name: Extract<QueueName, 'count' | 'tally'>,
): Promise<Untaken | undefined> {
  const queue: Queue = sources.queues[name];
  const { waiting, prioritized, paused, active } = await queue.getJobCounts();
  const open = [waiting, prioritized, paused, active].reduce<number>((sum, count = 0) => sum + count, 0);
  return open === 0 ? undefined : untakenIn(sources, name);
}

async function untakenIn(
  { queues, presence }: Pick<WaitSources, 'queues' | 'presence'>,
  name: Exclude<QueueName, 'refresh'>,
): Promise<Untaken | undefined> {
  const { role } = jobs[name];
  if ((await presence.untaken([name])).length > 0) return { role, isPaused: false };
  return (await queues[name].isPaused()) ? { role, isPaused: true } : undefined;
}

/** The sentence for clients and operators. */
export function waitText({ role, isPaused }: Untaken): string {
  return isPaused ? `an operator has paused ${role} jobs` : untakenText([role]);
}
