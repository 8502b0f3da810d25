import type { EntryHeader } from '../entry.ts';
import { type Codec, plainDataCodec } from './plain-data.ts';

/**
 * Where a value came from. `hit`: a fresh one was there. `stale`: an old one was there. `miss`: it was fetched while the reader waited,
 * by whomever. `empty`: nothing was there, and `empty()` stands for it.
 */
export type ReadStatus = 'hit' | 'stale' | 'miss' | 'empty';

export interface AboutRead<Args extends readonly unknown[]> {
  readonly status: ReadStatus;
  readonly args: Args;
}

/** How one kind of value is read. Ages count from the moment when a value's fetch began. */
export interface ReadOptions<Args extends readonly unknown[], Value, Result = Value> {
  /** Letters, digits, `.`, `_` and `-`; the same in all processes, as keys and jobs contain it. */
  readonly name: string;
  readonly fetch: (...args: Args) => Promise<Value> | Value;
  /** Up to this age, inclusive, a value is fresh; default 600,000. */
  readonly lifetimeMilliseconds?: number | NoInfer<(...args: Args) => number>;
  /** Beyond this age no value is served, whatever else is set; default 30 days, `Infinity` for ever. */
  readonly ttlMilliseconds?: number;
  /** Whether a reader who finds nothing waits for a fetch (default) or gets `empty()` while a refresh is queued. */
  readonly fetchOnMiss?: boolean | NoInfer<(...args: Args) => boolean>;
  /** A reader who finds a stale value older than this waits for a fetch, others get the stale value; default never. */
  readonly fetchOnStaleThresholdMilliseconds?: number;
  /** Decides instead of the threshold. */
  readonly fetchOnStale?: NoInfer<(header: EntryHeader, ...args: Args) => boolean>;
  /** Up to this age, inclusive, a value is served when its reader's fetch has failed; default until `ttlMilliseconds`. */
  readonly staleIfErrorMilliseconds?: number;
  /** After this time a queued refresh or a running fetch is taken to be lost; default 60,000. */
  readonly refreshTimeoutMilliseconds?: number;
  /** How long a reader waits for a fetch that another one has begun before it fetches too; default 10,000. */
  readonly waitMilliseconds?: number;
  /**
   * Refreshes values before they are stale, the more probably the nearer that is and the more they cost: see
   * `earlyRefreshProbability`. A `beta` above 1 refreshes earlier, one below 1 later. Off by default.
   */
  readonly earlyRefresh?: { readonly beta: number };
  /** What a reader gets who finds nothing and does not wait; needed unless `fetchOnMiss` is `true`. */
  readonly empty?: NoInfer<(...args: Args) => Value>;
  /** What readers get instead of the value itself. */
  readonly processResult?: (value: NoInfer<Value>, about: NoInfer<AboutRead<Args>>) => Result;
  /** What tells values apart, if not all arguments do: plain data. */
  readonly key?: NoInfer<(...args: Args) => unknown>;
  /** To be raised when the form of the value changes: values of another version are misses. Default 1. */
  readonly schemaVersion?: number;
  /** Default: what `toJson` takes. Readers always get what it decodes, also of a value that has just been fetched. */
  readonly codec?: NoInfer<Codec<Value>>;
}

/** The same with all decisions made and the types of one read forgotten. */
export interface Definition {
  readonly name: string;
  fetch(args: readonly unknown[]): Promise<unknown>;
  lifetime(args: readonly unknown[]): number;
  fetchesOnMiss(args: readonly unknown[]): boolean;
  fetchesOnStale(header: EntryHeader, now: number, args: readonly unknown[]): boolean;
  empty(args: readonly unknown[]): unknown;
  processed(value: unknown, status: ReadStatus, args: readonly unknown[]): unknown;
  identity(args: readonly unknown[]): unknown;
  readonly ttlMilliseconds: number;
  readonly staleIfErrorMilliseconds: number;
  readonly refreshTimeoutMilliseconds: number;
  readonly waitMilliseconds: number;
  readonly beta: number;
  readonly schemaVersion: number;
  readonly codec: Codec<unknown>;
}

const dayMilliseconds = 24 * 3_600_000;
const longest = 30 * dayMilliseconds;

