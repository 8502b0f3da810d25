import { DelayedError, type Job, QueueEvents, UnrecoverableError, WaitingChildrenError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Computations } from './computations.ts';
import type { ComputeInput, ComputeResult, Plan } from './compute.ts';
import type { CountInput, CountResult } from './count.ts';
import type { FinishInput, FinishResult } from './finish.ts';
import type { ProgressBook } from './progress.ts';
import { type ComputeData, jobOptions, type QueueName, type Queues } from './queues.ts';
import type { StartInput, StartResult } from './start.ts';

/** Answers `start`. */
export type StartProcessor = (input: StartInput, signal: AbortSignal) => Promise<StartResult>;

/** Answers `finish`, or says for which computation it waits (undefined: ask again soon). */
export type FinishProcessor = (
  input: FinishInput & { readonly id: string; readonly started: StartResult },
  signal: AbortSignal,
) => Promise<FinishResult | { readonly outcome: 'waiting'; readonly computation: string | undefined }>;

/** Answers `compute` in two steps, with the count jobs in between. */
export interface ComputeProcessor {
  /** Plans, or finds that the result is there by now. */
  plan(
    input: ComputeInput,
    signal: AbortSignal,
  ): Promise<{ readonly found: ComputeResult } | { readonly plan: Plan; readonly batches: CountInput['tiles'][] }>;
  addUp(input: ComputeInput, plan: Plan, parts: CountResult[], signal: AbortSignal): Promise<ComputeResult>;
}

/** Answers `count`; reports how many of its tiles are done. */
export type CountProcessor = (
  input: CountInput,
  report: (tilesDone: number) => void,
  signal: AbortSignal,
) => Promise<CountResult>;

/** Thrown by a processor for what no retry can cure. The message reaches the client. */
export class PermanentFailure extends UnrecoverableError {}

export interface WorkerSettings {
  /** For blocking reads: `maxRetriesPerRequest: null`. */
  readonly redis: Redis;
  /** Jobs at once in this process. */
  readonly concurrency: number;
  /** A job whose worker has not been heard of for so long is given to another one. */
  readonly lockMilliseconds: number;
  /** Told of what goes wrong beside the jobs, such as a lost connection. */
  readonly onError: (error: Error) => void;
}

export interface RunningWorker {
  /** Takes no more jobs, waits for those under way; after the grace they are left to other workers. */
  close(graceMilliseconds: number): Promise<void>;
}

export function runStart(queues: Queues, process: StartProcessor, settings: WorkerSettings): RunningWorker {
  return run<StartInput, StartResult>(queues, 'start', settings, (job, _token, signal) => process(job.data, signal));
}

/** How long a request that waits for a computation sleeps at most: it is woken when the computation ends. */
const recheckMilliseconds = 10_000;
const askAgainMilliseconds = 250;

export function runFinish(
  queues: Queues,
  computations: Computations,
  process: FinishProcessor,
  settings: WorkerSettings,
): RunningWorker {
  return run<FinishInput, FinishResult>(queues, 'finish', settings, async (job, token, signal) => {
    const id = job.id as string;
    const [started] = Object.values(await job.getChildrenValues<StartResult>());
    if (!started) throw new Error(`the start job of request ${id} left no result`);
    const answer = await process({ ...job.data, id, started }, signal);
    if (answer.outcome !== 'waiting') return answer;
    await park(job, answer.computation, token);
    // The computation may have ended before this job was parked, when there was nobody to wake yet.
    if (answer.computation && (await computations.state(answer.computation)).state !== 'pending') await job.promote();
    throw new DelayedError();
  });
}

async function park(job: Job<FinishInput>, computation: string | undefined, token: string): Promise<void> {
  const { computation: _before, ...request } = job.data;
  if (job.data.computation !== computation) await job.updateData(computation ? { ...request, computation } : request);
  await job.moveToDelayed(Date.now() + (computation ? recheckMilliseconds : askAgainMilliseconds), token);
}

