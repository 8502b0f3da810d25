import { randomUUID } from 'node:crypto';
import type { Queues } from '../queues.ts';
import { keepAsking, openListener } from '../redis/listening.ts';
import { KnownFailure } from './permanent-failure.ts';
import type { WorkerSettings } from './run.ts';

/** Stops the work for computations when these are cancelled, wherever that happens. */
export interface Cancellations {
  /**
   * Does work with a signal that is also aborted when the computation is cancelled. The work itself
   * looks whether that has happened before.
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
  { redis, onError }: Pick<WorkerSettings, 'redis' | 'onError'>,
): Cancellations {
  const underWay = new Map<string, Set<AbortController>>();
  const listener = openListener(redis);
  listener.on('error', onError);
  listener.on('message', (_channel, computation: string) => {
    for (const controller of underWay.get(computation) ?? []) controller.abort(new KnownFailure('dismissed'));
  });
  const stopAsking = keepAsking(listener, queues.key('cancel', randomUUID()));
  const listening = listener.subscribe(queues.key('cancel')).catch(onError);
  return {
    during: async (computation, signal, work) => {
      const controller = new AbortController();
      const others = underWay.get(computation) ?? new Set();
      underWay.set(computation, others.add(controller));
      // A signal of any of two signals takes ten times as long.
      const onAbort = () => controller.abort(signal.reason);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
      try {
        await listening;
        // The look of the work follows the entry in the map: a cancellation is either received as a
        // message or seen there.
        return await work(controller.signal);
      } finally {
        signal.removeEventListener('abort', onAbort);
        others.delete(controller);
        if (others.size === 0) underWay.delete(computation);
      }
    },
    close: () => {
      stopAsking();
      listener.disconnect();
    },
  };
}
