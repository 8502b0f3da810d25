import { randomUUID } from 'node:crypto';
import type { Found, NewEntry } from './entries.ts';
import { fetchedEntries, keepIfThere } from './fetched-entry.ts';
import { fetchingMany } from './fetching-many.ts';
import { isComputedSince } from './freshness.ts';
import { type Asked, away, type Parts, patience, unlessAway } from './parts.ts';
import type { RefreshJob } from './refresh-job.ts';
import { fetchTurns, queueLease, type TurnOptions } from './turns.ts';

/**
 * What became of a refresh. `there`: somebody has fetched since it was queued. `deleted`: the
 * entry was, so there is nothing to refresh. `fenced`: its value is outdated already, and was not
 * written. `not kept`: by its value it was not to be kept.
 */
export type RefreshOutcome = 'refreshed' | 'there' | 'deleted' | 'fenced' | 'not kept';

/** Who waits for a fetch, and what he knows. */
export interface FetchOptions {
  readonly isGood: (entry: Found) => boolean;
  /** Then the store is not asked. */
  readonly storeIsAway?: boolean;
  /** The stamp of the tags as he saw them: who sees others does not share his fetch. */
  readonly mark?: string;
}

export interface Fetching {
  /**
   * Fetches, or waits a bounded time for whoever does, in this process or another, until there is
   * an entry that `isGood`. Rejects with what the fetch throws.
   */
  shared(asked: Asked, options: FetchOptions): Promise<NewEntry>;
  /**
   * The same for several of one read, an outcome for each: what nobody fetches already is fetched
   * together, if the read says how.
   */
  sharedMany(many: readonly Wanted[]): Promise<readonly PromiseSettledResult<NewEntry>[]>;
  /** Fetches now, whoever else does. Rejects with what the fetch throws. */
  alone(asked: Asked): Promise<NewEntry>;
  /** Does a queued refresh. Rejects when fetch or store fails. */
  perform(asked: Asked, job: RefreshJob): Promise<RefreshOutcome>;
}

/** One of several. */
export interface Wanted {
  readonly asked: Asked;
  readonly options: FetchOptions;
}

export function fetching(parts: Parts): Fetching {
  const { entries, flights, counts } = parts;
  const fetched = fetchedEntries(parts);
  const turns = fetchTurns(parts);

  const fly = async (asked: Asked, options: Omit<TurnOptions, 'holder'> & { storeIsAway: boolean }) => {
    const holder = randomUUID();
    const turn = options.storeIsAway
      ? away
      : await unlessAway(counts, 'failedReads', turns.take(asked, { ...options, holder }));
    try {
      if (turn !== away && turn.entry && turn.isGood) return turn.entry;
      const one = await fetched.fetch(asked);
      if (turn === away) counts.droppedWrites += 1;
      else await keepIfThere(parts, fetched, asked, one, turn);
      return one.entry;
    } finally {
      if (turn !== away) await turns.release(asked, holder, turn);
    }
  };
  const flyFor = ({ asked, options: { isGood, storeIsAway = false } }: Wanted) =>
    fly(asked, { isGood, storeIsAway, waitMilliseconds: asked.definition.waitMilliseconds });
  const shared: Fetching['shared'] = (asked, { isGood, storeIsAway = false, mark }) =>
    flights.join(
      asked.key,
      patience(asked),
      (hasWaited) => {
        const waitMilliseconds = hasWaited ? 0 : asked.definition.waitMilliseconds;
        return fly(asked, { isGood, waitMilliseconds, storeIsAway });
      },
      mark,
    );

  return {
    shared,
    sharedMany: fetchingMany(parts, { shared, fly: flyFor, fetched, turns }),
    alone: (asked) =>
      flights.start(asked.key, patience(asked), () =>
        fly(asked, { isGood: () => false, waitMilliseconds: 0, storeIsAway: false }),
      ),
    perform: async (asked, { key, epoch, lease, queuedAt }) => {
      const { definition } = asked;
      const holder = randomUUID();
      const isGood = (entry: Found) => isComputedSince(entry, queuedAt);
      const { waitMilliseconds } = definition;
      const turn = await turns.take(asked, { holder, isGood, waitMilliseconds });
      try {
        // Not before the other lease is held: in between, readers would queue another refresh.
        await entries.release(key, queueLease(definition, lease));
        if (turn.isGood) return 'there';
        if (turn.epoch !== epoch && !turn.entry) return 'deleted';
        const one = await fetched.fetch(asked).catch(async (error) => {
          // The queue will try again: until then the refresh is queued as before.
          await unlessAway(counts, 'failedReads', entries.take(key, queueLease(definition, lease)));
          throw error;
        });
        const kept = await fetched.keep(asked, one, turn);
        return kept === 'written' ? 'refreshed' : kept;
      } finally {
        await turns.release(asked, holder, turn);
      }
    },
  };
}
