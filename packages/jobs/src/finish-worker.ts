import { DelayedError, type Job } from 'bullmq';
import type { Computations } from './computations.ts';
import { openDismissals } from './dismiss.ts';
import type { FinishInput, FinishResult } from './finish.ts';
import type { Queues } from './queues.ts';
import { type RunningWorker, run, type WorkerSettings } from './run-worker.ts';
import type { StartResult } from './start.ts';

/** Answers `finish`, or says for which computation it waits (undefined: ask again soon). */
export type FinishProcessor = (
  input: FinishInput & { readonly id: string; readonly started: StartResult },
  signal: AbortSignal,
) => Promise<FinishResult | { readonly outcome: 'waiting'; readonly computation: string | undefined }>;

/**
 * How long a request that waits for a computation sleeps at most: it is woken when the computation
 * ends.
 */
const recheckMilliseconds = 10_000;
const askAgainMilliseconds = 250;

export function runFinish(
  queues: Queues,
  computations: Computations,
  process: FinishProcessor,
  settings: WorkerSettings,
): RunningWorker {
  const { isDismissed } = openDismissals(queues, computations);
  const isOver = async (id: string, computation: string) =>
    (await computations.state(computation)).state !== 'pending' || (await isDismissed(id));
  return run<FinishInput, FinishResult>(queues, 'finish', settings, async (job, token, signal) => {
    const id = job.id as string;
    const [started] = Object.values(await job.getChildrenValues<StartResult>());
    if (!started) throw new Error(`the start job of request ${id} left no result`);
    const { answer: _form, ...input } = job.data;
    const answer = await process({ ...input, id, started }, signal);
    if (answer.outcome !== 'waiting') return answer;
    await park(job, answer.computation, token);
    // The computation may have ended, or the request been dismissed, before this job was parked,
    // when there was nobody to wake yet.
    if (answer.computation && (await isOver(id, answer.computation))) await job.promote();
    throw new DelayedError();
  });
}

async function park(job: Job<FinishInput>, computation: string | undefined, token: string): Promise<void> {
  const { computation: _before, ...request } = job.data;
  if (job.data.computation !== computation) await job.updateData(computation ? { ...request, computation } : request);
  await job.moveToDelayed(Date.now() + (computation ? recheckMilliseconds : askAgainMilliseconds), token);
}
