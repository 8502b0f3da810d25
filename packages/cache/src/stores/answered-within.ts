import { StoreError } from './store.ts';

interface Waiting {
  readonly until: number;
  readonly late: () => void;
}

/**
 * Answers as the call does, or throws a `StoreError` once the time is over. The call itself
 * continues.
 */
export function answeredWithin<T>(milliseconds: number, call: Promise<T>, who = 'the store'): Promise<T> {
  return within<T, T>(milliseconds, call, {
    answered: (answer) => answer,
    failed: rethrow,
    late: () => {
      throw new StoreError(`${who} did not answer within ${milliseconds} ms`);
    },
  });
}

/**
 * The ways in which a call can end. One of these is called, once; what it returns or throws is the
 * outcome.
 */
export interface Outcomes<T, R> {
  answered(answer: T): R;
  failed(error: unknown): R;
  late(): R;
}

/** The outcome of the call in that time. The call itself continues. */
export function within<T, R>(milliseconds: number, call: Promise<T>, outcomes: Outcomes<T, R>): Promise<R> {
  // One promise, as each more is paid at every read.
  return new Promise((resolve, reject) => {
    const settle = <A>(outcome: (about: A) => R, about: A) => {
      try {
        resolve(outcome(about));
      } catch (error) {
        reject(error);
      }
    };
    const watch = watchOf(milliseconds);
    const waiting = watch.add(() => settle(outcomes.late, undefined));
    call.then(
      (answer) => watch.done(waiting) && settle(outcomes.answered, answer),
      (error) => watch.done(waiting) && settle(outcomes.failed, error),
    );
  });
}

export function rethrow(error: unknown): never {
  throw error;
}

const watches = new Map<number, ReturnType<typeof makeWatch>>();

function watchOf(milliseconds: number): ReturnType<typeof makeWatch> {
  let watch = watches.get(milliseconds);
  if (!watch) {
    watch = makeWatch(milliseconds);
    watches.set(milliseconds, watch);
  }
  return watch;
}

/**
 * One timer for all that wait equally long, as starting and stopping one for each would be a good
 * part of what a read costs.
 */
function makeWatch(milliseconds: number) {
  // A Set lists in the order of insertion: the one that has waited longest comes first.
  const all = new Set<Waiting>();
  let timer: NodeJS.Timeout | undefined;

  // In a process that was held up, answers may have come that it has not read yet: it reads them
  // before immediates.
  const wait = (time: number) => setTimeout(() => setImmediate(look), time);
  const look = () => {
    const now = performance.now();
    let oldest: Waiting | undefined;
    for (const waiting of all) {
      if (waiting.until > now) {
        oldest = waiting;
        break;
      }
      all.delete(waiting);
      waiting.late();
    }
    timer = oldest && wait(oldest.until - now);
  };

  return {
    add: (late: () => void): Waiting => {
      const waiting = { until: performance.now() + milliseconds, late };
      all.add(waiting);
      // One that is left from earlier calls comes sooner, and then looks again.
      if (!timer) timer = wait(milliseconds);
      else if (all.size === 1) timer.ref();
      return waiting;
    },
    /** False: it was too late. */
    done: (waiting: Waiting): boolean => {
      const inTime = all.delete(waiting);
      // Nothing is waited for: the process may end.
      if (all.size === 0) timer?.unref();
      return inTime;
    },
  };
}
