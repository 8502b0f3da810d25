import type { Cluster, Redis } from 'ioredis';
import { expectNumber, expectObject, expectText } from '../expected.ts';

export const defaultTimeoutMilliseconds = 1000;

export interface RedisConnection {
  /**
   * `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS, which trusts what
   * Node trusts (`NODE_EXTRA_CA_CERTS`).
   */
  readonly url: string;
  /** How long a command may take before it rejects; default 1,000. */
  readonly timeoutMilliseconds?: number;
  /** Hears of each failure to connect; the client goes on trying by itself. */
  readonly onError?: (error: Error) => void;
}

/**
 * A client whose commands reject at once while Redis is away, and after `timeoutMilliseconds` when
 * it does not answer; it reconnects by itself. Resolves when connected, or when the first attempt
 * has failed.
 */
export async function connectRedis(connection: RedisConnection): Promise<Redis> {
  return connect(connection, { commandTimeout: connection?.timeoutMilliseconds ?? defaultTimeoutMilliseconds });
}

/**
 * The same, of which the caller bounds how long he waits: the client's own timer for each command
 * is a twentieth of a read.
 */
export async function connectPatiently(connection: RedisConnection): Promise<Redis> {
  return connect(connection, {});
}

async function connect(connection: RedisConnection, limits: { readonly commandTimeout?: number }): Promise<Redis> {
  expectObject('a Redis connection', connection);
  const { url, timeoutMilliseconds = defaultTimeoutMilliseconds, onError } = connection;
  expectText('url of a Redis connection', url);
  expectNumber('timeoutMilliseconds of a Redis connection', timeoutMilliseconds);
  // Threads that only count have no use for it.
  const { Redis } = await import('ioredis');
  const client = new Redis(url, {
    ...limits,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMilliseconds,
    // A connection that went silent without closing is given up, else every command would wait for
    // its timeout.
    socketTimeout: 2 * timeoutMilliseconds,
    // How long a connection that is given up may take to close; a process that ends waits for it.
    disconnectTimeout: 100,
    retryStrategy: (attempt) => Math.min(50 * attempt, 2000),
  });
  client.on('error', (error: Error) => onError?.(error));
  // The listener above has heard why, and the client is already trying again.
  await client.connect().catch(() => {});
  return client;
}

/**
 * Why a command failed, as messages say it. A socket that has ended is known to the client a moment
 * before its status says so: until then it refuses commands with "Stream isn't writeable".
 */
export function failureReason(client: Redis | Cluster, cause: unknown): string {
  const { message } = cause as Error;
  return client.status === 'ready' && !message.startsWith("Stream isn't writeable") ? message : 'not connected';
}
