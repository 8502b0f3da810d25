import type { EntryHeader } from '@cellshed/cache';
import { fingerprint } from '@cellshed/cache';
import { expected, expectList, expectObject } from '@cellshed/expected';
import { type Answer, answering } from './fetching/answering.ts';
import { entryOf } from './fetching/fetched-entry.ts';
import { invalidated, isFresh } from './fetching/freshness.ts';
import type { Fetching } from './fetching/wanted.ts';
import type { Definition } from './options.ts';
import { type Asked, away, type Parts, unlessAway } from './parts.ts';
import type { Queueing } from './queues/queueing.ts';
import type { ReadOptions, ReadStatus } from './read-options.ts';
import { toJson } from './stored/plain-data.ts';

export interface ReadAnswer<Result> {
  readonly value: Result;
  readonly status: ReadStatus;
  /** The moment for which the value speaks, in milliseconds since 1970; `null` for `empty()`. */
  readonly computedAt: number | null;
}

export interface Peeked<Value> {
  readonly value: Value;
  readonly status: 'hit' | 'stale';
  readonly header: EntryHeader;
}

export interface SetValueOptions {
  /** Reads the value back: the answer is false where it is not there, or another one is. */
  readonly verify?: boolean;
}

/** The options that differ from those of the read that it is made from. */
export type ReadOverrides<Args extends readonly unknown[], Value, Result> = Pick<ReadOptions<Args, Value>, 'name'> &
  Partial<Omit<ReadOptions<Args, Value, Result>, 'name'>>;

/**
 * One kind of value, kept per arguments. Arguments must be plain data (see `toJson`), as a queue
 * carries them to the process that refreshes; all functions reject at once with a `TypeError` that
 * names the place where they are not.
 */
export interface RefreshingRead<Args extends readonly unknown[], Value, Result = Value> {
  /**
   * The value: from the cache, or fetched. Rejects with what `fetch` throws, if there is no value
   * that may stand in for it; after a failure that same error is given again for a while without
   * another fetch.
   */
  get(...args: Args): Promise<Result>;
  /** The same, and where the value came from. */
  read(...args: Args): Promise<ReadAnswer<Result>>;
  /**
   * The values for many arguments, in their order: what is there is read at once, what is missing
   * is fetched at once if the read has a `fetchMany`. Rejects as `get` does when one of them cannot
   * be had; those that were fetched are kept all the same.
   */
  getMany(many: readonly Args[]): Promise<Result[]>;
  /** The same, and where each value came from. */
  readMany(many: readonly Args[]): Promise<ReadAnswer<Result>[]>;
  /**
   * The entry as it is: fetches nothing, queues nothing, changes nothing. `undefined` for nothing,
   * or no store.
   */
  peek(...args: Args): Promise<Peeked<Value> | undefined>;
  /**
   * Puts a value in place of whatever is there or being fetched. Answers whether the store kept
   * it: false where it is away or the value is larger than all that it may hold, and for a value
   * that by `lifetimeOf` is not to be kept, for which what is there goes.
   */
  set(args: Args, value: Value, options?: SetValueOptions): Promise<boolean>;
  /**
   * Deletes, and what is queued or being fetched does not bring the value back. Answers whether
   * there was one. Rejects with a `StoreError`.
   */
  delete(...args: Args): Promise<boolean>;
  /**
   * Makes the value stale and queues one refresh; what is just being fetched is outdated and will
   * not be kept. Answers whether there was a value. Rejects with a `StoreError`.
   */
  invalidate(...args: Args): Promise<boolean>;
  /**
   * Fetches now and keeps the value. Rejects with what `fetch` throws; then the old value stays.
   */
  refresh(...args: Args): Promise<Result>;
  /**
   * Queues a refresh, whatever is there and however old. Answers false where one is queued already
   * or a fetch is under way. If it cannot be queued a fetch is tried in the background. Rejects
   * with a `StoreError`.
   */
  refreshSoon(...args: Args): Promise<boolean>;
  /**
   * Another read, under another name, of which everything that is not said is as it is here; in the
   * same cache.
   */
  extend<Other = Result>(overrides: ReadOverrides<Args, Value, Other>): RefreshingRead<Args, Value, Other>;
  /** The options with which it was defined. */
  readonly options: ReadOptions<Args, Value, Result>;
  /** The key in the store. */
  keyOf(...args: Args): string;
}

/**
 * The same for any arguments and values, without what makes other reads: types are put on it where
 * it is handed out.
 */
export type UntypedRead = Omit<RefreshingRead<readonly unknown[], unknown, unknown>, 'extend' | 'options'>;

