import { type Clock, StoreError } from '@cellshed/cache';
import type { Backoff } from './fetching/backoff.ts';
import type { Flights } from './fetching/single-flight.ts';
import type { RefreshQueue } from './queues/refresh-job.ts';
import type { Entries, NewEntry, Place } from './stored/entries.ts';
import type { Json } from './stored/plain-data.ts';

export interface RefreshingCacheStats {
  /** Reads that found a fresh value. */
  readonly hits: number;
  /** Reads that were answered with a stale value. */
  readonly stale: number;
  /** Reads that waited for a fetch. */
  readonly misses: number;
  /** Reads that were answered with `empty()`. */
  readonly empties: number;
  /** Values that were fetched, by whomever. */
  readonly fetches: number;
  readonly failedFetches: number;
  readonly queued: number;
  readonly failedQueueings: number;
  readonly writes: number;
  /**
   * Writes that were refused: the entry was deleted, invalidated, set or fetched anew since they
   * began, or is past its `ttlMilliseconds`.
   */
  readonly fencedWrites: number;
  /** Fetched values that by `lifetimeOf` were not to be kept. */
  readonly unkept: number;
  /** Writes that were given up because the store failed, or did not keep the value. */
  readonly droppedWrites: number;
  /** Other calls of the store that failed. */
  readonly failedReads: number;
  /** The last message of a store, queue or fetch that failed while no caller was told. */
  readonly lastFailure: string | null;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** One entry as it is asked for. */
export interface Asked extends Place {
  readonly args: readonly unknown[];
  /** The same as a queue carries them. */
  readonly queuedArgs: Json;
}

/**
 * The time for which a flight is waited for. It may itself wait for another process before it
 * fetches.
 */
export function patience({ definition }: Asked): number {
  return 2 * definition.waitMilliseconds;
}

/** The parts that all reads of one cache share. */
export interface Parts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly timeoutMilliseconds: number;
  readonly entries: Entries;
  readonly queue: RefreshQueue;
  readonly flights: Flights<NewEntry>;
  readonly backoff: Backoff;
  readonly counts: Writable<RefreshingCacheStats>;
  /** Tells of a failure that no caller hears of. */
  readonly report: (error: Error) => void;
  /** Runs work that only `settled` waits for. */
  readonly background: (task: () => Promise<void>) => void;
}

/** Stands for what the store did not say. */
export const away = Symbol('the store is away');

/**
 * Answers as the store does, or `away`, which is counted. An error that is no failure of the store
 * is thrown.
 */
export async function unlessAway<T>(
  counts: Parts['counts'],
  count: 'droppedWrites' | 'failedReads',
  call: Promise<T>,
): Promise<T | typeof away> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    counts[count] += 1;
    counts.lastFailure = error.message;
    return away;
  }
}
