import type { EntryHeader } from '../entry.ts';
import { inWords } from '../expected.ts';
import { checkOptions, checkTags, checkTaskOptions, lifetimeProblem } from './check-options.ts';
import { type Codec, plainDataCodec } from './plain-data.ts';

/**
 * Where a value came from. `hit`: a fresh one was there. `stale`: an old one was there. `miss`:
 * it was fetched while the reader waited, by whomever. `empty`: nothing was there, and `empty()`
 * stands for it.
 */
export type ReadStatus = 'hit' | 'stale' | 'miss' | 'empty';

export interface AboutRead<Args extends readonly unknown[]> {
  readonly status: ReadStatus;
  readonly args: Args;
}

/**
 * How a refresh is queued, in the words of BullMQ, whose queues take them as they are: `priority`
 * (1 before 2, none before all), `delay` in milliseconds, `attempts`; and whatever else the queue
 * knows.
 */
export interface TaskOptions {
  readonly priority?: number;
  readonly delay?: number;
  readonly attempts?: number;
  readonly [option: string]: unknown;
}

/** Stands for a lifetime: readers who wait get the value, and it is not kept. */
export type NotKept = 'do not keep';

/** How one kind of value is read. Ages count from the moment when a value's fetch began. */
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
  /** Decides instead, by the value: also that it is not kept, and that what lies there goes. */
  readonly lifetimeOf?: NoInfer<(value: Value, ...args: Args) => number | NotKept>;
  /**
   * Beyond this age no value is served, whatever else is set; default 30 days, `Infinity` for ever.
   */
  readonly ttlMilliseconds?: number;
  /**
   * Whether a reader who finds nothing waits for a fetch (default) or gets `empty()` while a
   * refresh is queued.
   */
  readonly fetchOnMiss?: boolean | NoInfer<(...args: Args) => boolean>;
  /**
   * A reader who finds a stale value older than this waits for a fetch, others get the stale value;
   * default never.
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
   * How long a reader waits for a fetch that another one has begun before it fetches too; default
   * 10,000.
   */
  readonly waitMilliseconds?: number;
  /**
   * Refreshes values before they are stale, the more probably the nearer that is and the more
   * they cost: see `earlyRefreshProbability`. A `beta` above 1 refreshes earlier, one below 1
   * later. Off by default.
   */
  readonly earlyRefresh?: { readonly beta: number };
  /**
   * What a reader gets who finds nothing and does not wait; needed unless `fetchOnMiss` is `true`.
   */
  readonly empty?: NoInfer<(...args: Args) => Value>;
  /** What readers get instead of the value itself. */
  readonly processResult?: (value: NoInfer<Value>, about: NoInfer<AboutRead<Args>>) => Result;
  /** What tells values apart, if not all arguments do: plain data. */
  readonly key?: NoInfer<(...args: Args) => unknown>;
  /**
   * By which values can be cleared together: see `clearTag`. They must be told by the arguments, as
   * they are needed before the fetch.
   */
  readonly tags?: readonly string[] | NoInfer<(...args: Args) => readonly string[]>;
  /** How refreshes are queued. */
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

/** The same with all decisions made and the types of one read forgotten. */
export interface Definition {
  readonly name: string;
  fetch(args: readonly unknown[]): Promise<unknown>;
  /** Undefined: they are fetched one by one. */
  readonly fetchMany: ((many: readonly (readonly unknown[])[]) => Promise<readonly unknown[]>) | undefined;
  lifetime(value: unknown, args: readonly unknown[]): number | NotKept;
  fetchesOnMiss(args: readonly unknown[]): boolean;
  fetchesOnStale(header: EntryHeader, now: number, args: readonly unknown[]): boolean;
  empty(args: readonly unknown[]): unknown;
  processed(value: unknown, status: ReadStatus, args: readonly unknown[]): unknown;
  /** What tells values apart; undefined: all arguments. */
  readonly identity: ((args: readonly unknown[]) => unknown) | undefined;
  /** Each once, ascending. */
  tags(args: readonly unknown[]): readonly string[];
  taskOptions(args: readonly unknown[]): TaskOptions;
  readonly ttlMilliseconds: number;
  readonly staleIfErrorMilliseconds: number;
  readonly refreshTimeoutMilliseconds: number;
  readonly waitMilliseconds: number;
  readonly beta: number;
  readonly schemaVersion: number;
  readonly codec: Codec<unknown>;
}

const dayMilliseconds = 24 * 3_600_000;
export const defaultTtlMilliseconds = 30 * dayMilliseconds;

