import type { RedisClient } from '@cellshed/redis';
import { seldom } from '../seldom.ts';
import { isSkewed, skewOf, skewText } from './clock.ts';
import { unavailability } from './problems.ts';

/** The receivers of news of the queues' Redis. */
export interface Told {
  /** Errors. That Redis is away, silent, full or read-only is told once, until it is not. */
  readonly onError: (error: Error) => void;
  /** A sentence when Redis takes writes again. */
  readonly onBack?: ((message: string) => void) | undefined;
}

/** The state of the queues' Redis and its clock, as far as it is known. */
export interface Watch {
  /**
   * Receives errors of all connections to it. That one of them is lost is not told: the connection
   * that is watched is told of.
   */
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds by the clock of Redis: by that of this process until it is known. */
  readonly now: () => number;
  /** A sentence while the clock of this process is too far from it. */
  readonly clockProblem: () => string | undefined;
  /** Resolves when the clock of this process is right: at once, as a rule. */
  readonly untilRight: () => Promise<void>;
  /** Receives the errors of the connection that is watched. */
  readonly onLost: (error: Error) => void;
  /** Begins to look: writes and asks for the time again and again. */
  start(redis: RedisClient, key: string): void;
  close(): void;
}

const millisecondsBetween = 2000;

/** Makes a watch, which has not begun yet. */
export function openWatch({ onError: tell, onBack }: Told, retentionSeconds: number): Watch {
  const tellSeldom = seldom(tell);
  let [skew, awaySince] = [0, Infinity];
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  const onError = (error: Error) => {
    if (unavailability(error) === undefined) tellSeldom(error);
  };
  const onLost = (error: Error) => {
    if (unavailability(error) === undefined) return tellSeldom(error);
    if (awaySince !== Infinity) return;
    awaySince = performance.now();
    tell(new Error(`queue Redis lost: ${error.message}`, { cause: error }));
  };
  const back = () => {
    if (awaySince === Infinity) return;
    const seconds = Math.round((performance.now() - awaySince) / 1000);
    awaySince = Infinity;
    onBack?.(`queue Redis takes writes again, after ${seconds} s`);
  };
  const hold = (now: number) => {
    const [was, is] = [isSkewed(skew, retentionSeconds), isSkewed(now, retentionSeconds)];
    skew = now;
    if (is && !was) tell(new Error(`${skewText(skew)}. No job ends until then`));
    if (is) return;
    if (was) onBack?.('queue Redis and this machine have the same time again');
    for (const goOn of waiting.splice(0)) goOn();
  };
  const look = async (redis: RedisClient, key: string) => {
    if (isLooking) return;
    isLooking = true;
    try {
      await redis.set(key, '1', 'PX', 5 * millisecondsBetween);
      back();
      hold(await skewOf(redis));
    } catch (error) {
      onLost(error as Error);
    } finally {
      isLooking = false;
    }
  };
  return {
    onError,
    onLost,
    now: () => Date.now() + skew,
    clockProblem: () => (isSkewed(skew, retentionSeconds) ? skewText(skew) : undefined),
    untilRight: async () => {
      if (isSkewed(skew, retentionSeconds)) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    start: (redis, key) => {
      timer = setInterval(() => void look(redis, key), millisecondsBetween);
      timer.unref();
    },
    close: () => {
      clearInterval(timer);
      waiting = [];
    },
  };
}
