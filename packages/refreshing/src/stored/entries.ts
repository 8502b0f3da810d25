import type { Clock, Fence, SetOptions, Store } from '@cellshed/cache';
import { answeredWithin, decodeEntry, type Entry, encodeEntry } from '@cellshed/cache';
import { isServable } from '../fetching/freshness.ts';
import type { Definition } from '../options.ts';
import { type Stamp, stampBytes, type Tags } from './tags.ts';

/** An entry that may be served, with what its codec makes of its value. */
export interface Found extends Entry {
  readonly decoded: unknown;
}

export type NewEntry = Omit<Entry, 'etag' | 'valueBytes'>;

/** The place of an entry, and the stamp that it must have. */
export interface Place {
  readonly definition: Definition;
  readonly key: string;
  readonly tags: readonly string[];
}

/**
 * The entry in a place, and the stamp that values there get now: undefined until each of its tags
 * has a version.
 */
export interface Seen {
  readonly entry: Found | undefined;
  readonly stamp: Stamp | undefined;
}

/** The options of writing an entry. */
export interface Writing {
  readonly epoch: string;
  readonly stamp: Stamp;
}

/**
 * The entries of one store, as refreshing reads use them. Each call rejects with a `StoreError`
 * when the store fails or is late.
 */
export interface Entries extends Pick<Fence, 'take' | 'release' | 'epoch' | 'move' | 'remove'> {
  /**
   * No entry also for what is past its hard limit, of another schema version, of tags that were
   * cleared, damaged, or not to be decoded.
   */
  look(place: Place): Promise<Seen>;
  /** The same for several places, read together. */
  lookAt(places: readonly Place[]): Promise<Seen[]>;
  /** The stamp for values whose fetch begins now; undefined where a tag was cleared just now. */
  stamp(place: Place): Promise<Stamp | undefined>;
  /**
   * Writes unless the fence refuses; an entry that is past its hard limit by now is not written
   * either. Answers whether it did.
   */
  write(place: Place, entry: NewEntry, writing: Writing): Promise<boolean>;
  /** Writes in any case. Answers whether the store kept it. */
  put(place: Place, entry: NewEntry, options: Pick<SetOptions, 'verify'> & { stamp: Stamp }): Promise<boolean>;
  /**
   * Deletes the entry there, and fences nothing off: unless the epoch is another one by now, or an
   * entry is there that was started later.
   */
  outdate(place: Place, computedAt: number, epoch: string): Promise<void>;
}

export interface EntriesOptions {
  readonly store: Store;
  readonly tags: Tags;
  readonly clock: Clock;
  readonly timeoutMilliseconds: number;
}

export function boundedEntries({ store, tags, clock, timeoutMilliseconds }: EntriesOptions): Entries {
  const { fence } = store;
  const bounded = <T>(call: Promise<T>) => answeredWithin(timeoutMilliseconds, call);
  const timeLeft = ({ hardUntil }: NewEntry): SetOptions =>
    hardUntil === null ? {} : { ttlMilliseconds: hardUntil - clock() };
  const seen = (place: Place, bytes: Uint8Array | undefined, versions: readonly (Uint8Array | undefined)[]): Seen => {
    const stamp = tags.stamp(place.tags, versions);
    return { stamp, entry: bytes && stamp !== undefined ? found(place, bytes, stamp) : undefined };
  };
  const found = ({ definition }: Place, bytes: Uint8Array, stamp: Stamp): Found | undefined => {
    const whole = decodeEntry(bytes);
    if (whole?.schemaVersion !== definition.schemaVersion || !isServable(whole, clock())) return undefined;
    const entry = withoutStamp(whole, stamp);
    return entry && decoded(entry, definition);
  };
  const lookAt = async (places: readonly Place[]) => {
    const keys = [...new Set(places.flatMap(({ key, tags: its }) => [key, ...tags.keysOf(its)]))];
    const bytes = await bounded(store.getMany(keys));
    const byKey = new Map(keys.map((key, at) => [key, bytes[at]]));
    return places.map((place) =>
      seen(
        place,
        byKey.get(place.key),
        tags.keysOf(place.tags).map((key) => byKey.get(key)),
      ),
    );
  };
  return {
    take: (key, lease) => bounded(fence.take(key, lease)),
    release: (key, lease) => bounded(fence.release(key, lease)),
    epoch: (key) => bounded(fence.epoch(key)),
    move: (key) => bounded(fence.move(key)),
    remove: (key) => bounded(fence.remove(key)),
    look: async (place) => {
      if (place.tags.length === 0) return seen(place, await bounded(store.get(place.key)), []);
      return (await lookAt([place]))[0] as Seen;
    },
    lookAt,
    stamp: async ({ definition, tags: its }) => (its.length === 0 ? '' : tags.ensure(its, definition.ttlMilliseconds)),
    write: async ({ key }, entry, { epoch, stamp }) => {
      const options = timeLeft(entry);
      if (options.ttlMilliseconds !== undefined && options.ttlMilliseconds <= 0) return false;
      return bounded(fence.write(key, encodeEntry(stamped(entry, stamp)), { ...options, epoch }));
    },
    put: ({ key }, entry, { stamp, ...options }) =>
      bounded(store.set(key, encodeEntry(stamped(entry, stamp)), { ...timeLeft(entry), ...options })),
    outdate: async ({ key }, computedAt, epoch) => {
      if ((await bounded(fence.epoch(key))) !== epoch) return;
      const there = await bounded(store.get(key));
      const old = there && decodeEntry(there);
      if (old && old.computedAt <= computedAt) await bounded(store.delete(key));
    },
  };
}

/** The stamp is stored before the value. */
function stamped(entry: NewEntry, stamp: Stamp): NewEntry {
  return stamp === '' ? entry : { ...entry, value: Buffer.concat([Buffer.from(stamp, 'hex'), entry.value]) };
}

function withoutStamp(entry: Entry, stamp: Stamp): Entry | undefined {
  if (stamp === '') return entry;
  const { value, valueBytes } = entry;
  const own = Buffer.from(value.buffer, value.byteOffset, Math.min(stampBytes, value.length)).toString('hex');
  if (own !== stamp) return undefined;
  return { ...entry, value: value.subarray(stampBytes), valueBytes: valueBytes - stampBytes };
}

function decoded(entry: Entry, { codec }: Definition): Found | undefined {
  try {
    return { ...entry, decoded: codec.decode(entry.value) };
  } catch {
    // Written by other code than ours: what cannot be read is a miss.
    return undefined;
  }
}
