import { openClient, type RedisClient } from '@cellshed/redis';
import { Cluster, Redis } from 'ioredis';

/**
 * A connection for answering requests. While Redis is away, its commands fail at once instead of
 * waiting.
 */
export function connectFailingFast(url: string, onError: (error: Error) => void): RedisClient {
  return connect(url, onError, {
    whileAway: 'fail',
    sentAgain: 1,
    connectMilliseconds: 2000,
    silentMilliseconds: 3000,
    commandMilliseconds: 5000,
  });
}

/**
 * A connection for jobs. While Redis is away, its commands wait until it is back. Duplicates of it
 * are for blocking reads, which BullMQ has end after 10 seconds at most.
 */
export function connectPatiently(url: string, onError: (error: Error) => void): RedisClient {
  return connect(url, onError, {
    whileAway: 'wait',
    connectMilliseconds: 5000,
    silentMilliseconds: 5000,
    blockedMilliseconds: 15_000,
  });
}

function connect(url: string, onError: (error: Error) => void, limits: Parameters<typeof openClient>[2]): RedisClient {
  const client = openClient({ Redis, Cluster }, url, limits);
  return client.on('error', onError);
}
