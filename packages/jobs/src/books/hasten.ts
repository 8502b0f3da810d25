import type { Job } from 'bullmq';
import type { Plan } from '../contracts/compute.ts';
import type { Queues } from '../queues.ts';
import { turnOfBatch } from '../turns.ts';

/** The run of a computation, and its plan if it was cut into batches. */
export interface PlannedRun {
  /** The name of the run, empty until it is reopened; it is part of the ids of its batches. */
  readonly run: string;
  readonly plan?: Plan;
}

/** Raises a computation to a turn, unless it is before that already. */
export async function hastenById(queues: Queues, computation: string, turn: number): Promise<void> {
  const job = await queues.count.getJob(computation);
  if (!job || job.priority <= turn) return;
  const [run, plan] = await queues.redis.hmget(queues.key('computation', computation), 'run', 'plan');
  await hasten(queues, job as Job, { turn, ...(plan && { planned: { run: run ?? '', plan: JSON.parse(plan) } }) });
}

/** Raises a computation, and its batches, to the turn of a request that waits for it. */
export async function hasten(
  { count }: Queues,
  job: Job,
  { turn, planned }: { readonly turn: number; readonly planned?: PlannedRun },
): Promise<void> {
  const hastenBatch = async (id: string, batch: number) => {
    const counting = await count.getJob(id);
    if (counting && counting.finishedOn === undefined) await raise(counting, turnOfBatch(turn, batch));
  };
  if (planned) await Promise.all(batchIds(job.id as string, planned).map(hastenBatch));
  // The computation comes last: if this process is killed before, the next request raises it.
  await raise(job, turn);
}

async function raise(job: Pick<Job, 'priority' | 'changePriority'>, priority: number): Promise<void> {
  // A job that does not stand behind others would be moved to the end of its queue.
  if (job.priority <= priority) return;
  // The job may have ended and disappeared in between.
  await job.changePriority({ priority }).catch(() => undefined);
}

/**
 * The ids of a plan's count jobs. They are made from their parent's, so that a planning that is
 * repeated after a crash adds none twice. They are also made from the counted content, because
 * tallies may change in between, and from the run of a computation that was reopened.
 */
export function batchIds(computation: string, { run, plan }: PlannedRun): string[] {
  const { batches, fingerprint } = plan ?? { batches: 0, fingerprint: '' };
  return Array.from({ length: batches }, (_, batch) => `${computation}-${batch}-of-${batches}-${fingerprint}${run}`);
}
