import type { EntryHeader } from '../entry.ts';
import { fingerprint } from '../key.ts';
import type { Found } from './entries.ts';
import type { Fetching } from './fetching.ts';
import { earlyRefreshProbability, invalidated, isFresh, isServable, timesOf } from './freshness.ts';
import { messageOf } from './message-of.ts';
import type { Definition, ReadStatus } from './options.ts';
import { type Asked, away, type Parts, unlessAway } from './parts.ts';
import { toJson } from './plain-data.ts';
import type { Queueing } from './queueing.ts';

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

/**
 * One kind of value, kept per arguments. Arguments must be plain data (see `toJson`) unless the option `key` makes such of them; all
 * functions reject with a `TypeError` where they are not.
 */
export interface RefreshingRead<Args extends readonly unknown[], Value, Result = Value> {
  /**
   * The value: from the cache, or fetched. Rejects with what `fetch` throws, if there is no value that may stand in for it; after a failure
   * that same error is given again for a while without another fetch.
   */
  get(...args: Args): Promise<Result>;
  /** The same, and where the value came from. */
  read(...args: Args): Promise<ReadAnswer<Result>>;
  /** What is there, as it is: fetches nothing, queues nothing, changes nothing. `undefined` for nothing, or no store. */
  peek(...args: Args): Promise<Peeked<Value> | undefined>;
  /** Puts a value in place of whatever is there or being fetched. Answers whether the store took it. */
  set(args: Args, value: Value): Promise<boolean>;
  /** Deletes, and what is queued or being fetched does not bring the value back. Answers whether there was one. Rejects with a `StoreError`. */
  delete(...args: Args): Promise<boolean>;
  /**
   * Makes the value stale and queues one refresh; what is just being fetched is outdated and will not be kept. Answers whether there
   * was a value. Rejects with a `StoreError`.
   */
  invalidate(...args: Args): Promise<boolean>;
  /** Fetches now and keeps the value. Rejects with what `fetch` throws; then the old value stays. */
  refresh(...args: Args): Promise<Result>;
  /** The key in the store. */
  keyOf(...args: Args): string;
}

/** The same for any arguments and values: types are put on it where it is handed out. */
export type UntypedRead = RefreshingRead<readonly unknown[], unknown, unknown>;

interface Answer {
  readonly status: ReadStatus;
  readonly decoded: unknown;
  readonly computedAt: number | null;
}

export interface RefreshingReadDependencies {
  readonly parts: Parts;
  readonly fetching: Fetching;
  readonly queueing: Queueing;
  readonly prefix: string;
}

export function refreshingRead(definition: Definition, dependencies: RefreshingReadDependencies): UntypedRead {
  const { parts, fetching, prefix } = dependencies;
  const { clock, entries, flights, backoff, counts } = parts;
  const answerTo = answering(dependencies);
  const asked = (args: readonly unknown[]): Asked => {
    const print = fingerprint(toJson(definition.identity(args), 'args'));
    return { definition, args, key: `${prefix}:${definition.name}:${print}` };
  };
  const read = async (args: readonly unknown[]): Promise<ReadAnswer<unknown>> => {
    const { status, decoded, computedAt } = await answerTo(asked(args));
    counts[countOf[status]] += 1;
    return { value: definition.processed(decoded, status, args), status, computedAt };
  };
  /** From now on nobody in this process waits for what was being fetched, or hears of its failure. */
  const forget = (key: string) => {
    flights.forget(key);
    backoff.succeeded(key);
  };
  return {
    keyOf: (...args) => asked(args).key,
    read: (...args) => read(args),
    get: async (...args) => (await read(args)).value,
    peek: async (...args) => {
      const { key } = asked(args);
      const found = await unlessAway(counts, 'failedReads', entries.find(key, definition));
      if (found === away || !found) return undefined;
      const { decoded, value: _, ...header } = found;
      return { value: decoded, status: isFresh(header, clock()) ? 'hit' : 'stale', header };
    },
    set: async (args, value) => {
      const { key } = asked(args);
      const { ttlMilliseconds, schemaVersion, codec } = definition;
      const times = timesOf(clock(), { lifetimeMilliseconds: definition.lifetime(args), ttlMilliseconds });
      const entry = { ...times, value: codec.encode(value), costMs: 0, schemaVersion };
      const put = entries.move(key).then(() => entries.put(key, entry));
      if ((await unlessAway(counts, 'droppedWrites', put)) === away) return false;
      counts.writes += 1;
      return true;
    },
    delete: async (...args) => {
      const { key } = asked(args);
      forget(key);
      return entries.remove(key);
    },
    invalidate: async (...args) => {
      const { key } = asked(args);
      forget(key);
      const epoch = await entries.move(key);
      const found = await entries.find(key, definition);
      if (!found) return false;
      await entries.write(key, invalidated(found), epoch);
      await dependencies.queueing.afterInvalidation(asked(args));
      return true;
    },
    refresh: async (...args) => {
      const entry = await fetching.alone(asked(args));
      return definition.processed(definition.codec.decode(entry.value), 'miss', args);
    },
  };
}

