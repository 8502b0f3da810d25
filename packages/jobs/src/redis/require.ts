import { accessProblem, type RedisClient, redisAddress } from '@cellshed/redis';
import { withoutPassword } from '@cellshed/telling';
import type { Redis } from 'ioredis';
import { skewProblem } from './clock.ts';
import { unavailability } from './problems.ts';

/** The oldest version with the commands that are used; BullMQ recommends no older one, either. */
const oldest = [6, 2] as const;

export interface RequiredRedis {
  readonly url: string;
  /** The prefix of all keys. */
  readonly prefix: string;
  /** The name of a key that may be written. */
  readonly key: string;
  readonly retentionSeconds: number;
  /** The time that Redis may take to be as needed; default 10,000. */
  readonly withinMilliseconds?: number;
}

/**
 * Waits until the queues' Redis answers and takes writes, and checks its version, its policy and
 * its clock. Throws a sentence if it is not as needed. A Redis that is full is: there are jobs to
 * be done in it.
 */
export async function requireRedis(redis: RedisClient, required: RequiredRedis): Promise<void> {
  const { url, prefix, key, retentionSeconds, withinMilliseconds = 10_000 } = required;
  if (redisAddress(url).kind === 'cluster' && !/\{[^}]+\}/.test(prefix)) {
    throw new Error(`QUEUE_PREFIX is ${prefix}, expected one with {braces}: all keys must be in one slot of a cluster`);
  }
  const shown = withoutPassword(url);
  let reason = `the queue Redis at ${shown} does not answer (QUEUE_REDIS_URL)`;
  let refusal: string | undefined;
  const hear = (error: unknown) => {
    const found = accessProblem(error);
    const who = found?.who === 'Sentinel' ? 'a Sentinel of the queue Redis' : 'the queue Redis';
    if (found) refusal = `${who} at ${shown} ${found.problem} (QUEUE_REDIS_URL)`;
  };
  const throwIfRefused = (error: unknown) => {
    hear(error);
    throwIfAny(refusal);
    return undefined;
  };
  const look = async (isLate: () => boolean) => {
    for (; redis.status !== 'ready' && !isLate(); await pause()) throwIfAny(refusal);
    for (const server of serversOf(redis)) {
      const problem = await serverProblem(server).catch((error) => {
        throwIfRefused(error);
        throw error;
      });
      throwIfAny(problem);
    }
    await redis.set(key, '1', 'PX', 10_000).catch(throwIfRefused);
    for (let problem = await writeProblem(redis, key); isLasting(problem); problem = await writeProblem(redis, key)) {
      reason = `${problem} (QUEUE_REDIS_URL: ${shown})`;
      if (isLate()) return;
      await pause();
    }
    throwIfAny(await skewProblem(redis, retentionSeconds));
  };
  redis.on('error', hear);
  await inTime(withinMilliseconds, look, () => new Error(reason)).finally(() => redis.off('error', hear));
}

function isLasting(problem: string | undefined): boolean {
  return problem !== undefined && !problem.startsWith('the queue is full');
}

function throwIfAny(problem: string | undefined): void {
  if (problem !== undefined) throw new Error(problem);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Ends as the work does, or throws when it takes longer. The work is told when it is late. */
async function inTime(
  milliseconds: number,
  work: (isLate: () => boolean) => Promise<void>,
  lateError: () => Error,
): Promise<void> {
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(lateError());
    }, milliseconds);
  });
  try {
    await Promise.race([work(() => isLate), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A sentence if the queues' Redis does not take a tiny write, which expires by itself. A connection
 * that is just being made is waited for, for a second.
 */
export async function writeProblem(redis: RedisClient, key: string): Promise<string | undefined> {
  const end = performance.now() + 1000;
  while (redis.status !== 'ready' && performance.now() < end) await pause();
  try {
    await redis.set(key, '1', 'PX', 10_000);
    return undefined;
  } catch (error) {
    return unavailability(error) ?? 'the queue does not answer as it should';
  }
}

export function serversOf(redis: RedisClient): readonly Redis[] {
  return 'nodes' in redis ? redis.nodes('master') : [redis];
}

/**
 * A sentence if a server is too old, or may evict: a lost key is a lost job. Valkey tells the
 * version of Redis that it corresponds to.
 */
async function serverProblem(redis: Redis): Promise<string | undefined> {
  const info = `${await redis.info('server')}\n${await redis.info('memory')}`;
  const version = /^redis_version:(\S+)/m.exec(info)?.[1];
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version !== undefined && (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))) {
    return `the queue Redis has version ${version}, expected ${oldest.join('.')} or newer`;
  }
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction') return undefined;
  return `the queue Redis has maxmemory-policy ${policy}, expected noeviction: an evicted key is a lost job`;
}

/** A sentence if the queues' Redis has become one that may evict. */
export async function evictionProblem(redis: RedisClient): Promise<string | undefined> {
  for (const server of serversOf(redis)) {
    const problem = await serverProblem(server);
    if (problem) return problem;
  }
  return undefined;
}
