import { Job } from 'bullmq';
import { longestOpenSeconds, type Queues } from '../queues.ts';
import { type Computations, promote } from './computations.ts';
import type { Requests } from './requests.ts';
import { openWaiting } from './waiting.ts';

/** The dismissed requests. BullMQ has no such state, so it is stored beside the queues. */
export interface Dismissals {
  /**
   * Dismisses a request. Work that only this request waited for stops, and its result can no longer
   * be read.
   */
  dismiss(request: string): Promise<void>;
  isDismissed(request: string): Promise<boolean>;
}

export function openDismissals(
  queues: Queues,
  { computations, requests }: { computations: Pick<Computations, 'leave'>; requests: Pick<Requests, 'read'> },
): Dismissals {
  const { redis, key, start, finish, retentionSeconds } = queues;
  const waits = openWaiting(queues);
  return {
    dismiss: async (request) => {
      // It leaves its client's list first: finish looks for a mark only if it was not in it.
      const waitsAs = (await finish.getJob(request))?.data.waitsAs;
      if (waitsAs !== undefined) await waits.leave(waitsAs, request);
      // The mark is set before the look: a start job that joins in between sees the mark, or is
      // seen here.
      await redis.set(key('dismissed', request), '1', 'EX', longestOpenSeconds + 2 * retentionSeconds);
      const waiting = await requests.read(request);
      if (!waiting) return;
      await computations.leave(request);
      await promote(start, waiting.start);
      // Its finish job no longer waits for the computation that it began, which others may need.
      for (const computation of waiting.computations) await release(queues, request, computation);
    },
    isDismissed: async (request) => (await redis.exists(key('dismissed', request))) === 1,
  };
}

/** Takes a compute job away from the children of the request that began it. */
async function release({ count }: Queues, request: string, computation: string): Promise<void> {
  const job = await Job.fromId(count, computation);
  if (job?.parent?.id !== request) return;
  // It may have ended in between.
  await job.removeChildDependency().catch(() => undefined);
}
