import type { Queues } from '../queues.ts';
import { scriptsOn } from '../script.ts';
import { withdraw } from './computation-scripts.ts';
import { begunBy } from './holding.ts';

/** The mark of tally jobs among the computations of a chore. */
export const tallyMark = 'tally ';

/**
 * Withdraws what a chore has begun: all of it, or what no worker has taken yet. What nobody else
 * wants is taken out of the queue, or is stopped where it runs.
 */
export async function withdrawAll(queues: Queues, chore: string, which: 'all' | 'waiting'): Promise<void> {
  const { redis, key, retentionSeconds } = queues;
  const call = scriptsOn(redis, { withdraw });
  const begun = await redis.smembers(begunBy(key, chore));
  const tallies = begun.filter((one) => one.startsWith(tallyMark));
  for (const one of tallies) {
    // One that a worker has taken is locked, and is done.
    await queues.tally.remove(one.slice(tallyMark.length)).catch(() => undefined);
    await redis.srem(begunBy(key, chore), one);
  }
  const computations = begun.filter((one) => !one.startsWith(tallyMark));
  const meant = which === 'all' ? computations : await untaken(queues, computations);
  if (meant.length === 0) return;
  const args = [key(''), chore, 2 * retentionSeconds, ...meant];
  const cancelled = (await call.withdraw([begunBy(key, chore)], args)) as string[];
  for (const id of cancelled) await takeOut(queues, id);
}

/** Those of some computations that no worker has taken. */
async function untaken({ count }: Queues, ids: readonly string[]): Promise<string[]> {
  const jobs = await Promise.all(ids.map((id) => count.getJob(id)));
  return ids.filter((_, i) => jobs[i] !== undefined && jobs[i]?.processedOn === undefined);
}

/** Takes the jobs of a cancelled computation that wait out of the queue. */
async function takeOut({ count }: Queues, id: string): Promise<void> {
  const job = await count.getJob(id);
  if (!job) return;
  if (job.processedOn === undefined) return void (await count.remove(id).catch(() => undefined));
  // The job of a computation that was cut into batches ends it once none of them is left.
  const { unprocessed = [] } = await job.getDependencies();
  for (const child of unprocessed) await count.remove(child.slice(child.lastIndexOf(':') + 1)).catch(() => undefined);
}