/** Throws a `RangeError` that names the option, its value and what was expected. */
export function definitionOf<Args extends readonly unknown[], Value, Result>(
  options: ReadOptions<Args, Value, Result>,
): Definition {
  const { fetch, fetchOnStale, fetchOnMiss = true, fetchOnStaleThresholdMilliseconds = Infinity } = options;
  const { lifetimeMilliseconds = 600_000, empty, processResult, key } = options;
  // The arguments come from the typed functions of this very read, or were encoded from theirs.
  const typed = (args: readonly unknown[]) => args as unknown as Args;
  checkOptions(options);
  return {
    name: options.name,
    fetch: async (args) => fetch(...typed(args)),
    lifetime: (args) =>
      typeof lifetimeMilliseconds === 'number'
        ? lifetimeMilliseconds
        : checkedLifetime(options.name, lifetimeMilliseconds(...typed(args))),
    fetchesOnMiss: (args) => (typeof fetchOnMiss === 'boolean' ? fetchOnMiss : fetchOnMiss(...typed(args))),
    fetchesOnStale: (header, now, args) =>
      fetchOnStale ? fetchOnStale(header, ...typed(args)) : now - header.computedAt > fetchOnStaleThresholdMilliseconds,
    empty: (args) => empty?.(...typed(args)),
    processed: (value, status, args) =>
      processResult ? processResult(value as Value, { status, args: typed(args) }) : value,
    identity: (args) => (key ? key(...typed(args)) : args),
    ttlMilliseconds: options.ttlMilliseconds ?? 30 * dayMilliseconds,
    staleIfErrorMilliseconds: options.staleIfErrorMilliseconds ?? Infinity,
    refreshTimeoutMilliseconds: options.refreshTimeoutMilliseconds ?? 60_000,
    waitMilliseconds: options.waitMilliseconds ?? 10_000,
    beta: options.earlyRefresh?.beta ?? 0,
    schemaVersion: options.schemaVersion ?? 1,
    codec: (options.codec ?? plainDataCodec) as Codec<unknown>,
  };
}

function checkOptions<Args extends readonly unknown[], Value, Result>(options: ReadOptions<Args, Value, Result>): void {
  const { name, lifetimeMilliseconds = 0, ttlMilliseconds = 30 * dayMilliseconds, fetchOnMiss = true } = options;
  checkName('name of a read', name);
  const check = (member: string, value: unknown, [holds, expected]: readonly [boolean, string]) => {
    if (!holds) throw new RangeError(`${member} of the read ${name} is ${value}, expected ${expected}`);
  };
  for (const member of ['fetchOnStaleThresholdMilliseconds', 'staleIfErrorMilliseconds'] as const) {
    const { [member]: value = 0 } = options;
    check(member, value, [value >= 0, '0 or more milliseconds']);
  }
  check('ttlMilliseconds', ttlMilliseconds, [ttlMilliseconds > 0, 'more than 0 milliseconds']);
  if (typeof lifetimeMilliseconds === 'number') {
    const most = `at most ttlMilliseconds, which is ${ttlMilliseconds}`;
    checkedLifetime(name, lifetimeMilliseconds);
    check('lifetimeMilliseconds', lifetimeMilliseconds, [lifetimeMilliseconds <= ttlMilliseconds, most]);
  }
  const {
    refreshTimeoutMilliseconds: timeout = 1,
    waitMilliseconds: wait = 0,
    earlyRefresh,
    schemaVersion = 1,
  } = options;
  const { beta = 0 } = earlyRefresh ?? {};
  const isVersion = Number.isInteger(schemaVersion) && schemaVersion >= 0 && schemaVersion <= 0xffffffff;
  check('refreshTimeoutMilliseconds', timeout, [timeout > 0 && timeout <= longest, `more than 0, at most ${longest}`]);
  check('waitMilliseconds', wait, [wait >= 0 && wait <= longest, `0 to ${longest}`]);
  check('earlyRefresh.beta', beta, [beta >= 0 && beta < Infinity, '0 or more']);
  check('schemaVersion', schemaVersion, [isVersion, 'an integer from 0 to 4294967295']);
  check('empty', 'missing', [fetchOnMiss === true || !!options.empty, 'a function, as fetchOnMiss is not true']);
}

/** Throws a `RangeError` for a name that keys cannot contain as it is. */
export function checkName(what: string, name: string): void {
  if (/^[\w.-]{1,200}$/.test(name)) return;
  const expected = '1 to 200 letters, digits, dots, underscores and hyphens';
  throw new RangeError(`${what} is ${JSON.stringify(name)}, expected ${expected}`);
}

function checkedLifetime(name: string, milliseconds: number): number {
  if (milliseconds >= 0) return milliseconds;
  throw new RangeError(`lifetimeMilliseconds of the read ${name} is ${milliseconds}, expected 0 or more milliseconds`);
}
