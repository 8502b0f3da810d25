import type { Lease } from '@cellshed/cache';
import type { Definition } from '../options.ts';
import { type Asked, type Parts, unlessAway } from '../parts.ts';
import type { Found } from '../stored/entries.ts';

/** Held during a fetch. */
export function fetchLease(definition: Definition, holder: string): Lease {
  return { name: 'fetch', holder, milliseconds: definition.refreshTimeoutMilliseconds };
}

/** Held while a refresh waits in the queue, `delay` included. */
export function queueLease(definition: Definition, holder: string, { delay = 0 } = {}): Lease {
  return { name: 'queue', holder, milliseconds: definition.refreshTimeoutMilliseconds + delay };
}

/** The state that a reader finds that wants to fetch. */
export interface Turn {
  readonly leased: boolean;
  /** The epoch from before the entry was looked for. */
  readonly epoch: string;
  /** The stamp of a value whose fetch begins now; undefined where a tag was cleared just now. */
  readonly stamp: string | undefined;
  readonly entry: Found | undefined;
  readonly isGood: boolean;
}

export interface TurnOptions {
  readonly holder: string;
  readonly isGood: (entry: Found) => boolean;
  readonly waitMilliseconds: number;
}

export interface Turns {
  /** Waits for the right to fetch, until an entry is good, or until the time is over. */
  take(asked: Asked, options: TurnOptions): Promise<Turn>;
  /**
   * Looks once, for several at once: `undefined` where somebody else has the right, and no entry is
   * good.
   */
  takeAtOnce(
    many: readonly (Pick<TurnOptions, 'isGood'> & { readonly asked: Asked })[],
    holder: string,
  ): Promise<(Turn | undefined)[]>;
  release(asked: Asked, holder: string, turn: Pick<Turn, 'leased'>): Promise<void>;
}

const pollMilliseconds = 50;

export function fetchTurns({ clock, pause, entries, counts }: Parts): Turns {
  return {
    take: async (asked, { holder, isGood, waitMilliseconds }) => {
      const { definition, key } = asked;
      const began = clock();
      for (let waited = 0; ; waited = Math.max(waited + pollMilliseconds, clock() - began)) {
        const leased = await entries.take(key, fetchLease(definition, holder));
        // The epoch first: what is deleted after it was read makes our write void.
        const epoch = await entries.epoch(key);
        const { entry, stamp } = await entries.look(asked);
        if (entry && isGood(entry)) return { leased, epoch, stamp, entry, isGood: true };
        if (leased || waited >= waitMilliseconds) {
          return { leased, epoch, stamp: stamp ?? (await entries.stamp(asked)), entry, isGood: false };
        }
        await pause(pollMilliseconds);
      }
    },
    takeAtOnce: async (many, holder) => {
      const all = many.map(({ asked }) => asked);
      const leased = await Promise.all(
        all.map(({ definition, key }) => entries.take(key, fetchLease(definition, holder))),
      );
      const epochs = await Promise.all(all.map(({ key }) => entries.epoch(key)));
      const seen = await entries.lookAt(all);
      return Promise.all(
        many.map(async ({ asked, isGood }, at): Promise<Turn | undefined> => {
          const { entry, stamp } = seen[at] as (typeof seen)[number];
          const turn = { leased: leased[at] === true, epoch: epochs[at] as string, stamp, entry };
          if (entry && isGood(entry)) return { ...turn, isGood: true };
          if (!turn.leased) return undefined;
          return { ...turn, stamp: stamp ?? (await entries.stamp(asked)), isGood: false };
        }),
      );
    },
    release: async ({ definition, key }, holder, { leased }) => {
      // A lease that cannot be released ends by itself.
      if (leased) await unlessAway(counts, 'failedReads', entries.release(key, fetchLease(definition, holder)));
    },
  };
}
