import type { Computations } from './computations.ts';
import type { CountInput, CountResult } from './count.ts';
import type { ProgressBook } from './progress.ts';
import type { Queues } from './queues.ts';
import { KnownFailure, type RunningWorker, run, type WorkerSettings } from './run-worker.ts';

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
  const underWay = new Map<string, Set<AbortController>>();
  const listener = settings.redis.duplicate();
  listener.on('error', settings.onError);
  listener.on('message', (_channel, computation: string) => {
    for (const controller of underWay.get(computation) ?? []) controller.abort(new KnownFailure('dismissed'));
  });
  listener.subscribe(queues.key('cancel')).catch(settings.onError);
  const worker = run<CountInput, CountResult>(queues, 'count', settings, async (job, _token, signal) => {
    const { computation, batch } = job.data;
    const controller = new AbortController();
    const others = underWay.get(computation) ?? new Set();
    underWay.set(computation, others.add(controller));
    try {
      // After entering the map: a cancellation comes either as a message or is seen here.
      if (await computations.isCancelled(computation)) throw new KnownFailure('dismissed');
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
