import type { RedisClient } from '@cellshed/redis';
import { QueueEvents } from 'bullmq';
import type { Cluster } from 'ioredis';

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
 * silence would not be noticed otherwise. `channel` is one that nobody else uses. Returns what ends
 * it.
 */
export function keepAsking(redis: RedisClient, channel: string): () => void {
  const ask = 'nodes' in redis ? hearing(redis, channel) : pinging(redis);
  const timer = setInterval(ask, millisecondsBetweenPings);
  timer.unref();
  return () => clearInterval(timer);
}

/** An answer to each question resets the timeout of the socket. */
function pinging(redis: Pick<RedisClient, 'status' | 'ping'>): () => void {
  return () => {
    if (redis.status === 'ready') redis.ping().catch(() => undefined);
  };
}

/** The messages that may be missing: they were sent within five seconds or so. */
const mostUnheard = 2;

/** The calls by which a client of a Redis Cluster listens. */
type Listening = Pick<Cluster, 'status' | 'subscribe' | 'publish' | 'disconnect'> & {
  on(event: 'message', hear: (channel: string) => void): unknown;
};

/**
 * Sends messages to itself. A client of a Redis Cluster has a connection for messages that cannot
 * be asked, and that has no timeout. When it hears nothing it connects anew, and subscribes to all
 * channels again.
 */
export function hearing(cluster: Listening, channel: string): () => void {
  let unheard = 0;
  cluster.on('message', (from) => {
    if (from === channel) unheard = 0;
  });
  const subscribed = cluster.subscribe(channel).catch(() => undefined);
  return () => {
    if (cluster.status !== 'ready') return;
    if (unheard > mostUnheard) {
      unheard = 0;
      cluster.disconnect(true);
      return;
    }
    unheard += 1;
    void subscribed.then(() => cluster.publish(channel, '')).catch(() => undefined);
  };
}