export interface RefreshingReadDependencies {
  readonly parts: Parts;
  readonly fetching: Fetching;
  readonly queueing: Queueing;
  readonly prefix: string;
}

export function refreshingRead(definition: Definition, dependencies: RefreshingReadDependencies): UntypedRead {
  const { parts, fetching, queueing, prefix } = dependencies;
  const { clock, entries, flights, backoff, counts } = parts;
  const answer = answering(dependencies);
  const asked = (args: readonly unknown[], place?: string) => askedFor(definition, prefix, args, place);
  const finished = (args: readonly unknown[], { status, copy, computedAt }: Answer): ReadAnswer<unknown> => {
    counts[countOf[status]] += 1;
    return { value: definition.processed(copy(), status, args), status, computedAt };
  };
  const read = async (args: readonly unknown[]) => finished(args, await answer.one(asked(args)));
  const readMany = async (many: readonly (readonly unknown[])[]) => {
    expectList('what many values are asked for', many);
    const all = many.map((args, at) => {
      expected(`the arguments at ${at}`, args, [Array.isArray(args), 'a list of them']);
      return asked(args, `many[${at}]`);
    });
    const each = [...new Map(all.map((one) => [one.key, one])).values()];
    const outcomes = await answer.many(each);
    const byKey = new Map(each.map(({ key }, at) => [key, outcomes[at] as (typeof outcomes)[number]]));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return all.map(({ key, args }) => {
      const { value } = byKey.get(key) as PromiseFulfilledResult<Answer>;
      return finished(args, value);
    });
  };
  /**
   * From now on nobody in this process waits for what was being fetched, or hears of its failure.
   */
  const forget = (key: string) => {
    flights.forget(key);
    backoff.succeeded(key);
  };
  const put = async (where: Asked, value: unknown, { verify = false }: SetValueOptions): Promise<boolean> => {
    const { entry, isKept } = entryOf(where, value, { computedAt: clock(), costMs: 0 });
    if (!isKept) {
      counts.unkept += 1;
      await entries.remove(where.key);
      return false;
    }
    const stamp = await entries.stamp(where);
    await entries.move(where.key);
    const kept = stamp !== undefined && (await entries.put(where, entry, { stamp, verify }));
    counts[kept ? 'writes' : 'droppedWrites'] += 1;
    return kept;
  };

  return {
    keyOf: (...args) => asked(args).key,
    read: (...args) => read(args),
    get: async (...args) => (await read(args)).value,
    readMany,
    getMany: async (many) => (await readMany(many)).map(({ value }) => value),
    peek: async (...args) => {
      const seen = await unlessAway(counts, 'failedReads', entries.look(asked(args)));
      if (seen === away || !seen.entry) return undefined;
      const { decoded, value: _, ...header } = seen.entry;
      return { value: decoded, status: isFresh(header, clock()) ? 'hit' : 'stale', header };
    },
    set: async (args, value, options = {}) => {
      expectList('the arguments of set', args);
      expectObject('the options of set', options);
      return (await unlessAway(counts, 'droppedWrites', put(asked(args), value, options))) === true;
    },
    delete: async (...args) => {
      const { key } = asked(args);
      forget(key);
      return entries.remove(key);
    },
    invalidate: async (...args) => {
      const where = asked(args);
      forget(where.key);
      const epoch = await entries.move(where.key);
      const { entry, stamp } = await entries.look(where);
      if (!entry || stamp === undefined) return false;
      await entries.write(where, invalidated(entry), { epoch, stamp });
      await queueing.afterInvalidation(where);
      return true;
    },
    refresh: async (...args) => {
      const entry = await fetching.alone(asked(args));
      return definition.processed(definition.codec.decode(entry.value), 'miss', args);
    },
    refreshSoon: async (...args) => queueing.now(asked(args)),
  };
}

const countOf = { hit: 'hits', stale: 'stale', miss: 'misses', empty: 'empties' } as const;

/**
 * Throws a `TypeError` for arguments that no queue could carry, at once and not when a value has
 * grown old.
 */
function askedFor(definition: Definition, prefix: string, args: readonly unknown[], place = 'args'): Asked {
  const { name, identity } = definition;
  const queuedArgs = toJson(args, place);
  const tags = definition.tags(args);
  const print = fingerprint(identity ? toJson(identity(args), `key of the read ${name}`) : queuedArgs);
  // A value under other tags is another one, as it is stamped otherwise.
  const tagged = tags.length === 0 ? '' : `:${fingerprint(tags)}`;
  return { definition, args, queuedArgs, tags, key: `${prefix}:${name}:${print}${tagged}` };
}
