import type { Computations } from './computations.ts';
import type { Queues } from './queues.ts';
import { KnownFailure, type WorkerSettings } from './run-worker.ts';

/** Stops what is done for computations when these are cancelled, wherever that happens. */
export interface Cancellations {
  /**
   * Does work with a signal that is aborted, too, when the computation is cancelled; throws at once
   * when it is already.
   */
  during<Result>(
    computation: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  close(): void;
}

export function openCancellations(
  queues: Queues,
  computations: Pick<Computations, 'isCancelled'>,
  { redis, onError }: Pick<WorkerSettings, 'redis' | 'onError'>,
): Cancellations {
  const underWay = new Map<string, Set<AbortController>>();
  const listener = redis.duplicate();
  listener.on('error', onError);
  listener.on('message', (_channel, computation: string) => {
    for (const controller of underWay.get(computation) ?? []) controller.abort(new KnownFailure('dismissed'));
  });
  listener.subscribe(queues.key('cancel')).catch(onError);
  return {
    during: async (computation, signal, work) => {
      const controller = new AbortController();
      const others = underWay.get(computation) ?? new Set();
      underWay.set(computation, others.add(controller));
      try {
        // After entering the map: a cancellation comes either as a message or is seen here.
        if (await computations.isCancelled(computation)) throw new KnownFailure('dismissed');
        return await work(AbortSignal.any([signal, controller.signal]));
      } finally {
        others.delete(controller);
        if (others.size === 0) underWay.delete(computation);
      }
    },
    close: () => listener.disconnect(),
  };
}
