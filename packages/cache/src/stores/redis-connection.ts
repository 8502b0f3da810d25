import { expectNumber, expectObject, expectText } from '@cellshed/expected';
import { type ClientLimits, openClient } from '@cellshed/redis';
import type { Cluster, Redis } from 'ioredis';

export const defaultTimeoutMilliseconds = 1000;

export interface RedisConnection {
  /**
   * `redis://[[user]:password@]host[:port][/database]`, or another form of `redisAddress`. TLS
   * trusts what Node trusts (`NODE_EXTRA_CA_CERTS`).
   */
  readonly url: string;
  /** The time that a command may take before it rejects; default 1,000. */
  readonly timeoutMilliseconds?: number;
  /**
   * Hears that the connection is lost, or cannot be made: once until it is back (of a cluster, each
   * time). The client tries again by itself.
   */
  readonly onError?: (error: Error) => void;
  /** Hears that the connection is back. */
  readonly onBack?: () => void;
}

/**
 * A client whose commands reject at once while Redis is away, and after `timeoutMilliseconds` when
 * it does not answer; it reconnects by itself. Resolves when connected, or when the first attempt
 * has failed.
 */
export async function connectRedis(connection: RedisConnection): Promise<Redis> {
  return connect(connection, { commandMilliseconds: connection?.timeoutMilliseconds ?? defaultTimeoutMilliseconds });
}

/**
 * A client like that of `connectRedis`, without a timer for each command: timers take a twentieth
 * of a read. The caller bounds the wait.
 */
export async function connectUntimed(connection: RedisConnection): Promise<Redis> {
  return connect(connection, {});
}

async function connect(connection: RedisConnection, limits: Pick<ClientLimits, 'commandMilliseconds'>): Promise<Redis> {
  expectObject('a Redis connection', connection);
  const { url, timeoutMilliseconds = defaultTimeoutMilliseconds } = connection;
  expectText('url of a Redis connection', url);
  expectNumber('timeoutMilliseconds of a Redis connection', timeoutMilliseconds);
  // Threads that only count have no use for it.
  const client = openClient(await import('ioredis'), url, {
    ...limits,
    connectMilliseconds: timeoutMilliseconds,
    silentMilliseconds: 2 * timeoutMilliseconds,
    whileAway: 'fail',
    lazyConnect: true,
  }) as Redis;
  tellOfOutages(client, connection);
  // The listener above has heard why, and the client is already trying again.
  await client.connect().catch(() => {});
  return client;
}

/** Tells of each time without a connection once, and once when it is over. */
function tellOfOutages(client: Redis, { onError, onBack }: RedisConnection): void {
  let isAway = false;
  client.on('error', (error: Error) => {
    if (!isAway) onError?.(error);
    isAway = true;
  });
  client.on('ready', () => {
    if (isAway) onBack?.();
    isAway = false;
  });
}

/**
 * Why a command failed, as messages say it. A socket that has ended is known to the client a moment
 * before its status says so: until then it refuses commands with "Stream isn't writeable".
 */
export function failureReason(client: Redis | Cluster, cause: unknown): string {
  const { message } = cause as Error;
  return client.status === 'ready' && !message.startsWith("Stream isn't writeable") ? message : 'not connected';
}
