import type { RedisClient } from '@cellshed/redis';
import { openQueues, type QueueOptions, type Queues } from './queues.ts';
import { connectFailingFast, connectPatiently } from './redis/connect.ts';
import { requireRedis } from './redis/require.ts';
import { openWatch, type Told, type Watch } from './redis/watch.ts';

/** The settings that say where the queues are, and how long they keep jobs. */
export interface QueueSettings {
  readonly QUEUE_REDIS_URL: string;
  readonly QUEUE_PREFIX: string;
  readonly JOB_RETENTION_SECONDS: number;
}

export interface QueueingOptions extends Told, Pick<QueueOptions, 'telemetry'> {
  /** Whether commands to the queues wait while Redis is away, or fail at once. */
  readonly whileAway?: 'wait' | 'fail';
}

/** The queues and their connections, which end when this is disposed. */
export interface Queueing extends AsyncDisposable, Omit<Watch, 'onLost' | 'start' | 'close'> {
  readonly queues: Queues;
  /** A connection whose commands wait while Redis is away, as blocking reads have to. */
  readonly patient: RedisClient;
}

/**
 * Opens the queues, and watches their Redis. Throws a sentence when it is away, too old, may evict
 * jobs, or has another time.
 */
export async function openQueueing(
  { QUEUE_REDIS_URL: url, QUEUE_PREFIX: prefix, JOB_RETENTION_SECONDS: retentionSeconds }: QueueSettings,
  { whileAway = 'wait', telemetry, ...told }: QueueingOptions,
): Promise<Queueing> {
  await using opened = new AsyncDisposableStack();
  const watch = opened.adopt(openWatch(told, retentionSeconds), async (one) => one.close());
  const connected = (redis: RedisClient) => opened.adopt(redis, async (one) => one.disconnect());
  const patient = connected(connectPatiently(url, whileAway === 'wait' ? watch.onLost : watch.onError));
  const redis = whileAway === 'wait' ? patient : connected(connectFailingFast(url, watch.onLost));
  const key = `${prefix}:beat`;
  await requireRedis(redis, { url, prefix, key, retentionSeconds });
  const queues = opened.adopt(openQueues({ redis, prefix, retentionSeconds, telemetry }), (one) => one.close());
  watch.start(redis, key);
  const kept = opened.move();
  return { ...watch, queues, patient, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
