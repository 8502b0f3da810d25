import type { Ability, Health, StoreState, StoreWatch } from '@cellshed/cache';

/** The worst state of the stores of tallies, one of `troubles`; shared with the threads. */
export type TallyTrouble = Int32Array;

const troubles = { none: 0, takesNoValues: 1, doesNotAnswer: 2 };

export function newTallyTrouble(): TallyTrouble {
  return new Int32Array(new SharedArrayBuffer(4));
}

/** The outcome of a call to a store of tallies, which a thread tells the pool. */
export interface ToldOfTallies {
  readonly place: string;
  readonly ability: Ability;
  /** The message of the failure; undefined: the call succeeded. */
  readonly problem: string | undefined;
  readonly isHanging: boolean;
}

/**
 * The watch of a thread. It tells of each failure, and of successes only while there is trouble, in
 * whatever thread.
 */
export function watchInThread(trouble: TallyTrouble, tell: (told: ToldOfTallies) => void): StoreWatch {
  return {
    states: () => [],
    over: (place, isHanging) => ({
      failed: (ability, problem) => {
        // The pool hears of it later: until then this store must not be taken for well.
        if (ability === 'answer') Atomics.store(trouble, 0, troubles.doesNotAnswer);
        tell({ place, ability, problem, isHanging: isHanging() });
      },
      worked: (ability) => {
        if (Atomics.load(trouble, 0) === troubles.none) return;
        tell({ place, ability, problem: undefined, isHanging: isHanging() });
      },
      answers: () => Atomics.load(trouble, 0) !== troubles.doesNotAnswer,
    }),
  };
}

/** Makes a function that passes on to a watch of the pool's own what its threads tell. */
export function hearThreads(watch: StoreWatch, trouble: TallyTrouble): (told: ToldOfTallies) => void {
  const healths = new Map<string, Health>();
  const hanging = new Set<string>();
  return ({ place, ability, problem, isHanging }) => {
    if (isHanging) hanging.add(place);
    else hanging.delete(place);
    const health = healths.get(place) ?? watch.over(place, () => hanging.has(place));
    healths.set(place, health);
    if (problem === undefined) health.worked(ability);
    else health.failed(ability, problem);
    Atomics.store(trouble, 0, worstOf(watch.states()));
  };
}

function worstOf(states: readonly StoreState[]): number {
  if (states.every(({ state }) => state === 'well')) return troubles.none;
  const isFull = ({ state }: StoreState) => state === 'well' || state === 'takes no values';
  return states.every(isFull) ? troubles.takesNoValues : troubles.doesNotAnswer;
}
