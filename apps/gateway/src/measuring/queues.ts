import { keptAt, oldestJobs, type Presence, type Queues, queueNames } from '@cellshed/jobs';
import type { Metrics } from '@cellshed/metrics';

/** Has the queues looked at with the metrics, until what it returns is called. */
export function observeQueues(
  { observe }: Pick<Metrics, 'observe'>,
  { queues, presence, clock }: { readonly queues: Queues; readonly presence: Presence; readonly clock: () => number },
): () => void {
  const oldest = oldestJobs(queues);
  const openedAt = clock();
  const ends = [
    observe('catchment_oldest_job_seconds', async () =>
      (await oldest()).map(({ queue, class: waits, addedAt }) => [
        { queue, class: waits },
        addedAt === undefined ? 0 : Math.max(0, (clock() - addedAt) / 1000),
      ]),
    ),
    observe('catchment_queue_taken', async () => {
      const untaken = await presence.untaken(queueNames);
      return queueNames.map((queue) => [{ queue }, untaken.includes(queue) ? 0 : 1]);
    }),
    observe('catchment_kept_seconds', async () => {
      // Nobody has kept the queues yet: the time since this gateway has looked at them.
      const at = (await keptAt(queues)) ?? openedAt;
      return [[{}, Math.max(0, (clock() - at) / 1000)]];
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
