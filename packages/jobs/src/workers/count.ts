import { failureText } from '@cellshed/telling';
import type { ProgressBook } from '../books/progress.ts';
import type { CountInput, CountResult } from '../contracts/count.ts';
import type { Queues } from '../queues.ts';
import { openCancellations } from './cancellations.ts';
import { type ComputeBooks, type ComputeProcessor, computeTaker } from './compute.ts';
import { DataLost } from './permanent-failure.ts';
import { type RunningWorker, run, type WorkerSettings } from './run.ts';

/** Does `count`, and reports the number of its done tiles. */
export type CountProcessor = (
  input: CountInput,
  report: (tilesDone: number) => void,
  signal: AbortSignal,
) => Promise<CountResult>;

export interface CountBooks extends ComputeBooks {
  readonly progress: Pick<ProgressBook, 'report'>;
}

/** Takes compute and count jobs, the work of raster workers. */
export function runCount(
  queues: Queues,
  books: CountBooks,
  { compute, count }: { readonly compute: ComputeProcessor; readonly count: CountProcessor },
  settings: WorkerSettings,
): RunningWorker {
  const { computations, progress } = books;
  const cancellations = openCancellations(queues, settings);
  const takers = {
    compute: computeTaker(queues, books, { process: compute, cancellations }),
    count: ({ data }: { readonly data: CountInput }, signal: AbortSignal) => {
      const { computation, batch } = data;
      const report = (done: number) => void progress.report(computation, batch, done).catch(settings.onError);
      return cancellations.during(computation, signal, async (either): Promise<CountResult> => {
        // Another batch has failed, or everybody has left, before this one was taken.
        if (await computations.isOver(computation)) return { isOver: true };
        try {
          return await count(data, report, either);
        } catch (error) {
          if (!(error instanceof DataLost)) throw error;
          await computations.end(computation, { outcome: 'cancelled' });
          return { isOver: true };
        }
      });
    },
  };
  const worker = run(queues, 'count', settings, takers, async (job, error) => {
    const reason = failureText(error);
    if (job.name === 'compute') await computations.end(job.id as string, { outcome: 'failed', reason });
  });
  return {
    close: async (graceMilliseconds) => {
      await worker.close(graceMilliseconds);
      cancellations.close();
    },
  };
}
