import type { CausedBy } from '../contracts/caused-by.ts';
import type { Queues } from '../queues.ts';
import { scriptsOn } from '../script.ts';
import { backgroundPriority } from '../turns.ts';
import { addForNobody } from './add-for-nobody.ts';
import { withdraw } from './computation-scripts.ts';
import type { Computable, Computations } from './computations.ts';
import { begunBy, nobody, openHolding } from './holding.ts';

/** Thrown when a chore begins something after it was paused or cancelled. */
export class ChoreStopped extends Error {}

/** Results that an operator wants. */
export interface BackgroundWork {
  /** The names under which they are computed, each by one computation of all. */
  readonly keys: readonly string[];
  /** One thread plans and counts all of them, and refuses what is too much. */
  readonly isSwept: boolean;
  /** The work on some of them, by their places: those that nobody else computes. */
  part(places: readonly number[]): Computable;
}

/** The computations that an operator has done behind everything that people wait for. */
export interface Background {
  /**
   * Has each result computed once, whoever asks for it. Resolves to the computations that do it.
   * Throws ChoreStopped once the chore is paused or cancelled.
   */
  ask(work: BackgroundWork): Promise<readonly string[]>;
  /** Notes that some computations are over, or no longer waited for. */
  leave(computations: readonly string[]): Promise<void>;
}

/**
 * Opens the background for a chore, which waits for what it has begun: that is cancelled if the
 * chore is. Without a chore, nobody waits, and what was begun goes on in any case.
 */
export function openBackground(
  queues: Queues,
  books: Pick<Computations, 'end' | 'raisedTo'>,
  { chore, ...cause }: { readonly chore?: string } & CausedBy = {},
): Background {
  const hold = openHolding(queues);
  const call = scriptsOn(queues.redis, { withdraw });
  return {
    ask: async ({ keys, isSwept, part }) => {
      const held = await hold(chore === undefined ? nobody : { chore }, keys, {
        record: '',
        turn: backgroundPriority,
      });
      if (!held) throw new ChoreStopped('the chore was paused or cancelled');
      for (const computation of held.begun) {
        const places = keys.flatMap((_, i) => (held.computations[i] === computation ? [i] : []));
        // Another call of this one adds the job of what it has begun.
        if (places.length === 0) continue;
        await addForNobody(queues, books, {
          ...{ computation, computable: part(places), reason: { background: { isSwept } }, cause },
        });
      }
      return [...new Set(held.computations)];
    },
    leave: async (computations) => {
      if (chore === undefined || computations.length === 0) return;
      const { key, retentionSeconds } = queues;
      const args = [key(''), chore, 2 * retentionSeconds, ...computations];
      await call.withdraw([begunBy(key, chore)], args);
    },
  };
}
