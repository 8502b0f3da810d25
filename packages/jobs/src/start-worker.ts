import type { Queues } from './queues.ts';
import { type RunningWorker, run, type WorkerSettings } from './run-worker.ts';
import type { StartInput, StartResult } from './start.ts';

/** Answers `start`. */
export type StartProcessor = (input: StartInput, signal: AbortSignal) => Promise<StartResult>;

export function runStart(queues: Queues, process: StartProcessor, settings: WorkerSettings): RunningWorker {
  return run<StartInput, StartResult>(queues, 'start', settings, (job, _token, signal) => process(job.data, signal));
}
