import type { EntryHeader } from '@cellshed/cache';
import type { Codec } from './stored/plain-data.ts';

export interface AboutRead<Args extends readonly unknown[]> {
  readonly status: ReadStatus;
  readonly args: Args;
}

/**
 * The way in which a refresh is queued, in the words of BullMQ, whose queues take them as they are:
 * `priority` (1 before 2, none before all), `delay` in milliseconds, `attempts`; and whatever else
 * the queue has.
 */
export interface TaskOptions {
  readonly priority?: number;
  readonly delay?: number;
  readonly attempts?: number;
  readonly [option: string]: unknown;
}

/** Stands for a lifetime: readers that wait get the value, and it is not kept. */
export type NotKept = 'do not keep';

/** The options of one kind of value. Ages count from the moment when a value's fetch began. */
export interface ReadOptions<Args extends readonly unknown[], Value, Result = Value> {
  /** Letters, digits, `.`, `_` and `-`; the same in all processes, as keys and jobs contain it. */
  readonly name: string;
  readonly fetch: (...args: Args) => Promise<Value> | Value;
  /**
   * Fetches for `getMany` all that is missing at once: values in the order of the arguments.
   * Default: `fetch` for each.
   */
  readonly fetchMany?: NoInfer<(many: readonly Args[]) => Promise<readonly Value[]> | readonly Value[]>;
  /** Up to this age, inclusive, a value is fresh; default 600,000. */
  readonly lifetimeMilliseconds?: number | NoInfer<(...args: Args) => number>;
  /**
   * Decides instead, by the value: also that it is not kept, and that the stored one is removed.
   */
  readonly lifetimeOf?: NoInfer<(value: Value, ...args: Args) => number | NotKept>;
  /**
   * Beyond this age no value is served, whatever else is set; default 30 days, `Infinity` for ever.
   */
  readonly ttlMilliseconds?: number;
  /**
   * Whether a reader that finds nothing waits for a fetch (default) or gets `empty()` while a
   * refresh is queued.
   */
  readonly fetchOnMiss?: boolean | NoInfer<(...args: Args) => boolean>;
  /**
   * A reader that finds a stale value older than this waits for a fetch, others get the stale
   * value; default never.
   */
  readonly fetchOnStaleThresholdMilliseconds?: number;
  /** Decides instead of the threshold. */
  readonly fetchOnStale?: NoInfer<(header: EntryHeader, ...args: Args) => boolean>;
  /**
   * Up to this age, inclusive, a value is served when its reader's fetch has failed; default until
   * `ttlMilliseconds`.
   */
  readonly staleIfErrorMilliseconds?: number;
  /** After this time a queued refresh or a running fetch is taken to be lost; default 60,000. */
  readonly refreshTimeoutMilliseconds?: number;
  /**
   * The time for which a reader waits for a fetch that another one has begun before it fetches too;
   * default 10,000.
   */
  readonly waitMilliseconds?: number;
  /**
   * Refreshes values before they are stale, the more probably the nearer that is and the more
   * they cost: see `earlyRefreshProbability`. A `beta` above 1 refreshes earlier, one below 1
   * later. Off by default.
   */
  readonly earlyRefresh?: { readonly beta: number };
  /**
   * The value for a reader that finds nothing and does not wait; needed unless `fetchOnMiss` is
   * `true`.
   */
  readonly empty?: NoInfer<(...args: Args) => Value>;
  /** Changes the value for readers. */
  readonly processResult?: (value: NoInfer<Value>, about: NoInfer<AboutRead<Args>>) => Result;
  /** Plain data that tell values apart, if not all arguments do. */
  readonly key?: NoInfer<(...args: Args) => unknown>;
  /**
   * Names by which values can be cleared together: see `clearTag`. They depend on the arguments
   * alone, as they are needed before the fetch.
   */
  readonly tags?: readonly string[] | NoInfer<(...args: Args) => readonly string[]>;
  /** The way in which refreshes are queued. */
  readonly taskOptions?: TaskOptions | NoInfer<(...args: Args) => TaskOptions>;
  /**
   * To be raised when the form of the value changes: values of another version are misses. Default
   * 1.
   */
  readonly schemaVersion?: number;
  /**
   * Default: what `toJson` takes. Readers always get what it decodes, also of a value that has just
   * been fetched.
   */
  readonly codec?: NoInfer<Codec<Value>>;
}

/**
 * The origin of a value. `hit`: a fresh one was there. `stale`: an old one was there. `miss`: it
 * was fetched while the reader waited, by any process. `empty`: nothing was there, and `empty()`
 * stands for it.
 */
export type ReadStatus = 'hit' | 'stale' | 'miss' | 'empty';
