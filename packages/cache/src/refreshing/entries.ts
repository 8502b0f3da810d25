import { answeredWithin } from '../answered-within.ts';
import { decodeEntry, type Entry, encodeEntry } from '../entry.ts';
import type { Clock, Fence, SetOptions, Store } from '../store.ts';
import { isServable } from './freshness.ts';
import type { Definition } from './options.ts';

/** An entry that may be served, with what its codec makes of its value. */
export interface Found extends Entry {
  readonly decoded: unknown;
}

export type NewEntry = Omit<Entry, 'etag' | 'valueBytes'>;

/** The entries of one store, as refreshing reads use them. Each call rejects with a `StoreError` when the store fails or is late. */
export interface Entries extends Pick<Fence, 'take' | 'release' | 'epoch' | 'move' | 'remove'> {
  /** `undefined` also for what is past its hard limit, of another schema version, damaged, or not to be decoded. */
  find(key: string, definition: Definition): Promise<Found | undefined>;
  /** Writes unless the fence refuses; an entry that is past its hard limit by now is not written either. Answers whether it did. */
  write(key: string, entry: NewEntry, epoch: string): Promise<boolean>;
  /** Writes in any case. */
  put(key: string, entry: NewEntry): Promise<void>;
}

export interface EntriesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly timeoutMilliseconds: number;
}

export function boundedEntries({ store, clock, timeoutMilliseconds }: EntriesOptions): Entries {
  const { fence } = store;
  const bounded = <T>(call: Promise<T>) => answeredWithin(timeoutMilliseconds, call);
  const timeLeft = ({ hardUntil }: NewEntry): SetOptions =>
    hardUntil === null ? {} : { ttlMilliseconds: hardUntil - clock() };
  return {
    take: (key, lease) => bounded(fence.take(key, lease)),
    release: (key, lease) => bounded(fence.release(key, lease)),
    epoch: (key) => bounded(fence.epoch(key)),
    move: (key) => bounded(fence.move(key)),
    remove: (key) => bounded(fence.remove(key)),
    find: async (key, definition) => {
      const bytes = await bounded(store.get(key));
      const entry = bytes && decodeEntry(bytes);
      if (entry?.schemaVersion !== definition.schemaVersion || !isServable(entry, clock())) return undefined;
      return decoded(entry, definition);
    },
    write: async (key, entry, epoch) => {
      const options = timeLeft(entry);
      if (options.ttlMilliseconds !== undefined && options.ttlMilliseconds <= 0) return false;
      return bounded(fence.write(key, encodeEntry(entry), { ...options, epoch }));
    },
    put: (key, entry) => bounded(store.set(key, encodeEntry(entry), timeLeft(entry))),
  };
}

function decoded(entry: Entry, { codec }: Definition): Found | undefined {
  try {
    return { ...entry, decoded: codec.decode(entry.value) };
  } catch {
    // Written by other code than ours: what cannot be read is a miss.
    return undefined;
  }
}
