import type { Queues } from './queues.ts';
import { type RunningWorker, run, type WorkerSettings } from './run-worker.ts';
import type { TallyInput, TallyResult } from './tally.ts';

/** Answers `tally`. */
export type TallyProcessor = (input: TallyInput, signal: AbortSignal) => Promise<TallyResult>;

export function runTally(queues: Queues, process: TallyProcessor, settings: WorkerSettings): RunningWorker {
  return run<TallyInput, TallyResult>(queues, 'tally', settings, (job, _token, signal) => process(job.data, signal));
}
