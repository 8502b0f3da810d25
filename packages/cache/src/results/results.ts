import {
  expectAtLeast,
  expectBytes,
  expectFunction,
  expectIfAny,
  expectNumber,
  expectObject,
  expectText,
} from '@cellshed/expected';
import {
  decodeEntry,
  decodeHeader,
  decodePackedEntry,
  type Entry,
  type EntryHeader,
  encodeEntry,
  entryHeaderBytes,
  type PackedEntry,
} from '../entry.ts';
import { answerOf } from '../layers/layers.ts';
import { answeredWithin, within } from '../stores/answered-within.ts';
import { type Clock, checkKey, expectStore, type SetOptions, type Store, StoreError } from '../stores/store.ts';
import type { StoreState, StoreWatch } from '../stores/store-watch.ts';

export interface ResultCacheOptions {
  readonly store: Store;
  /** The version of the values; entries of another one are misses. */
  readonly schemaVersion: number;
  readonly clock?: Clock;
  /** The time that one call of the store may take; default 1,000. */
  readonly timeoutMilliseconds?: number;
  /** The watch with which the store was opened, for `stats`. */
  readonly watch?: StoreWatch;
}

/** Says which value is meant, without the value; plain JSON. */
export interface Ticket {
  readonly key: string;
  readonly etag: string;
}

/**
 * The outcome for a ticket's value. `evicted`: it is deleted, expired or damaged, or the store is
 * away. `changed`: another value is stored there. `schema`: an entry of another schema version is.
 */
export type Redeemed =
  | { readonly outcome: 'value'; readonly value: Uint8Array; readonly header: EntryHeader }
  | { readonly outcome: 'evicted' | 'changed' | 'schema' };

/**
 * The epoch for a write whose `begin` could not tell it. The write is refused if the entry was
 * deleted as long ago as the store remembers. While the store cannot tell that either, nobody can
 * delete an entry, and it is written.
 */
export const unknownEpoch = 'unknown';

export interface WriteOptions {
  /**
   * The time when the computation began, in milliseconds since 1970. The entry's age counts from
   * it.
   */
  readonly startedAt: number;
  /** The time that the computation took. */
  readonly costMs: number;
  /**
   * Counted from `startedAt`; above 0. An older result is stale, but may be served. Without it the
   * result is fresh as long as it is kept.
   */
  readonly lifetimeMilliseconds?: number | undefined;
  /**
   * Counted from `startedAt`; above 0. An older result is not served. Without it the result never
   * expires.
   */
  readonly ttlMilliseconds?: number | undefined;
  /**
   * The epoch that `begin` returned. With it the write is refused if the entry was deleted since,
   * or another writer that started later has written.
   */
  readonly epoch?: string | undefined;
  /** The store's option `verify`. */
  readonly verify?: boolean | undefined;
}

export interface ResultCacheStats {
  readonly hits: number;
  /** Looks that found nothing to serve, for whatever reason. */
  readonly misses: number;
  /** Tickets whose value could not be had. */
  readonly lost: number;
  readonly writes: number;
  /**
   * Writes that were refused: the entry was deleted, or written by a later computation, since they
   * began; or the store did not keep it.
   */
  readonly fencedWrites: number;
  /**
   * Writes that were given up: the store failed or did not keep it, or the result had expired
   * before it was there.
   */
  readonly droppedWrites: number;
  /** Looks and redeems that failed in the store. */
  readonly failedReads: number;
  /** The store's message when it failed last. */
  readonly lastFailure: string | null;
  /** The states of the stores beneath, if they are watched. */
  readonly stores?: readonly StoreState[];
}

/**
 * The results of operations, in one store. While the store fails or does not answer, everything
 * is a miss, writes are dropped, and both are counted; only `delete`, whose caller must know,
 * rejects then (with a `StoreError`).
 */
export interface ResultCache {
  /** Reads the header alone of an entry that may be served. */
  look(key: string): Promise<EntryHeader | undefined>;
  /** Looks in the same way, and answers what means the value. */
  ticket(key: string): Promise<Ticket | undefined>;
  /**
   * Reads the value that the ticket means. An equal value written again in between is that value.
   */
  redeem(ticket: Ticket): Promise<Redeemed>;
  read(key: string): Promise<Entry | undefined>;
  /** Reads the value as it is stored, for a caller that passes it on. */
  readPacked(key: string): Promise<PackedEntry | undefined>;
  /**
   * Reads the values of all keys in the same way, together where the store can. Undefined: the
   * store fails or does not answer.
   */
  readManyPacked(keys: readonly string[]): Promise<readonly (PackedEntry | undefined)[] | undefined>;
  /**
   * To be called before a computation begins: the entry's epoch. `undefined` when the store does
   * not answer.
   */
  begin(key: string): Promise<string | undefined>;
  /** Answers whether the value was written. */
  write(key: string, value: Uint8Array, options: WriteOptions): Promise<boolean>;
  /**
   * Deletes the entry, and fences off computations of it that are under way. Answers whether there
   * was one.
   */
  delete(key: string): Promise<boolean>;
  /** Counts since the cache was made. */
  stats(): ResultCacheStats;
}

