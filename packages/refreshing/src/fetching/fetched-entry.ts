import { type Asked, type Parts, unlessAway } from '../parts.ts';
import type { NewEntry } from '../stored/entries.ts';
import { timesOf } from './freshness.ts';

/** A value that was fetched, as an entry. */
export interface Fetched {
  readonly entry: NewEntry;
  /** False: by its value it is not to be kept. */
  readonly isKept: boolean;
}

/**
 * Makes the entry of a value, whose computation began at `computedAt`. Throws what the read's
 * lifetime or codec throws.
 */
export function entryOf(
  { definition, args }: Pick<Asked, 'definition' | 'args'>,
  value: unknown,
  { computedAt, costMs }: { readonly computedAt: number; readonly costMs: number },
): Fetched {
  const { ttlMilliseconds, schemaVersion, codec } = definition;
  const lifetime = definition.lifetime(value, args);
  const isKept = lifetime !== 'do not keep';
  const times = timesOf(computedAt, { lifetimeMilliseconds: isKept ? lifetime : 0, ttlMilliseconds });
  return { isKept, entry: { ...times, value: codec.encode(value), costMs, schemaVersion } };
}

/** Runs the fetches of reads, and keeps what they yield. */
export interface FetchedEntries {
  /** Rejects with what the fetch throws, which is remembered. */
  fetch(asked: Asked): Promise<Fetched>;
  /** The same for several of one read, at least one, by its `fetchMany`: an outcome for each. */
  fetchMany(many: readonly Asked[]): Promise<readonly PromiseSettledResult<Fetched>[]>;
  /**
   * Writes an entry, or takes away what it replaces if it is not to be kept. Rejects with a
   * `StoreError`.
   */
  keep(asked: Asked, fetched: Fetched, turn: { epoch: string; stamp: string | undefined }): Promise<Kept>;
}

/** The outcome of storing a fetched value. */
export type Kept = 'written' | 'fenced' | 'not kept';

export function fetchedEntries({ clock, entries, backoff, counts }: Parts): FetchedEntries {
  const failed = (key: string, error: unknown) => {
    counts.failedFetches += 1;
    backoff.failed(key, error);
  };
  /** Counts and remembers how it went. */
  const settled = async (asked: Asked, computedAt: number, fetch: () => Promise<unknown>): Promise<Fetched> => {
    counts.fetches += 1;
    try {
      const value = await fetch();
      const fetched = entryOf(asked, value, { computedAt, costMs: Math.max(0, clock() - computedAt) });
      backoff.succeeded(asked.key);
      return fetched;
    } catch (error) {
      failed(asked.key, error);
      throw error;
    }
  };
  return {
    fetch: (asked) => settled(asked, clock(), () => asked.definition.fetch(asked.args)),
    fetchMany: (many) => {
      const computedAt = clock();
      const all = many[0]?.definition.fetchMany?.(many.map(({ args }) => args));
      return Promise.allSettled(many.map((asked, at) => settled(asked, computedAt, async () => (await all)?.[at])));
    },
    keep: async (asked, { entry, isKept }, { epoch, stamp }) => {
      if (!isKept) {
        counts.unkept += 1;
        await entries.outdate(asked, entry.computedAt, epoch);
        return 'not kept';
      }
      const written = stamp !== undefined && (await entries.write(asked, entry, { epoch, stamp }));
      counts[written ? 'writes' : 'fencedWrites'] += 1;
      return written ? 'written' : 'fenced';
    },
  };
}

/** The same for readers, which get their value whether or not it could be kept. */
export async function keepIfThere(
  { counts }: Pick<Parts, 'counts'>,
  { keep }: Pick<FetchedEntries, 'keep'>,
  ...what: Parameters<FetchedEntries['keep']>
): Promise<void> {
  await unlessAway(counts, 'droppedWrites', keep(...what));
}
