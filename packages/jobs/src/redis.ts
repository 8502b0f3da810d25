import { withoutPassword } from '@catchment/telling';
import { QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';

/**
 * A connection for answering requests: while Redis is away its commands fail at once instead of
 * waiting.
 */
export function connectFailingFast(url: string, onError: (error: Error) => void): Redis {
  return connect(url, onError, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: 2000,
    commandTimeout: 5000,
  });
}

/** A connection for jobs: while Redis is away its commands wait until it is back. */
export function connectPatiently(url: string, onError: (error: Error) => void): Redis {
  return connect(url, onError, { maxRetriesPerRequest: null });
}

function connect(url: string, onError: (error: Error) => void, options: object): Redis {
  const redis = new Redis(url, {
    ...options,
    // How long a connection that is given up may take to close; a process that ends waits for it.
    disconnectTimeout: 100,
    retryStrategy: (times: number) => Math.min(times * 100, 2000),
  });
  redis.on('error', onError);
  return redis;
}

/** Listens to all that happens in a queue, over a connection of its own. */
export function listen(queue: string, { redis, prefix }: { readonly redis: Redis; readonly prefix: string }) {
  return new QueueEvents(queue, { connection: redis, prefix, blockingTimeout: mostMillisecondsBlocked });
}

/** So long a process that ends may be held up: it waits for a read that nobody answers. */
const mostMillisecondsBlocked = 2000;

/**
 * Closes what listens to a queue, and its connections. While Redis is away they are given up: what
 * closes in good order would wait for it to come back.
 */
export async function closeListening(events: QueueEvents): Promise<void> {
  const client = await events.backend.client;
  const closed = events.close();
  if (client.status === 'ready') return closed;
  closed.catch(() => undefined);
  client.disconnect();
}

/**
 * The queues' Redis must not evict: a lost key is a lost job. Answers a sentence when its policy
 * says otherwise.
 */
export async function evictionProblem(redis: Redis): Promise<string | undefined> {
  const policy = /maxmemory_policy:(\S+)/.exec(await redis.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return undefined;
  return `the queue Redis has maxmemory-policy ${policy}, expected noeviction: an evicted key is a lost job`;
}

const unreachable =
  /enableOfflineQueue|Connection is closed|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|max retries per request|Command timed out|\bconnect\b/i;
const refused = /^(OOM|LOADING|READONLY|MISCONF|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|TRYAGAIN) /;

/**
 * A sentence for clients when an error says that the queue Redis cannot take or answer anything
 * now, whatever was asked.
 */
export function unavailability(error: unknown): string | undefined {
  const messages = messagesOf(error);
  if (messages.some((message) => message.startsWith('OOM ')))
    return 'the queue is full: its Redis has reached maxmemory';
  const isAway = messages.some((message) => refused.test(message) || unreachable.test(message));
  return isAway ? 'the queue cannot be reached' : undefined;
}

/**
 * Whether Redis refused a command only for now, whoever asks: it is full, starting, or another one
 * takes over.
 */
export function isRefusedForNow(error: unknown): boolean {
  return messagesOf(error).some((message) => refused.test(message));
}

/**
 * A refused MULTI says only that it was; the commands in it say why. Who wraps an error names it as
 * the cause.
 */
function messagesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const { previousErrors = [], cause } = error as Error & { readonly previousErrors?: readonly Error[] };
  return [error.message, ...previousErrors.flatMap(messagesOf), ...(cause === undefined ? [] : messagesOf(cause))];
}

/**
 * Waits until the queue Redis answers and checks its policy. Throws a sentence when it does not, or
 * would evict.
 */
export async function requireRedis(redis: Redis, url: string, withinMilliseconds = 10_000): Promise<void> {
  const shown = withoutPassword(url);
  const end = Date.now() + withinMilliseconds;
  while (redis.status !== 'ready') {
    if (Date.now() > end) throw new Error(`the queue Redis at ${shown} does not answer (QUEUE_REDIS_URL)`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const problem = await evictionProblem(redis);
  if (problem) throw new Error(problem);
}
