import type { Clock } from '@cellshed/cache';
import { recentlyUsed } from '@cellshed/recent';

export interface BackoffOptions {
  readonly clock: Clock;
  /** After the first failure; each further one doubles it. */
  readonly firstMilliseconds: number;
  readonly longestMilliseconds: number;
  /** The number of keys that are remembered; the one that failed longest ago is forgotten first. */
  readonly mostKeys?: number;
}

/** Remembers which keys failed of late, so that what fails is not tried at every turn. */
export interface Backoff {
  failed(key: string, error: unknown): void;
  succeeded(key: string): void;
  /** The error of the key, while it is too early to try it again. */
  failure(key: string): { readonly error: unknown } | undefined;
}

interface Failure {
  readonly error: unknown;
  readonly times: number;
  readonly until: number;
}

/**
 * A key may be tried again when exactly the time has passed. If it then does not fail for another
 * `longestMilliseconds`, its failures so far are forgotten.
 */
export function exponentialBackoff(options: BackoffOptions): Backoff {
  const { clock, firstMilliseconds, longestMilliseconds, mostKeys = 10_000 } = options;
  const failures = recentlyUsed<Failure>({ limit: mostKeys });
  return {
    failed: (key, error) => {
      const last = failures.peek(key);
      const times = last && clock() <= last.until + longestMilliseconds ? last.times + 1 : 1;
      const until = clock() + Math.min(longestMilliseconds, firstMilliseconds * 2 ** (times - 1));
      failures.set(key, { error, times, until });
    },
    succeeded: (key) => {
      failures.delete(key);
    },
    failure: (key) => {
      const last = failures.peek(key);
      return last && clock() < last.until ? { error: last.error } : undefined;
    },
  };
}
