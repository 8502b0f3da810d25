import { randomUUID } from 'node:crypto';
import { type Asked, away, type Parts, patience, unlessAway } from '../parts.ts';
import type { Found } from '../stored/entries.ts';
import { fetchedEntries, keepIfThere } from './fetched-entry.ts';
import { fetchingMany } from './fetching-many.ts';
import { isComputedSince } from './freshness.ts';
import { fetchTurns, queueLease, type TurnOptions } from './turns.ts';
import type { Fetching, Wanted } from './wanted.ts';

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