export function runCompute(
  queues: Queues,
  { computations, progress }: { computations: Computations; progress: ProgressBook },
  process: ComputeProcessor,
  settings: WorkerSettings,
): RunningWorker {
  const worker = run<ComputeData, ComputeResult>(queues, 'compute', settings, async (job, token, signal) => {
    const id = job.id as string;
    if (await computations.isCancelled(id)) throw new PermanentFailure('dismissed');
    const { plan: planned, ...input } = job.data;
    let plan = planned;
    if (!plan) {
      const made = await process.plan(input, signal);
      if ('found' in made) return made.found;
      plan = made.plan;
      await progress.plan(id, plan.tiles);
      await addCountJobs(queues, job, made.plan, made.batches);
      await job.updateData({ ...input, plan });
    }
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    const parts = Object.values(await job.getChildrenValues<CountResult>());
    if (parts.length !== plan.batches) {
      throw new PermanentFailure(`${parts.length} of ${plan.batches} batches have left their counts`);
    }
    return process.addUp(input, plan, parts, signal);
  });
  const blocking = settings.redis.duplicate();
  const events = new QueueEvents('compute', { connection: blocking, prefix: queues.prefix });
  events.on('error', settings.onError);
  const wake = ({ jobId }: { jobId: string }) => void computations.wake(jobId).catch(settings.onError);
  events.on('completed', wake);
  events.on('failed', wake);
  return {
    close: async (graceMilliseconds) => {
      await worker.close(graceMilliseconds);
      await events.close();
      blocking.disconnect();
    },
  };
}

/** Their ids are made from the parent's, so that a planning that is done again after a crash adds none twice. */
async function addCountJobs(
  queues: Queues,
  job: Job<ComputeData>,
  plan: Plan,
  batches: readonly CountInput['tiles'][],
): Promise<void> {
  const computation = job.id as string;
  const parent = { id: computation, queue: job.queueQualifiedName };
  const jobs = batches.map((tiles, batch) => ({
    name: 'count',
    data: { computation, batch, request: job.data.request, fingerprint: plan.fingerprint, tiles },
    opts: {
      ...jobOptions(queues.retentionSeconds),
      jobId: `${computation}-${batch}-of-${batches.length}`,
      parent,
      failParentOnFailure: true,
    },
  }));
  for (let at = 0; at < jobs.length; at += 1000) await queues.count.addBulk(jobs.slice(at, at + 1000));
}

export function runCount(
  queues: Queues,
  { computations, progress }: { computations: Computations; progress: ProgressBook },
  process: CountProcessor,
  settings: WorkerSettings,
): RunningWorker {
  const underWay = new Map<string, Set<AbortController>>();
  const listener = settings.redis.duplicate();
  listener.on('error', settings.onError);
  listener.on('message', (_channel, computation: string) => {
    for (const controller of underWay.get(computation) ?? []) controller.abort(new PermanentFailure('dismissed'));
  });
  listener.subscribe(queues.key('cancel')).catch(settings.onError);
  const worker = run<CountInput, CountResult>(queues, 'count', settings, async (job, _token, signal) => {
    const { computation, batch } = job.data;
    const controller = new AbortController();
    const others = underWay.get(computation) ?? new Set();
    underWay.set(computation, others.add(controller));
    try {
      // After entering the map: a cancellation comes either as a message or is seen here.
      if (await computations.isCancelled(computation)) throw new PermanentFailure('dismissed');
      const report = (done: number) => void progress.report(computation, batch, done).catch(settings.onError);
      return await process(job.data, report, AbortSignal.any([signal, controller.signal]));
    } finally {
      others.delete(controller);
      if (others.size === 0) underWay.delete(computation);
    }
  });
  return {
    close: async (graceMilliseconds) => {
      await worker.close(graceMilliseconds);
      listener.disconnect();
    },
  };
}

function run<Input, Result>(
  queues: Queues,
  name: QueueName,
  settings: WorkerSettings,
  process: (job: Job<Input, Result>, token: string, signal: AbortSignal) => Promise<Result>,
): RunningWorker {
  const worker = new Worker<Input, Result>(
    name,
    // BullMQ hands the signal only to functions that declare three parameters.
    (job, token, signal) => process(job, token as string, signal as AbortSignal),
    {
      connection: settings.redis,
      prefix: queues.prefix,
      concurrency: settings.concurrency,
      lockDuration: settings.lockMilliseconds,
      stalledInterval: settings.lockMilliseconds / 2,
      // A worker that dies takes its jobs with it, not because of them; only a job that keeps killing workers is given up.
      maxStalledCount: 5,
    },
  );
  worker.on('error', settings.onError);
  return {
    close: async (graceMilliseconds) => {
      const closed = worker.close();
      const late = AbortSignal.timeout(graceMilliseconds);
      await Promise.race([closed, new Promise((resolve) => late.addEventListener('abort', resolve))]);
      if (late.aborted) await worker.close(true);
    },
  };
}
