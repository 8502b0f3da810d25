import { randomUUID } from 'node:crypto';
import { type Asked, away, type Parts, patience, unlessAway } from '../parts.ts';
import type { NewEntry } from '../stored/entries.ts';
import { type FetchedEntries, keepIfThere } from './fetched-entry.ts';
import type { Turn, Turns } from './turns.ts';
import type { Fetching, Wanted } from './wanted.ts';

export interface FetchingManyDependencies extends Pick<Fetching, 'shared'> {
  /** Fetches, or waits for another process, without regard to others in this one. */
  readonly fly: (wanted: Wanted) => Promise<NewEntry>;
  readonly fetched: FetchedEntries;
  readonly turns: Turns;
}

type Outcome = PromiseSettledResult<NewEntry>;

/** Somebody whose turn it is; without a turn where the store is away. */
interface Fetcher {
  readonly asked: Asked;
  readonly turn: Turn | undefined;
}

/**
 * Fetches what several readers of one read want, with one call of `fetchMany`. What is being
 * fetched already, in this process or another, is waited for as by any other reader; and who comes
 * later waits for this fetch.
 */
export function fetchingMany(
  parts: Parts,
  { shared, fly, fetched, turns }: FetchingManyDependencies,
): Fetching['sharedMany'] {
  const { flights, counts } = parts;

  const takeTurns = async (many: readonly Wanted[], holder: string) => {
    if (many.some(({ options }) => options.storeIsAway)) return away;
    const wants = many.map(({ asked, options }) => ({ asked, isGood: options.isGood }));
    return unlessAway(counts, 'failedReads', turns.takeAtOnce(wants, holder));
  };
  const fetchAndKeep = async (fetchers: readonly Fetcher[]): Promise<ReadonlyMap<string, Outcome>> => {
    const all = fetchers.map(({ asked }) => asked);
    const outcomes = await fetched.fetchMany(all);
    const kept = fetchers.map(async ({ asked, turn }, at): Promise<[string, Outcome]> => {
      const outcome = outcomes[at] as (typeof outcomes)[number];
      if (outcome.status === 'rejected') return [asked.key, outcome];
      if (turn) await keepIfThere(parts, fetched, asked, outcome.value, turn);
      else counts.droppedWrites += 1;
      return [asked.key, { status: 'fulfilled', value: outcome.value.entry }];
    });
    return new Map(await Promise.all(kept));
  };
  /** An outcome for each; undefined for whom another process must be waited for. */
  const fetchTogether = async (many: readonly Wanted[]): Promise<readonly (Outcome | undefined)[]> => {
    const holder = randomUUID();
    const taken = await takeTurns(many, holder);
    const turnOf = (at: number) => (taken === away ? undefined : taken[at]);
    const isOurs = (at: number) => taken === away || (turnOf(at) !== undefined && turnOf(at)?.isGood === false);
    try {
      const fetchers = many.flatMap(({ asked }, at) => (isOurs(at) ? [{ asked, turn: turnOf(at) }] : []));
      const outcomes = fetchers.length > 0 ? await fetchAndKeep(fetchers) : new Map<string, Outcome>();
      return many.map(({ asked }, at): Outcome | undefined => {
        const { isGood, entry } = turnOf(at) ?? {};
        return isGood && entry ? { status: 'fulfilled', value: entry } : outcomes.get(asked.key);
      });
    } finally {
      await Promise.all(many.map(({ asked }, at) => turns.release(asked, holder, turnOf(at) ?? { leased: false })));
    }
  };

  return async (many) => {
    if (!many[0]?.asked.definition.fetchMany) {
      return Promise.allSettled(many.map(({ asked, options }) => shared(asked, options)));
    }
    const fresh = many.filter(({ asked, options }) => !flights.isUnderWay(asked.key, options.mark));
    const together = Promise.withResolvers<readonly (Outcome | undefined)[]>();
    const places = new Map(fresh.map(({ asked }, at) => [asked.key, at]));
    // This comes before any wait, so that no other fetch begins in between.
    const flown = many.map((wanted) => {
      const { asked, options } = wanted;
      const at = places.get(asked.key);
      if (at === undefined) return shared(asked, options);
      const task = async () => {
        const outcome = (await together.promise)[at];
        if (outcome?.status === 'rejected') throw outcome.reason;
        return outcome ? outcome.value : fly(wanted);
      };
      return flights.start(asked.key, patience(asked), task, options.mark);
    });
    fetchTogether(fresh).then(together.resolve, together.reject);
    return Promise.allSettled(flown);
  };
}
