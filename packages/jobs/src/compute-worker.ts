import { type Job, WaitingChildrenError } from 'bullmq';
import { openCancellations } from './cancellations.ts';
import { batchIds, type Computations, hasten } from './computations.ts';
import type { ComputeInput, ComputeResult, Plan } from './compute.ts';
import type { CountInput, CountResult } from './count.ts';
import type { ProgressBook } from './progress.ts';
import { backgroundPriority, type ComputeData, jobOptions, type Queues } from './queues.ts';
import { closeListening, listen } from './redis.ts';
import { PermanentFailure, type RunningWorker, run, type WorkerSettings } from './run-worker.ts';

/** A count job but for its place among the others. */
export type PlannedBatch = Omit<CountInput, 'computation' | 'key' | 'batch'>;

/** Answers `compute` in two steps, with the count jobs in between. */
export interface ComputeProcessor {
  /** Plans, or finds that the result is there by now. */
  plan(
    input: ComputeInput,
    signal: AbortSignal,
  ): Promise<{ readonly found: ComputeResult } | { readonly plan: Plan; readonly batches: readonly PlannedBatch[] }>;
  addUp(input: ComputeInput, plan: Plan, parts: CountResult[], signal: AbortSignal): Promise<ComputeResult>;
}

export function runCompute(
  queues: Queues,
  { computations, progress }: { computations: Computations; progress: ProgressBook },
  process: ComputeProcessor,
  settings: WorkerSettings,
): RunningWorker {
  const cancellations = openCancellations(queues, computations, settings);
  const worker = run<ComputeData, ComputeResult>(queues, 'compute', settings, (job, token, signal) =>
    cancellations.during(job.id as string, signal, (either) => step(job, token, either)),
  );
  const events = listen('compute', { redis: settings.redis, prefix: queues.prefix });
  events.on('error', settings.onError);
  const wake = ({ jobId }: { jobId: string }) => void computations.wake(jobId).catch(settings.onError);
  events.on('completed', wake);
  events.on('failed', wake);
  return {
    close: async (graceMilliseconds) => {
      await worker.close(graceMilliseconds);
      await closeListening(events);
      cancellations.close();
    },
  };

  /** Plans and begins to wait, or adds up what came of it. */
  async function step(job: Job<ComputeData>, token: string, signal: AbortSignal): Promise<ComputeResult> {
    const id = job.id as string;
    const { plan: planned, ...input } = job.data;
    let plan = planned;
    if (!plan) {
      const made = await process.plan(input, signal);
      if ('found' in made) return made.found;
      plan = made.plan;
      await progress.plan(id, { planned: plan.tiles, tallied: plan.tallied });
      await addCountJobs(queues, job, made.plan, made.batches);
      await job.updateData({ ...input, plan });
    }
    // Whoever joined while this was planned could not hasten batches that were not there.
    if (input.background && (await computations.isAwaited(id))) await hasten(queues, job);
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    const counted = await job.getChildrenValues<CountResult>();
    // Only this plan's: there are others when it was made again, after a crash, of rasters that had
    // been replaced.
    const parts = batchIds(id, plan).flatMap((batch) => counted[queues.count.toKey(batch)] ?? []);
    if (parts.length !== plan.batches) {
      throw new PermanentFailure(`${parts.length} of ${plan.batches} batches have left their counts`);
    }
    const awaited = !input.background || (await computations.isAwaited(id));
    if (!awaited) await progress.forget(id);
    return process.addUp({ ...input, background: !awaited }, plan, parts, signal);
  }
}

async function addCountJobs(
  queues: Queues,
  job: Job<ComputeData>,
  plan: Plan,
  batches: readonly PlannedBatch[],
): Promise<void> {
  const computation = job.id as string;
  const parent = { id: computation, queue: job.queueQualifiedName };
  const ids = batchIds(computation, plan);
  const jobs = batches.map((planned, batch) => ({
    name: 'count',
    data: { ...planned, computation, key: job.data.key, batch },
    opts: {
      ...jobOptions(queues.retentionSeconds),
      jobId: ids[batch] as string,
      ...(job.data.background && { priority: backgroundPriority, removeOnComplete: true }),
      parent,
      failParentOnFailure: true,
    },
  }));
  for (let at = 0; at < jobs.length; at += 1000) await queues.count.addBulk(jobs.slice(at, at + 1000));
}
