import type { RedisClient } from '@cellshed/redis';

/** The most by which the clocks of processes may differ from that of the queues' Redis. */
const mostMilliseconds = 60_000;

/**
 * The milliseconds by which the clock of the queues' Redis is ahead of this process's, give or take
 * the time of an answer.
 */
export async function skewOf(redis: RedisClient, clock: () => number = Date.now): Promise<number> {
  const [asked, before] = [performance.now(), clock()];
  const [seconds, microseconds] = await redis.time();
  const halfway = (performance.now() - asked) / 2;
  return Number(seconds) * 1000 + Number(microseconds) / 1000 - (before + halfway);
}

/**
 * Whether clocks differ by so much that jobs would be removed too early: more than a minute, or a
 * quarter of the retention.
 */
export function isSkewed(skew: number, retentionSeconds: number): boolean {
  return Math.abs(skew) > Math.min(mostMilliseconds, (retentionSeconds * 1000) / 4);
}

/** A sentence if the clock of this process is too far from that of the queues' Redis. */
export async function skewProblem(redis: RedisClient, retentionSeconds: number): Promise<string | undefined> {
  const skew = await skewOf(redis);
  return isSkewed(skew, retentionSeconds) ? skewText(skew) : undefined;
}

/** The sentence about a clock that is off. */
export function skewText(skew: number): string {
  const seconds = Math.round(Math.abs(skew) / 1000);
  const where = skew > 0 ? 'behind' : 'ahead of';
  return `the clock of this machine is ${seconds} s ${where} that of the queue Redis: set both clocks (NTP)`;
}
