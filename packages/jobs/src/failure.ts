import { type Queues, queueNames } from './queues.ts';

/**
 * What really failed: BullMQ's reason for a parent names only the child that failed, so this goes
 * down to the job whose own processor threw. Answers the reason as it is when it names no child, or
 * one that is gone; `readFailure` tells what of it clients may hear.
 */
export async function failureOf(queues: Queues, reason: string): Promise<string> {
  const child = childNamed(queues.prefix, reason);
  if (!child) return reason;
  const job = await queues[child.queue].getJob(child.id);
  return job?.failedReason ? failureOf(queues, job.failedReason) : reason;
}

function childNamed(prefix: string, reason: string) {
  for (const queue of queueNames) {
    const before = `child ${prefix}:${queue}:`;
    if (reason.startsWith(before)) return { queue, id: reason.slice(before.length).replace(/ failed.*$/, '') };
  }
  return undefined;
}
