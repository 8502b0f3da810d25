import { randomUUID } from 'node:crypto';
import type { Job, Queue } from 'bullmq';
import { noteKept } from '../books/kept.ts';
import { tidyShelf } from '../books/shelf.ts';
import { tidyWaiting } from '../books/waiting.ts';
import type { Queues } from '../queues.ts';
import { type LostOptions, lookForLost } from './lost-jobs.ts';

export interface KeeperOptions extends LostOptions {
  readonly onError: (error: Error) => void;
}

const mostMillisecondsBetween = 10_000;
const leastMillisecondsBetween = 1000;

/**
 * Keeps the queues in order, by time: one worker of all at a time removes jobs past their
 * retention, documents that have expired, and what waits for jobs that were lost.
 */
export function startKeeper(queues: Queues, options: KeeperOptions): { close(): Promise<void> } {
  const { redis, key, retentionSeconds } = queues;
  const milliseconds = Math.max(
    leastMillisecondsBetween,
    Math.min(mostMillisecondsBetween, (1000 * retentionSeconds) / 4),
  );
  const name = randomUUID();
  const endLost = lookForLost(queues, options);
  const takeOutLost = tidyWaiting(queues);
  let working: Promise<void> | undefined;
  const turn = async () => {
    const isMine = await redis.set(key('keeper'), name, 'PX', Math.ceil(milliseconds * 0.9), 'NX');
    if (isMine !== 'OK') return;
    await removeOld(queues, options);
    await tidyShelf(queues, (options.clock ?? Date.now)());
    await takeOutLost((options.clock ?? Date.now)());
    await endLost();
    await noteKept(queues, (options.clock ?? Date.now)());
  };
  const timer = setInterval(() => {
    working ??= turn()
      .catch(options.onError)
      .finally(() => {
        working = undefined;
      });
  }, milliseconds);
  return {
    close: async () => {
      clearInterval(timer);
      await working;
    },
  };
}

const mostAtOnce = 1000;

/** Removes ended jobs past their retention. */
async function removeOld(queues: Queues, { forget, clock = Date.now }: KeeperOptions): Promise<void> {
  const age = 1000 * queues.retentionSeconds;
  // Drawn areas were kept while an operator could try the request again.
  for await (const { id, data } of oldFailures(queues.finish, clock() - age)) await forget.request(id as string, data);
  for await (const { id, data } of oldFailures(queues.count, clock() - age)) {
    if ('request' in data) await forget.computation(id as string, data.request);
  }
  for (const queue of queues.all) {
    for (const state of ['completed', 'failed'] as const) {
      // The queue subtracts this from the time of this process, not from the clock's.
      const grace = () => age + Date.now() - clock();
      while ((await queue.clean(grace(), mostAtOnce, state)).length === mostAtOnce);
    }
  }
}

/** The failed jobs of a queue that ended before a time, the oldest first. */
async function* oldFailures<Data>(queue: Queue<Data>, before: number): AsyncGenerator<Job<Data>> {
  const page = 100;
  for (let at = 0; ; at += page) {
    const jobs = await queue.getJobs(['failed'], at, at + page - 1, true);
    for (const job of jobs) {
      if (!job) continue;
      if (job.finishedOn === undefined || job.finishedOn > before) return;
      yield job;
    }
    if (jobs.length < page) return;
  }
}
