import type { EntryHeader } from '@cellshed/cache';
import { inWords } from '@cellshed/expected';
import { checkOptions, checkTags, checkTaskOptions, lifetimeProblem } from './check-options.ts';
import type { NotKept, ReadOptions, ReadStatus, TaskOptions } from './read-options.ts';
import { type Codec, plainDataCodec } from './stored/plain-data.ts';

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
  /** The function whose result tells values apart; undefined: all arguments do. */
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
const defaultTtlMilliseconds = 30 * dayMilliseconds;

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

/**
 * The checked value of an option for some arguments. It is checked once where it is the same for
 * all.
 */
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
