import type { Queues } from './queues.ts';
import type { RefreshInput, RefreshResult } from './refresh.ts';
import { type RunningWorker, run, type WorkerSettings } from './run-worker.ts';

/** Answers `refresh`. */
export type RefreshProcessor = (input: RefreshInput, signal: AbortSignal) => Promise<RefreshResult>;

export function runRefresh(queues: Queues, process: RefreshProcessor, settings: WorkerSettings): RunningWorker {
  return run<RefreshInput, RefreshResult>(queues, 'refresh', settings, (job, _token, signal) =>
    process(job.data, signal),
  );
}