/** Makes one over a store that stays the caller's to close. */
export function resultCache(options: ResultCacheOptions): ResultCache {
  expectObject('the options of a result cache', options);
  expectStore('store of a result cache', options.store);
  expectNumber('schemaVersion of a result cache', options.schemaVersion);
  expectIfAny('timeoutMilliseconds of a result cache', options.timeoutMilliseconds, expectAtLeast(0));
  expectIfAny('clock of a result cache', options.clock, expectFunction);
  const { store, schemaVersion, clock = Date.now, timeoutMilliseconds = 1000, watch } = options;
  const counts = { hits: 0, misses: 0, lost: 0, writes: 0, fencedWrites: 0, droppedWrites: 0, failedReads: 0 };
  let lastFailure: string | null = null;

  /**
   * Makes something of the answer, or of none where the store fails or is late, which is counted.
   */
  const orNone = <T, R>(
    count: 'droppedWrites' | 'failedReads',
    call: Promise<T | undefined>,
    answered: (answer: T | undefined) => R,
  ): Promise<R> => {
    const failed = (error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      counts[count] += 1;
      lastFailure = error.message;
      return answered(undefined);
    };
    const late = () => failed(new StoreError(`the store did not answer within ${timeoutMilliseconds} ms`));
    return within(timeoutMilliseconds, call, { answered, failed, late });
  };
  const inTime = ({ hardUntil }: EntryHeader) => hardUntil === null || clock() <= hardUntil;
  const found = <H extends EntryHeader>(header: H | undefined): H | undefined => {
    const hit = header?.schemaVersion === schemaVersion && inTime(header);
    counts[hit ? 'hits' : 'misses'] += 1;
    return hit ? header : undefined;
  };
  // Not an async function, as each promise is paid at every read.
  const get = (key: string) => {
    try {
      checkKey(key);
    } catch (error) {
      return Promise.reject(error);
    }
    return store.get(key);
  };
  const fenced = async (key: string, bytes: Uint8Array, { epoch, ...options }: SetOptions & { epoch: string }) => {
    if (epoch !== unknownEpoch) return store.fence.write(key, bytes, { ...options, epoch });
    const now = await answerOf(() => store.fence.epoch(key));
    if ('failure' in now) return store.set(key, bytes, options);
    return now.value === '' && store.fence.write(key, bytes, { ...options, epoch: '' });
  };
  const decoded = (bytes: Uint8Array | undefined) => bytes && decodeEntry(bytes);
  const decodedHit = (bytes: Uint8Array | undefined) => found(bytes && decodeEntry(bytes));
  const packedHit = (bytes: Uint8Array | undefined) => found(bytes && decodePackedEntry(bytes));
  const look = async (key: string) => {
    checkKey(key);
    return orNone('failedReads', store.head(key, entryHeaderBytes), (bytes) => found(bytes && decodeHeader(bytes)));
  };

  return {
    look,
    ticket: async (key) => {
      const header = await look(key);
      return header && { key, etag: header.etag };
    },
    redeem: async (ticket) => {
      expectObject('a ticket', ticket);
      const { key, etag } = ticket;
      expectText('etag of a ticket', etag);
      const entry = await orNone('failedReads', get(key), decoded);
      const redeemed = entry && inTime(entry) ? judge(entry, etag, schemaVersion) : ({ outcome: 'evicted' } as const);
      if (redeemed.outcome !== 'value') counts.lost += 1;
      return redeemed;
    },
    read: (key) => orNone('failedReads', get(key), decodedHit),
    readPacked: (key) => orNone('failedReads', get(key), packedHit),
    readManyPacked: async (keys) => {
      keys.forEach(checkKey);
      return orNone('failedReads', store.getMany(keys), (all) => all?.map(packedHit));
    },
    begin: (key) => orNone('failedReads', store.fence.epoch(key), (epoch) => epoch),
    write: async (key, value, writing) => {
      checkKey(key);
      expectBytes(`the value of ${key}`, value);
      checkWriting(writing);
      const { startedAt, costMs, lifetimeMilliseconds, ttlMilliseconds, epoch, verify = false } = writing;
      const after = (milliseconds: number | undefined) =>
        milliseconds === undefined ? null : startedAt + milliseconds;
      const hardUntil = after(ttlMilliseconds);
      const times = { computedAt: startedAt, freshUntil: after(lifetimeMilliseconds) ?? hardUntil, hardUntil };
      const bytes = encodeEntry({ value, ...times, costMs, schemaVersion });
      const left = hardUntil === null ? undefined : hardUntil - clock();
      if (left !== undefined && left <= 0) {
        counts.droppedWrites += 1;
        return false;
      }
      const options = { ...(left !== undefined && { ttlMilliseconds: left }), verify };
      const stored = epoch === undefined ? store.set(key, bytes, options) : fenced(key, bytes, { ...options, epoch });
      const written = await orNone('droppedWrites', stored, (done) => done);
      if (written) counts.writes += 1;
      else if (written === false) counts[epoch === undefined ? 'droppedWrites' : 'fencedWrites'] += 1;
      return written === true;
    },
    delete: async (key) => answeredWithin(timeoutMilliseconds, store.fence.remove(key)),
    stats: () => ({ ...counts, lastFailure, ...(watch && { stores: watch.states() }) }),
  };
}

function checkWriting(options: WriteOptions): void {
  expectObject('the options of a write', options);
  const { startedAt, costMs, lifetimeMilliseconds, ttlMilliseconds, epoch } = options;
  expectNumber('startedAt', startedAt);
  expectNumber('costMs', costMs);
  expectIfAny('lifetimeMilliseconds', lifetimeMilliseconds, expectNumber);
  expectIfAny('ttlMilliseconds', ttlMilliseconds, expectNumber);
  expectIfAny('epoch', epoch, expectText);
}

function judge({ value, ...header }: Entry, etag: string, schemaVersion: number): Redeemed {
  if (header.schemaVersion !== schemaVersion) return { outcome: 'schema' };
  if (header.etag !== etag) return { outcome: 'changed' };
  return { outcome: 'value', value, header };
}
