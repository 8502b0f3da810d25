import type { Computations } from './computations.ts';
import type { Queues } from './queues.ts';

/** Which requests are dismissed. BullMQ has no such state, so it is kept beside the queues. */
export interface Dismissals {
  /** Dismisses a request: what only it was waiting for stops, its result can no longer be read. */
  dismiss(request: string): Promise<void>;
  isDismissed(request: string): Promise<boolean>;
}

export function openDismissals(queues: Queues, computations: Computations): Dismissals {
  const { redis, key, finish } = queues;
  return {
    dismiss: async (request) => {
      // The mark first, then the look: a finish job that joins in between sees the mark, or is seen
      // here.
      await redis.set(key('dismissed', request), '1', 'EX', 2 * queues.retentionSeconds);
      const job = await finish.getJob(request);
      if (!job || job.finishedOn !== undefined) return;
      if (job.data.computation) await computations.leave(request, job.data.computation);
      if (await job.isDelayed()) await job.promote().catch(() => undefined);
    },
    isDismissed: async (request) => (await redis.exists(key('dismissed', request))) === 1,
  };
}
