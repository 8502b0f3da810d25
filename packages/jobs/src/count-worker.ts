import { openCancellations } from './cancellations.ts';
import type { Computations } from './computations.ts';
import type { CountInput, CountResult } from './count.ts';
import type { ProgressBook } from './progress.ts';
import type { Queues } from './queues.ts';
import { type RunningWorker, run, type WorkerSettings } from './run-worker.ts';

/** Answers `count`; reports how many of its tiles are done. */
export type CountProcessor = (
  input: CountInput,
  report: (tilesDone: number) => void,
  signal: AbortSignal,
) => Promise<CountResult>;

export function runCount(
  queues: Queues,
  { computations, progress }: { computations: Computations; progress: ProgressBook },
  process: CountProcessor,
  settings: WorkerSettings,
): RunningWorker {
  const cancellations = openCancellations(queues, computations, settings);
  const worker = run<CountInput, CountResult>(queues, 'count', settings, (job, _token, signal) => {
    const { computation, batch } = job.data;
    const report = (done: number) => void progress.report(computation, batch, done).catch(settings.onError);
    return cancellations.during(computation, signal, (either) => process(job.data, report, either));
  });
  return {
    close: async (graceMilliseconds) => {
      await worker.close(graceMilliseconds);
      cancellations.close();
    },
  };
}
