import { findQueues } from '../test/way/queues.ts';
import type { Accepted, Clients } from './clients.ts';
import { judge } from './judge.ts';
import type { Report } from './report.ts';
import type { World } from './world.ts';

const mostMillisecondsToEnd = 120_000;

/**
 * Has all failed requests tried again, as an operator does in the view of the queues: now they end
 * right.
 */
export async function retryFailed(
  { queue, rasters }: World,
  clients: Clients,
  { failed, report }: { readonly failed: Map<string, Accepted>; readonly report: Report },
): Promise<void> {
  await using queues = await findQueues(queue.redis);
  const from = Date.now();
  const isLate = () => Date.now() > from + mostMillisecondsToEnd;
  const jobs = await queues.jobs('finish', 'failed');
  const retried = jobs.flatMap((job) => failed.get(job.id as string) ?? []);
  for (const job of jobs) if (failed.has(job.id as string)) await job.retry('failed');
  failed.clear();
  for (const accepted of retried) {
    const request = { ...accepted.request, kind: 'retried' };
    judge({ ...accepted, request, from }, await clients.learn(accepted, isLate), { report, rasters });
  }
}
