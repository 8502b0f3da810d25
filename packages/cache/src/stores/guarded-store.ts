import { within } from './answered-within.ts';
import { type Fence, type Store, StoreError } from './store.ts';
import type { Ability, StoreCall, StoreWatch } from './store-watch.ts';

export interface GuardOptions {
  /** The store's URL, without the password. */
  readonly place: string;
  readonly watch: StoreWatch;
  /** The time that a call may take. */
  readonly timeoutMilliseconds: number;
  /** Whether the store itself ends calls that take longer. */
  readonly isTimed: boolean;
  /** The time between two questions whether a store in trouble answers again; default 1,000. */
  readonly probeMilliseconds?: number;
}

/** The key that is looked for in a store in trouble. No value is ever there. */
const probeKey = 'does the store answer';

/**
 * A store before which a circuit breaker stands: once a call was not answered in time, all further
 * ones are refused at once, until the store has answered again. So a store that hangs costs one
 * timeout, not one for each call. While the late call is under way, it is what is waited for;
 * after that, one question at a time finds out, for which no caller waits. So no more than one
 * thread hangs with a file system. Failures that come in time change nothing for callers.
 *
 * A store that hangs or fails is asked until it answers, even if nobody calls it any more: a layer
 * in front of it may have all that is wanted.
 *
 * Listings are not bounded: they last as long as there are keys.
 */
export function guardedStore(store: Store, options: GuardOptions): Store {
  const { place, watch, timeoutMilliseconds, isTimed, probeMilliseconds = 1000 } = options;
  let isOpen = false;
  let openedAt = 0;
  let isCallUnderWay = false;
  let isAsked = false;
  let next: NodeJS.Timeout | undefined;
  let closed = false;
  const health = watch.over(place, () => isOpen);
  const late = () => new StoreError(`${place} did not answer within ${timeoutMilliseconds} ms`);
  // A timer of the store's own may end a little before the time that is measured here.
  const isLate = (since: number) => performance.now() - since >= 0.95 * timeoutMilliseconds;

  const open = (unanswered?: Promise<unknown>) => {
    if (isOpen) return;
    isOpen = true;
    openedAt = performance.now();
    if (!unanswered) return;
    isCallUnderWay = true;
    const answered = () => {
      isCallUnderWay = false;
      isOpen = false;
    };
    unanswered.then(answered, answered);
  };
  const askLater = () => {
    if (!next && !closed) next = setTimeout(probe, probeMilliseconds).unref();
  };
  const probe = () => {
    next = undefined;
    if (closed) return;
    if (isAsked || isCallUnderWay) return askLater();
    const since = performance.now();
    isAsked = true;
    const settled = (hasWorked: boolean) => {
      isAsked = false;
      if (closed) return;
      // A call that came to hang meanwhile says more than the answer to a question before it.
      if (!isLate(since) && since >= openedAt) isOpen = false;
      if (hasWorked && !isOpen) health.worked('answer');
      if (isOpen || !health.answers()) askLater();
    };
    store.head(probeKey, 1).then(
      () => settled(true),
      () => settled(false),
    );
  };

  const call = <T>(
    ability: Ability,
    kind: StoreCall['call'],
    ask: () => Promise<T>,
    bytesOf?: (value: T) => number,
  ) => {
    const since = performance.now();
    const answer = guarded(ability, ask);
    const { called } = health;
    if (called) {
      const over = (hasFailed: boolean, bytes: number) =>
        called({ call: kind, milliseconds: performance.now() - since, hasFailed, bytes });
      answer.then(
        (value) => over(false, bytesOf?.(value) ?? 0),
        () => over(true, 0),
      );
    }
    return answer;
  };

  const guarded = <T>(ability: Ability, ask: () => Promise<T>): Promise<T> => {
    if (isOpen) {
      return Promise.reject(
        new StoreError(`${place} is not asked: it did not answer within ${timeoutMilliseconds} ms`),
      );
    }
    const since = performance.now();
    const answer = ask();
    const failed = (error: unknown) => {
      if (!(error instanceof StoreError) || closed) return;
      if (isTimed && isLate(since)) open();
      health.failed(ability, error.message);
      if (ability === 'answer' || isOpen) askLater();
    };
    if (isTimed) {
      answer.then(() => health.worked(ability), failed);
      return answer;
    }
    return within(timeoutMilliseconds, answer, {
      answered: (value) => {
        health.worked(ability);
        return value;
      },
      failed: (error) => {
        failed(error);
        throw error;
      },
      late: () => {
        const error = late();
        open(answer);
        failed(error);
        throw error;
      },
    });
  };

  const { fence } = store;
  const guardedFence: Fence = {
    reach: fence.reach,
    take: (key, lease) => call('answer', 'fence', () => fence.take(key, lease)),
    release: (key, lease) => call('answer', 'fence', () => fence.release(key, lease)),
    epoch: (key) => call('answer', 'fence', () => fence.epoch(key)),
    move: (key, how) => call('answer', 'fence', () => fence.move(key, how)),
    write: (key, entry, how) =>
      call(
        'fill',
        'set',
        () => fence.write(key, entry, how),
        (isWritten) => (isWritten ? entry.length : 0),
      ),
    remove: (key, how) => call('answer', 'delete', () => fence.remove(key, how)),
  };
  return {
    get: (key) => call('answer', 'get', () => store.get(key), lengthOf),
    getMany: (keys) => call('answer', 'get', () => store.getMany(keys), lengthOfAll),
    head: (key, length) => call('answer', 'head', () => store.head(key, length), lengthOf),
    set: (key, bytes, how) =>
      call(
        'fill',
        'set',
        () => store.set(key, bytes, how),
        (isKept) => (isKept ? bytes.length : 0),
      ),
    delete: (key) => call('answer', 'delete', () => store.delete(key)),
    ttlMilliseconds: (key) => call('answer', 'head', () => store.ttlMilliseconds(key)),
    keys: (prefix) => store.keys(prefix),
    close: async () => {
      closed = true;
      clearTimeout(next);
      await store.close();
    },
    fence: guardedFence,
  };
}

function lengthOf(value: Uint8Array | undefined): number {
  return value?.length ?? 0;
}

function lengthOfAll(values: readonly (Uint8Array | undefined)[]): number {
  return values.reduce((sum, value) => sum + lengthOf(value), 0);
}
