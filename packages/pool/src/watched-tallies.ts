import type { Ability, Health, StoreWatch } from '@cellshed/cache';

/** 1 while a store of tallies has trouble; shared with the threads. */
export type TallyTrouble = Int32Array;

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
      failed: (ability, problem) => tell({ place, ability, problem, isHanging: isHanging() }),
      worked: (ability) => {
        if (Atomics.load(trouble, 0) === 0) return;
        tell({ place, ability, problem: undefined, isHanging: isHanging() });
      },
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
    Atomics.store(trouble, 0, watch.states().every(({ state }) => state === 'well') ? 0 : 1);
  };
}
