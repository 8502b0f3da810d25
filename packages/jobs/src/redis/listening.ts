import type { RedisClient } from '@catchment/redis';
import { QueueEvents } from 'bullmq';

/** Listens to all events of a queue, over a connection of its own. */
export function listen(queue: string, { redis, prefix }: { readonly redis: RedisClient; readonly prefix: string }) {
  return new QueueEvents(queue, { connection: redis, prefix, blockingTimeout: mostMillisecondsBlocked });
}

/** The most milliseconds by which a read without answer may delay the end of the process. */
const mostMillisecondsBlocked = 2000;

/**
 * Closes a listener and its connections. While Redis is away they are abandoned, because a clean
 * close would wait for it.
 */
export async function closeListening(events: QueueEvents): Promise<void> {
  const client = await events.backend.client;
  const closed = events.close();
  if (client.status === 'ready') return closed;
  closed.catch(() => undefined);
  client.disconnect();
}

const silentMilliseconds = 5000;
const millisecondsBetweenPings = 2000;

/** A connection of its own for messages. */
export function openListener(redis: RedisClient): RedisClient {
  return 'nodes' in redis ? redis.duplicate() : redis.duplicate({ socketTimeout: silentMilliseconds });
}

/**
 * Asks for a sign of life again and again over a connection that only receives messages: its
 * silence would not be noticed otherwise. Returns what ends it.
 */
export function keepAsking(redis: RedisClient): () => void {
  const timer = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => undefined);
  }, millisecondsBetweenPings);
  timer.unref();
  return () => clearInterval(timer);
}
