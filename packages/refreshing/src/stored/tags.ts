import { hash, randomUUID } from 'node:crypto';
import type { Clock, Store } from '@cellshed/cache';
import { answeredWithin, decodeEntry, encodeEntry } from '@cellshed/cache';

/**
 * The tags of a cache. A tag has a **version**, a random word under a key of its own, and a value
 * that is kept under tags is stamped with the versions that they had before its fetch began.
 * Clearing a tag removes its version: no value that is stamped with it is ever served again, and
 * the next fetch makes another. So clearing takes one step whatever there is, needs no script
 * across slots of a cluster, and also reaches what is being fetched. A version that the store loses
 * clears its tag, too.
 */
export interface Tags {
  /** The key of the version of each tag. */
  keysOf(tags: readonly string[]): string[];
  /**
   * The stamp of values while the tags have these versions, as the store has them; undefined: one
   * of them has none.
   */
  stamp(tags: readonly string[], versions: readonly (Uint8Array | undefined)[]): Stamp | undefined;
  /**
   * The stamp, once each tag has a version; undefined where one was cleared just now. Rejects with
   * a `StoreError`.
   */
  ensure(tags: readonly string[], ttlMilliseconds: number): Promise<Stamp | undefined>;
  /** Rejects with a `StoreError`. */
  clear(tag: string): Promise<void>;
}

/** 16 bytes, as text; `''` for what has no tags. */
export type Stamp = string;

export const stampBytes = 16;

export interface TagsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly prefix: string;
  readonly timeoutMilliseconds: number;
}

/**
 * A version that expires clears its tag, so it lives much longer than the values that are stamped
 * with it.
 */
const leastLifeMilliseconds = 30 * 24 * 3_600_000;

const schemaVersion = 1;

export function tagsIn({ store, clock, prefix, timeoutMilliseconds }: TagsOptions): Tags {
  // No read's name has an @.
  const keyOf = (tag: string) => `${prefix}:@${tag}`;
  const keysOf = (tags: readonly string[]) => tags.map(keyOf);
  const bounded = <T>(call: Promise<T>) => answeredWithin(timeoutMilliseconds, call);

  const stamp: Tags['stamp'] = (tags, versions) => {
    if (tags.length === 0) return '';
    const words = versions.map((bytes) => wordIn(bytes, clock()));
    if (words.includes(undefined)) return undefined;
    const pairs = JSON.stringify(tags.map((tag, at) => [tag, words[at]]));
    return hash('sha256', pairs, 'buffer').subarray(0, stampBytes).toString('hex');
  };
  const make = async (key: string, ttlMilliseconds: number) => {
    // In this order: a version that is made while its tag is cleared is refused.
    const epoch = await bounded(store.fence.epoch(key));
    const life = Math.max(leastLifeMilliseconds, 4 * ttlMilliseconds);
    const times = { computedAt: clock(), freshUntil: null, hardUntil: life === Infinity ? null : clock() + life };
    const version = encodeEntry({ ...times, value: Buffer.from(randomUUID()), costMs: 0, schemaVersion });
    const living = life === Infinity ? {} : { ttlMilliseconds: life };
    // A version that another process has made meanwhile stays.
    await bounded(store.fence.write(key, version, { ...living, epoch, ifAbsent: true }));
  };
  return {
    keysOf,
    stamp,
    ensure: async (tags, ttlMilliseconds) => {
      const keys = keysOf(tags);
      const before = await bounded(store.getMany(keys));
      const missing = keys.filter((_, at) => wordIn(before[at], clock()) === undefined);
      if (missing.length === 0) return stamp(tags, before);
      await Promise.all(missing.map((key) => make(key, ttlMilliseconds)));
      return stamp(tags, await bounded(store.getMany(keys)));
    },
    clear: async (tag) => {
      await bounded(store.fence.remove(keyOf(tag)));
    },
  };
}

function wordIn(bytes: Uint8Array | undefined, now: number): string | undefined {
  const entry = bytes && decodeEntry(bytes);
  if (entry?.schemaVersion !== schemaVersion || (entry.hardUntil !== null && now > entry.hardUntil)) return undefined;
  return Buffer.from(entry.value).toString();
}
