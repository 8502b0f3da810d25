import { expectFunctionsOf, expectText } from '@cellshed/expected';

/**
 * A place that keeps bytes under keys: memory, Redis, files. All stores keep the same promises;
 * `test/stores/store-suite.ts` says them one by one.
 *
 * - A **key** is a well-formed string of 1 to 1,024 UTF-16 code units without NUL. Every other
 *   character round-trips.
 * - **Bytes** come back exactly as they were set, also none at all, in an array of the reader's
 *   own. The array handed to `set` is the caller's again once `set` has resolved.
 * - A store may lose a value at any time (eviction, disk replaced). It never alters one, and never
 *   shows half of one.
 * - What the store itself cannot do (server away, disk full, closed) rejects with a `StoreError`. A
 *   wrong key, length or time to live is the caller's bug and rejects with a `RangeError`, a value
 *   of a wrong type with a `TypeError`.
 */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * The values of all keys, in their order; read together where the store can. A key may come
   * twice.
   */
  getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /**
   * The first `length` bytes (fewer if the value is shorter), without reading the rest where the
   * store can.
   */
  head(key: string, length: number): Promise<Uint8Array | undefined>;
  /**
   * Replaces value and time to live. Without `ttlMilliseconds` the value does not expire. Answers
   * whether the store kept the value: false for one that alone is larger than all that it may hold;
   * then nothing is there.
   */
  set(key: string, bytes: Uint8Array, options?: SetOptions): Promise<boolean>;
  /** Answers whether there was something to delete. */
  delete(key: string): Promise<boolean>;
  /**
   * Milliseconds left to live, `null` for a value that does not expire, `undefined` where there is
   * none.
   */
  ttlMilliseconds(key: string): Promise<number | null | undefined>;
  /**
   * The keys that begin with `prefix` (`''` for all), in no order and in bounded memory. Keys that
   * are set or deleted meanwhile may or may not be listed, and while others write a key may be
   * listed twice.
   */
  keys(prefix: string): AsyncIterable<string>;
  /** Closes the connections that the store opened itself. Every later call but `close` rejects. */
  close(): Promise<void>;
  /** Keeps those that refresh one entry from undoing each other's work. */
  readonly fence: Fence;
}

/**
 * The data beside an entry that are not a value and are never listed: leases and an epoch. A
 * **lease** is a right that one holder at a time has, until it releases it or the time is over. The
 * **epoch** is a word that changes when the entry is deleted or invalidated: a writer that
 * remembers the epoch from before its work can tell that the work is outdated. Plain `set` and
 * `delete` do not look at them, and leave the leases as they are; a plain `delete` may move the
 * epoch.
 *
 * The values under a fence are entries (`entry.ts`), because `write` compares the times from which
 * their ages count; anything else is older than any entry. A store may lose leases and epochs as it
 * may lose values. Then something is fetched twice, a write is refused without need, or a write
 * succeeds that was under way when its entry was deleted.
 */
export interface Fence {
  /**
   * The users among which it holds: all processes that use the same server, or the users of this
   * one object.
   */
  readonly reach: 'cluster' | 'process';
  /** Takes a lease, or renews the holder's own. False: another one has it. */
  take(key: string, lease: Lease): Promise<boolean>;
  /** Releases a lease, if the holder still has it. */
  release(key: string, lease: Omit<Lease, 'milliseconds'>): Promise<void>;
  /** The epoch now; `''` where the entry was never deleted or invalidated, or not for a week. */
  epoch(key: string): Promise<string>;
  /** Moves the epoch on without touching the value, and answers the new one. */
  move(key: string, options?: EpochOptions): Promise<string>;
  /**
   * Sets an entry, unless the epoch has changed, or there is an entry that was started later
   * (`computedAt`), or `ifAbsent` and there is anything. Answers whether it did.
   */
  write(key: string, entry: Uint8Array, options: FencedWriteOptions): Promise<boolean>;
  /** Deletes the value and moves the epoch on, in one step. Answers whether there was a value. */
  remove(key: string, options?: EpochOptions): Promise<boolean>;
}

export interface EpochOptions {
  /**
   * The time for which the new epoch is remembered, if the last one need not be remembered longer;
   * default a week.
   */
  readonly rememberMilliseconds?: number;
}

export interface Lease {
  /** Small letters, at least one; a key may have several leases. */
  readonly name: string;
  /** Tells holders apart, such as a UUID. */
  readonly holder: string;
  /** Above 0. */
  readonly milliseconds: number;
}

export interface FencedWriteOptions extends SetOptions {
  /** The epoch from before the work began. */
  readonly epoch: string;
  readonly ifAbsent?: boolean;
}

export interface SetOptions {
  /**
   * Above 0; the value can be read until that age, inclusive, and is deleted one millisecond later.
   */
  readonly ttlMilliseconds?: number;
  /**
   * Reads the value back, of several layers from the durable one: the answer is false where it is
   * not there, or another one is.
   */
  readonly verify?: boolean;
}

/** The time now, in milliseconds since 1970. */
export type Clock = () => number;

/**
 * A store could not do what it was asked: the message tells an operator which and why, `cause` is
 * the error beneath.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly publicMessage = 'what the service keeps cannot be reached';
}

/** The longest key, in UTF-16 code units, as `String.length` counts. */
export const maxKeyLength = 1024;

/** Throws a `RangeError` unless every store can keep the key. */
export function checkKey(key: string): void {
  expectText('a key', key);
  if (key.length === 0) throw new RangeError('a key is empty, expected at least one character');
  checkCharacters('key', key);
}

/** Throws unless every store can keep or list it. */
export function checkCharacters(what: 'key' | 'prefix', text: string): void {
  expectText(`a ${what}`, text);
  if (text.length > maxKeyLength) {
    throw new RangeError(
      `a ${what} has ${text.length} characters, expected at most ${maxKeyLength}: ${text.slice(0, 60)}…`,
    );
  }
  if (text.includes('\0')) throw new RangeError(`a ${what} contains NUL: ${JSON.stringify(text)}`);
  if (!text.isWellFormed()) throw new RangeError(`a ${what} contains half a surrogate pair: ${JSON.stringify(text)}`);
}

/** Throws a `TypeError` for what is no store, as callers without types may hand over anything. */
export function expectStore(what: string, value: unknown): void {
  expectFunctionsOf(what, value, ['get', 'head', 'set', 'delete', 'keys']);
}
