import { randomUUID } from 'node:crypto';
import type { Lease } from '../store.ts';
import type { Found, NewEntry } from './entries.ts';
import { isComputedSince, timesOf } from './freshness.ts';
import type { Definition } from './options.ts';
import { type Asked, away, type Parts, unlessAway } from './parts.ts';
import type { RefreshJob } from './refresh-job.ts';

/**
 * What became of a refresh. `there`: somebody has fetched since it was queued. `deleted`: the entry was, so there is nothing to refresh.
 * `fenced`: its value is outdated already, and was not written.
 */
export type RefreshOutcome = 'refreshed' | 'there' | 'deleted' | 'fenced';

export interface Fetching {
  /**
   * Fetches, or waits a bounded time for whoever does, in this process or another, until there is an entry that `isGood`. With
   * `storeIsAway` it does not ask the store. Rejects with what the fetch throws.
   */
  shared(asked: Asked, options: { isGood: (entry: Found) => boolean; storeIsAway?: boolean }): Promise<NewEntry>;
  /** Fetches now, whoever else does. Rejects with what the fetch throws. */
  alone(asked: Asked): Promise<NewEntry>;
  /** Does a queued refresh. Rejects when fetch or store fails. */
  perform(asked: Asked, job: RefreshJob): Promise<RefreshOutcome>;
}

/** Held while somebody fetches. */
export function fetchLease(definition: Definition, holder: string): Lease {
  return { name: 'fetch', holder, milliseconds: definition.refreshTimeoutMilliseconds };
}

/** Held while a refresh waits in the queue. */
export function queueLease(definition: Definition, holder: string): Lease {
  return { name: 'queue', holder, milliseconds: definition.refreshTimeoutMilliseconds };
}

interface Turn {
  readonly leased: boolean;
  /** As it was before the entry was looked for. */
  readonly epoch: string;
  readonly entry: Found | undefined;
  readonly isGood: boolean;
}

interface TurnOptions {
  readonly holder: string;
  readonly isGood: (entry: Found) => boolean;
  readonly waitMilliseconds: number;
}

const pollMilliseconds = 50;

export function fetching({ clock, pause, entries, flights, backoff, counts }: Parts): Fetching {
  /** Waits for the right to fetch, until an entry is good, or until the time is over. */
  const takeTurn = async ({ definition, key }: Asked, options: TurnOptions): Promise<Turn> => {
    const began = clock();
    for (let waited = 0; ; waited = Math.max(waited + pollMilliseconds, clock() - began)) {
      const leased = await entries.take(key, fetchLease(definition, options.holder));
      // The epoch first: what is deleted after it was read makes our write void.
      const epoch = await entries.epoch(key);
      const entry = await entries.find(key, definition);
      const isGood = entry !== undefined && options.isGood(entry);
      if (isGood || leased || waited >= options.waitMilliseconds) return { leased, epoch, entry, isGood };
      await pause(pollMilliseconds);
    }
  };
  const release = async ({ definition, key }: Asked, holder: string, { leased }: Turn) => {
    // A lease that cannot be released ends by itself.
    if (leased) await unlessAway(counts, 'failedReads', entries.release(key, fetchLease(definition, holder)));
  };
  const fetchEntry = async ({ definition, key, args }: Asked): Promise<NewEntry> => {
    const { ttlMilliseconds, schemaVersion, codec } = definition;
    const computedAt = clock();
    counts.fetches += 1;
    try {
      const value = await definition.fetch(args);
      const costMs = Math.max(0, clock() - computedAt);
      const times = timesOf(computedAt, { lifetimeMilliseconds: definition.lifetime(args), ttlMilliseconds });
      const entry = { ...times, value: codec.encode(value), costMs, schemaVersion };
      backoff.succeeded(key);
      return entry;
    } catch (error) {
      counts.failedFetches += 1;
      backoff.failed(key, error);
      throw error;
    }
  };
  const write = async (key: string, entry: NewEntry, epoch: string) => {
    const written = await entries.write(key, entry, epoch);
    counts[written ? 'writes' : 'fencedWrites'] += 1;
    return written;
  };

  const fly = async (asked: Asked, options: Omit<TurnOptions, 'holder'> & { storeIsAway: boolean }) => {
    const holder = randomUUID();
    const turn = options.storeIsAway
      ? away
      : await unlessAway(counts, 'failedReads', takeTurn(asked, { ...options, holder }));
    try {
      if (turn !== away && turn.entry && turn.isGood) return turn.entry;
      const entry = await fetchEntry(asked);
      if (turn === away) counts.droppedWrites += 1;
      else await unlessAway(counts, 'droppedWrites', write(asked.key, entry, turn.epoch));
      return entry;
    } finally {
      if (turn !== away) await release(asked, holder, turn);
    }
  };
  // A flight may itself wait for another process before it fetches.
  const patience = ({ definition }: Asked) => 2 * definition.waitMilliseconds;

  return {
    shared: (asked, { isGood, storeIsAway = false }) =>
      flights.join(asked.key, patience(asked), (hasWaited) => {
        const waitMilliseconds = hasWaited ? 0 : asked.definition.waitMilliseconds;
        return fly(asked, { isGood, waitMilliseconds, storeIsAway });
      }),
    alone: (asked) =>
      flights.start(asked.key, patience(asked), () =>
        fly(asked, { isGood: () => false, waitMilliseconds: 0, storeIsAway: false }),
      ),
    perform: async (asked, { key, epoch, lease, queuedAt }) => {
      const { definition } = asked;
      const holder = randomUUID();
      const isGood = (entry: Found) => isComputedSince(entry, queuedAt);
      const { waitMilliseconds } = definition;
      const turn = await takeTurn(asked, { holder, isGood, waitMilliseconds });
      try {
        // Not before the other lease is held: in between, readers would queue another refresh.
        await entries.release(key, queueLease(definition, lease));
        if (turn.isGood) return 'there';
        if (turn.epoch !== epoch && !turn.entry) return 'deleted';
        const entry = await fetchEntry(asked).catch(async (error) => {
          // The queue will try again: until then the refresh is queued as before.
          await unlessAway(counts, 'failedReads', entries.take(key, queueLease(definition, lease)));
          throw error;
        });
        return (await write(key, entry, turn.epoch)) ? 'refreshed' : 'fenced';
      } finally {
        await release(asked, holder, turn);
      }
    },
  };
}
