import { expectFunction, expectIfAny, expectObject } from '@cellshed/expected';
import type { Clock } from './store.ts';

export interface StoreWatchOptions {
  /** Hears once of each trouble of a store, and once that it is over. */
  readonly onTrouble?: (message: string) => void;
  readonly onWell?: (message: string) => void;
  /** Hears of each call of a store when it is over. */
  readonly onCall?: (call: StoreCall) => void;
  readonly clock?: Clock;
  /** A trouble is over with the first call that succeeds so long after the last failure. */
  readonly calmMilliseconds?: number;
}

/**
 * The state of a store, as this process sees it. `hangs`: it did not answer in time and is not
 * asked until it does. `fails`: it answers with failures. `takes no values`: it does all else.
 */
export interface StoreState {
  /** Its URL, without the password. */
  readonly place: string;
  readonly state: 'well' | 'takes no values' | 'fails' | 'hangs';
  /** The beginning of the trouble, in milliseconds since 1970; `null` when it is well. */
  readonly since: number | null;
  /** Calls that failed since then. */
  readonly failures: number;
  /** The message of the last of them. */
  readonly problem: string | null;
}

/** A call of a store that is over. One that its circuit breaker refuses takes no time. */
export interface StoreCall {
  /** The store's URL, without the password. */
  readonly place: string;
  readonly call: 'get' | 'head' | 'set' | 'delete' | 'fence';
  readonly milliseconds: number;
  readonly hasFailed: boolean;
  /** The bytes of the values that were read, or written. */
  readonly bytes: number;
}

/** The states of the stores that are opened with it. */
export interface StoreWatch {
  states(): readonly StoreState[];
  /** Begins to watch a store, at its opening. */
  over(place: string, isHanging: () => boolean): Health;
}

/** The two abilities of a store: to take values, and all else. */
export type Ability = 'fill' | 'answer';

/** Hears how the calls of one store end. */
export interface Health {
  worked(ability: Ability): void;
  failed(ability: Ability, message: string): void;
  /** Whether the store is in no trouble, or in one with taking values only. */
  answers(): boolean;
  /** Hears of each call; undefined: nobody wants to. */
  readonly called?: ((call: Omit<StoreCall, 'place'>) => void) | undefined;
}

interface Trouble {
  readonly since: number;
  readonly failures: number;
  readonly lastAt: number;
  readonly problem: string;
  readonly isTold: boolean;
}

/** Watches stores. Hand it to `openStore`, and ask it for their states. */
export function storeWatch(options: StoreWatchOptions = {}): StoreWatch {
  expectObject('the options of a store watch', options);
  const { onTrouble = () => {}, onWell = () => {}, onCall, clock = Date.now, calmMilliseconds = 5000 } = options;
  for (const member of ['onTrouble', 'onWell', 'onCall', 'clock'] as const) {
    expectIfAny(`${member} of a store watch`, options[member], expectFunction);
  }
  const watched: (() => StoreState)[] = [];
  return {
    states: () => watched.map((state) => state()),
    over: (place, isHanging) => {
      const troubles = new Map<Ability, Trouble>();
      const stateNow = () => {
        if (isHanging()) return 'hangs';
        if (troubles.has('answer')) return 'fails';
        return troubles.has('fill') ? 'takes no values' : 'well';
      };
      watched.push(() => {
        const { since = null, failures = 0, problem = null } = troubles.get('answer') ?? troubles.get('fill') ?? {};
        return { place, state: stateNow(), since, failures, problem };
      });
      return {
        called: onCall && ((call) => onCall({ place, ...call })),
        failed: (ability, problem) => {
          const { since = clock(), failures = 0, isTold = false } = troubles.get(ability) ?? {};
          // A store that fails altogether takes no values either.
          const isSaid = isTold || (ability === 'fill' && troubles.has('answer'));
          troubles.set(ability, {
            ...{ since, failures: failures + 1, lastAt: performance.now(), problem },
            isTold: isTold || !isSaid,
          });
          if (!isSaid) onTrouble(`${place} ${stateNow()}: ${problem}`);
        },
        worked: (ability) => {
          const trouble = troubles.get(ability);
          if (!trouble || performance.now() - trouble.lastAt < calmMilliseconds) return;
          troubles.delete(ability);
          const { since, failures, isTold } = trouble;
          const seconds = Math.round((clock() - since) / 1000);
          const again = ability === 'fill' ? 'takes values' : 'answers';
          const calls = `${failures} ${failures === 1 ? 'failure' : 'failures'}`;
          if (isTold) onWell(`${place} ${again} again, after ${seconds} s and ${calls}`);
        },
        answers: () => !troubles.has('answer'),
      };
    },
  };
}
