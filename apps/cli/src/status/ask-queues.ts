import { connectFailingFast, openQueues, type Queueing, type QueueSettings, skewOf } from '@cellshed/jobs';
import { withoutPassword } from '@cellshed/telling';

const mostMilliseconds = 5000;

/** The queues for somebody who only looks, and the clock of their Redis. */
export type AskedQueues = Pick<Queueing, 'queues' | 'now'> & AsyncDisposable;

/**
 * Connects to the Redis of the queues, in whatever state that is: it may evict, be full, or refuse
 * writes. Throws a sentence when it does not answer.
 */
export async function askQueues(settings: QueueSettings): Promise<AskedQueues> {
  const { QUEUE_REDIS_URL: url, QUEUE_PREFIX: prefix, JOB_RETENTION_SECONDS: retentionSeconds } = settings;
  await using opened = new AsyncDisposableStack();
  let reason = '';
  const redis = opened.adopt(
    connectFailingFast(url, (error) => {
      reason = `: ${error.message}`;
    }),
    async (client) => client.disconnect(),
  );
  const end = performance.now() + mostMilliseconds;
  while (redis.status !== 'ready' && performance.now() < end) await new Promise((done) => setTimeout(done, 20));
  if (redis.status !== 'ready') {
    throw new Error(`the queue Redis at ${withoutPassword(url)} does not answer (QUEUE_REDIS_URL)${reason}`);
  }
  const skew = await skewOf(redis);
  const queues = opened.adopt(openQueues({ redis, prefix, retentionSeconds }), (all) => all.close());
  const kept = opened.move();
  return { queues, now: () => Date.now() + skew, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
