import { decodeEntry, decodeHeader, type Entry, type EntryHeader, encodeEntry, entryHeaderBytes } from './entry.ts';
import { type Clock, checkKey, type Store, StoreError } from './store.ts';

export interface ResultCacheOptions {
  readonly store: Store;
  /** Of the values; entries of another one are misses. */
  readonly schemaVersion: number;
  readonly clock?: Clock;
  /** How long one call of the store may take; default 1,000. */
  readonly timeoutMilliseconds?: number;
}

/** Says which value is meant, without the value; plain JSON. */
export interface Ticket {
  readonly key: string;
  readonly etag: string;
}

/**
 * What became of a ticket's value. `evicted`: it is gone, expired, damaged, or the store is away. `changed`: another value lies
 * there. `schema`: an entry of another schema version does.
 */
export type Redeemed =
  | { readonly outcome: 'value'; readonly value: Uint8Array; readonly header: EntryHeader }
  | { readonly outcome: 'evicted' | 'changed' | 'schema' };

export interface WriteOptions {
  /** When the computation began, in milliseconds since 1970: the moment from which the entry's age counts. */
  readonly startedAt: number;
  /** How long it took. */
  readonly costMs: number;
  /** Counted from `startedAt`; above 0. Without it the result never expires. */
  readonly ttlMilliseconds?: number;
}

export interface ResultCacheStats {
  readonly hits: number;
  /** Looks that found nothing to serve, for whatever reason. */
  readonly misses: number;
  /** Tickets whose value could not be had. */
  readonly lost: number;
  readonly writes: number;
  /** Writes that were given up: the store failed, or the result had expired before it was there. */
  readonly droppedWrites: number;
  /** Looks and redeems that failed in the store. */
  readonly failedReads: number;
  /** What the store said last when it failed. */
  readonly lastFailure: string | null;
}

/**
 * The results of operations, in one store. While the store fails or does not answer, everything is a miss, writes are dropped, and
 * both are counted; only `delete`, whose caller must know, rejects then (with a `StoreError`).
 */
export interface ResultCache {
  /** Looks, by the entry's header alone, whether there is something to serve. */
  ticket(key: string): Promise<Ticket | undefined>;
  /** Reads the value that the ticket means. An equal value written again in between is that value. */
  redeem(ticket: Ticket): Promise<Redeemed>;
  read(key: string): Promise<Entry | undefined>;
  /** Answers whether the value was written. */
  write(key: string, value: Uint8Array, options: WriteOptions): Promise<boolean>;
  /** Answers whether there was an entry. */
  delete(key: string): Promise<boolean>;
  /** Counts since the cache was made. */
  stats(): ResultCacheStats;
}

/** Makes one over a store that stays the caller's to close. */
export function resultCache(options: ResultCacheOptions): ResultCache {
  const { store, schemaVersion, clock = Date.now, timeoutMilliseconds = 1000 } = options;
  const counts = { hits: 0, misses: 0, lost: 0, writes: 0, droppedWrites: 0, failedReads: 0 };
  let lastFailure: string | null = null;

  const orFailed = async <T>(count: 'droppedWrites' | 'failedReads', call: Promise<T>): Promise<T | undefined> => {
    try {
      return await answeredWithin(timeoutMilliseconds, call);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      counts[count] += 1;
      lastFailure = error.message;
      return undefined;
    }
  };
  const inTime = ({ hardUntil }: EntryHeader) => hardUntil === null || clock() <= hardUntil;
  const found = <H extends EntryHeader>(header: H | undefined): H | undefined => {
    const hit = header?.schemaVersion === schemaVersion && inTime(header);
    counts[hit ? 'hits' : 'misses'] += 1;
    return hit ? header : undefined;
  };
  const load = async (key: string) => {
    checkKey(key);
    const bytes = await orFailed('failedReads', store.get(key));
    return bytes && decodeEntry(bytes);
  };

  return {
    ticket: async (key) => {
      checkKey(key);
      const bytes = await orFailed('failedReads', store.head(key, entryHeaderBytes));
      const header = found(bytes && decodeHeader(bytes));
      return header && { key, etag: header.etag };
    },
    redeem: async ({ key, etag }) => {
      const entry = await load(key);
      const redeemed = entry && inTime(entry) ? judge(entry, etag, schemaVersion) : ({ outcome: 'evicted' } as const);
      if (redeemed.outcome !== 'value') counts.lost += 1;
      return redeemed;
    },
    read: async (key) => found(await load(key)),
    write: async (key, value, { startedAt, costMs, ttlMilliseconds }) => {
      checkKey(key);
      const until = ttlMilliseconds === undefined ? null : startedAt + ttlMilliseconds;
      const times = { computedAt: startedAt, freshUntil: until, hardUntil: until };
      const bytes = encodeEntry({ value, ...times, costMs, schemaVersion });
      const left = until === null ? undefined : until - clock();
      if (left !== undefined && left <= 0) {
        counts.droppedWrites += 1;
        return false;
      }
      const stored = store.set(key, bytes, left === undefined ? {} : { ttlMilliseconds: left }).then(() => true);
      const written = (await orFailed('droppedWrites', stored)) === true;
      if (written) counts.writes += 1;
      return written;
    },
    delete: (key) => answeredWithin(timeoutMilliseconds, store.delete(key)),
    stats: () => ({ ...counts, lastFailure }),
  };
}

function judge({ value, ...header }: Entry, etag: string, schemaVersion: number): Redeemed {
  if (header.schemaVersion !== schemaVersion) return { outcome: 'schema' };
  if (header.etag !== etag) return { outcome: 'changed' };
  return { outcome: 'value', value, header };
}

function answeredWithin<T>(milliseconds: number, call: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new StoreError(`the store did not answer within ${milliseconds} ms`));
    const timer = setTimeout(late, milliseconds);
    call.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