const countOf = { hit: 'hits', stale: 'stale', miss: 'misses', empty: 'empties' } as const;

/** Decides what a reader gets, and what else is done for the sake of the next one. */
function answering({ parts, fetching, queueing }: RefreshingReadDependencies): (asked: Asked) => Promise<Answer> {
  const { clock, random, entries, backoff, counts, report, background } = parts;

  const refreshSoon = (asked: Asked) =>
    background(async () => {
      // While the store is away nothing can be refreshed.
      await unlessAway(counts, 'failedReads', queueing.soon(asked));
    });
  const mustFetch = ({ definition, args }: Asked, entry: Found) =>
    !isFresh(entry, clock()) && definition.fetchesOnStale(headerOf(entry), clock(), args);
  const fetched = async (asked: Asked, storeIsAway: boolean): Promise<Answer> => {
    const failure = backoff.failure(asked.key);
    if (failure) throw failure.error;
    const isGood = (entry: Found) => !mustFetch(asked, entry);
    const entry = await fetching.shared(asked, { isGood, storeIsAway });
    // Decoded by each reader, so that what one does to its copy is nothing to another.
    return { status: 'miss', decoded: asked.definition.codec.decode(entry.value), computedAt: entry.computedAt };
  };
  const fetchedOrStale = async (asked: Asked, old: Found): Promise<Answer> => {
    try {
      return await fetched(asked, false);
    } catch (cause) {
      const age = clock() - old.computedAt;
      if (age > asked.definition.staleIfErrorMilliseconds || !isServable(old, clock())) throw cause;
      report(new Error(`the fetch of ${asked.key} failed, its stale value is served: ${messageOf(cause)}`, { cause }));
      return answerOf('stale', old);
    }
  };
  const isDueEarly = ({ definition: { beta } }: Asked, entry: Found) =>
    random() < earlyRefreshProbability(entry, { now: clock(), beta });

  return async (asked) => {
    const { definition, key, args } = asked;
    const found = await unlessAway(counts, 'failedReads', entries.find(key, definition));
    if (found === away || !found) {
      if (definition.fetchesOnMiss(args)) return fetched(asked, found === away);
      if (found !== away) refreshSoon(asked);
      return { status: 'empty', decoded: definition.empty(args), computedAt: null };
    }
    if (mustFetch(asked, found)) return fetchedOrStale(asked, found);
    const isHit = isFresh(found, clock());
    if (!isHit || isDueEarly(asked, found)) refreshSoon(asked);
    return answerOf(isHit ? 'hit' : 'stale', found);
  };
}

function answerOf(status: ReadStatus, { decoded, computedAt }: Found): Answer {
  return { status, decoded, computedAt };
}

function headerOf({ decoded: _, value: __, ...header }: Found): EntryHeader {
  return header;
}
