import { QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Queues } from './queues.ts';

/** Tells when requests end, in this process, without polling. */
export interface Endings {
  /**
   * True when the request ends within so many milliseconds. To miss nothing, call it before the request is submitted, and
   * await it after. An ending may be missed while Redis is away: false says only that none was heard of.
   */
  wait(request: string, milliseconds: number): Promise<boolean>;
  close(): Promise<void>;
}

/** `redis` is copied for blocking reads: it needs `maxRetriesPerRequest: null`. Resolves when it is listening. */
export async function openEndings(queues: Queues, redis: Redis, onError: (error: Error) => void): Promise<Endings> {
  const waiting = new Map<string, () => void>();
  const blocking = redis.duplicate();
  const events = new QueueEvents('finish', { connection: blocking, prefix: queues.prefix });
  events.on('error', onError);
  const end = ({ jobId }: { jobId: string }) => waiting.get(jobId)?.();
  events.on('completed', end);
  events.on('failed', end);
  await events.waitUntilReady();
  return {
    wait: (request, milliseconds) =>
      new Promise((resolve) => {
        const answer = (ended: boolean) => {
          clearTimeout(timer);
          waiting.delete(request);
          resolve(ended);
        };
        const timer = setTimeout(answer, milliseconds, false);
        waiting.set(request, () => answer(true));
      }),
    close: async () => {
      await events.close();
      blocking.disconnect();
    },
  };
}