/** Throws a `RangeError` or `TypeError` that names the option, its value and what was expected. */
export function definitionOf<Args extends readonly unknown[], Value, Result>(
  options: ReadOptions<Args, Value, Result>,
): Definition {
  checkOptions(options);
  const { name, fetch, fetchMany, empty, processResult, key, tags = [], taskOptions = {} } = options;
  // The arguments come from the typed functions of this very read, or were encoded from theirs.
  const typed = (args: readonly unknown[]) => args as unknown as Args;
  return {
    name,
    fetch: async (args) => fetch(...typed(args)),
    fetchMany: fetchMany && (async (many) => fetchedMany(name, await fetchMany(many.map(typed)), many.length)),
    lifetime: lifetimeIn(options),
    ...freshnessIn(options),
    empty: (args) => empty?.(...typed(args)),
    processed: (value, status, args) =>
      processResult ? processResult(value as Value, { status, args: typed(args) }) : value,
    identity: key && ((args) => key(...typed(args))),
    tags: checkedFor(tags, (said) => checkTags(name, said)),
    taskOptions: checkedFor(taskOptions, (said) => checkTaskOptions(name, said)),
    ttlMilliseconds: options.ttlMilliseconds ?? defaultTtlMilliseconds,
    staleIfErrorMilliseconds: options.staleIfErrorMilliseconds ?? Infinity,
    refreshTimeoutMilliseconds: options.refreshTimeoutMilliseconds ?? 60_000,
    waitMilliseconds: options.waitMilliseconds ?? 10_000,
    beta: options.earlyRefresh?.beta ?? 0,
    schemaVersion: options.schemaVersion ?? 1,
    codec: (options.codec ?? plainDataCodec) as Codec<unknown>,
  };
}

/** What an option says for some arguments, checked: once, where it says the same for all. */
function checkedFor<Args extends readonly unknown[], Said extends object, Checked>(
  option: Said | ((...args: Args) => Said),
  check: (said: unknown) => Checked,
): (args: readonly unknown[]) => Checked {
  if (typeof option === 'function') return (args) => check(option(...(args as unknown as Args)));
  const checked = check(option);
  return () => checked;
}

function lifetimeIn<Args extends readonly unknown[], Value, Result>({
  name,
  lifetimeMilliseconds = 600_000,
  lifetimeOf,
}: ReadOptions<Args, Value, Result>): Definition['lifetime'] {
  const checked = (option: string, lifetime: number | NotKept) => {
    const problem = lifetimeProblem(lifetime, { mayBeNotKept: option === 'lifetimeOf' });
    if (problem !== undefined) throw new RangeError(`${option} of the read ${name} ${problem}`);
    return lifetime;
  };
  return (value, args) => {
    const typed = args as unknown as Args;
    if (lifetimeOf) return checked('lifetimeOf', lifetimeOf(value as Value, ...typed));
    if (typeof lifetimeMilliseconds === 'number') return lifetimeMilliseconds;
    return checked('lifetimeMilliseconds', lifetimeMilliseconds(...typed));
  };
}

/** When a reader waits for a fetch. */
function freshnessIn<Args extends readonly unknown[], Value, Result>(
  options: ReadOptions<Args, Value, Result>,
): Pick<Definition, 'fetchesOnMiss' | 'fetchesOnStale'> {
  const { name, fetchOnMiss = true, fetchOnStale, fetchOnStaleThresholdMilliseconds = Infinity } = options;
  // A promise would pass for true, whatever it comes to.
  const decided = (option: string, decision: boolean) => {
    if (typeof decision === 'boolean') return decision;
    throw new TypeError(`${option} of the read ${name} answered ${inWords(decision)}, expected true or false`);
  };
  return {
    fetchesOnMiss: (args) =>
      typeof fetchOnMiss === 'boolean'
        ? fetchOnMiss
        : decided('fetchOnMiss', fetchOnMiss(...(args as unknown as Args))),
    fetchesOnStale: (header, now, args) =>
      fetchOnStale
        ? decided('fetchOnStale', fetchOnStale(header, ...(args as unknown as Args)))
        : now - header.computedAt > fetchOnStaleThresholdMilliseconds,
  };
}

function fetchedMany(name: string, values: unknown, wanted: number): readonly unknown[] {
  if (Array.isArray(values) && values.length === wanted) return values;
  const got = Array.isArray(values) ? `${values.length} values` : inWords(values);
  throw new TypeError(`fetchMany of the read ${name} answered ${got}, expected a list of ${wanted} values`);
}
