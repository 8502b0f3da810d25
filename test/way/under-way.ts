import { known, large, small } from './areas.ts';
import { type Asked, ask } from './asking.ts';
import { findQueues } from './queues.ts';
import type { Stage } from './stage.ts';
import { waitUntil } from './wait.ts';

/** Waits until the start jobs of so many requests have been done, or wait for a computation. */
export async function untilStarted({ redis }: Stage, requests: number): Promise<void> {
  await using queues = await findQueues(redis);
  await waitUntil(async () => (await queues.jobs('start', 'completed', 'delayed')).length >= requests);
}

/** Requests in all steps of the way. */
export async function requestsUnderWay(stage: Stage): Promise<Asked[]> {
  stage.web.hold();
  const worker = await stage.worker();
  const begun = await Promise.all([
    ask(stage, 'web', known(11)),
    ask(stage, 'web', known(11)),
    ask(stage, 'web', small(12)),
    ask(stage, 'local', small(13)),
    ask(stage, 'local', large(14)),
  ]);
  await stage.web.untilHeld();
  await untilStarted(stage, begun.length);
  process.kill(worker.pid, 'SIGSTOP');
  const accepted = await Promise.all([ask(stage, 'local', known(15)), ask(stage, 'local', small(16))]);
  return [...begun, ...accepted];
}
