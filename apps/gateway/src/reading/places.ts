import { ProblemError } from '../problems/problem-error.ts';

/** A place for one piece of work that lasts as long as its client reads. */
export interface Place {
  /** Aborted when the place is taken away from a client that reads too slowly. */
  readonly lost: AbortSignal;
  /** Begins to wait for the client. Call what it returns when the client has read. */
  waitForClient(): () => void;
  free(): void;
}

export interface Places {
  /**
   * Waits for a place. Rejects with the signal's reason when it is aborted, and with a ProblemError
   * (503) where too many wait.
   */
  take(signal?: AbortSignal): Promise<Place>;
}

interface PlacesOptions {
  readonly count: number;
  /** The most that wait for a place. */
  readonly mostWaiting: number;
  /** The time for which a client may keep its work waiting in all, while others need a place. */
  readonly patienceMilliseconds: number;
  readonly now: () => number;
  /** Calls a function again and again; returns what ends that. */
  readonly every: (milliseconds: number, look: () => void) => () => void;
}

interface Taken {
  readonly losing: AbortController;
  waited: number;
  since: number | undefined;
}

const lookMilliseconds = 1000;

/**
 * Opens places, which are given in the order in which they are asked for. While somebody waits, the
 * client that has kept its work waiting the longest loses its place, once it had its time. So slow
 * clients cannot keep all others away.
 */
export function openPlaces({ count, mostWaiting, patienceMilliseconds, now, every }: PlacesOptions): Places {
  const taken = new Set<Taken>();
  const waiting = new Set<(place: Place) => void>();
  let endLooking: (() => void) | undefined;

  const waitedOf = ({ waited, since }: Taken) => waited + (since === undefined ? 0 : now() - since);

  function loseSlowest(): void {
    const slowest = [...taken]
      .filter(({ losing }) => !losing.signal.aborted)
      .reduce<Taken | undefined>((most, one) => (most && waitedOf(most) >= waitedOf(one) ? most : one), undefined);
    if (!slowest || waitedOf(slowest) < patienceMilliseconds) return;
    slowest.losing.abort(new Error('others wait for the place of this client, which reads too slowly'));
  }

  function settle(): void {
    for (const give of waiting) {
      if (taken.size >= count) break;
      waiting.delete(give);
      give(newPlace());
    }
    if (waiting.size > 0) endLooking ??= every(lookMilliseconds, loseSlowest);
    else {
      endLooking?.();
      endLooking = undefined;
    }
  }

  function newPlace(): Place {
    const own: Taken = { losing: new AbortController(), waited: 0, since: undefined };
    taken.add(own);
    return {
      lost: own.losing.signal,
      waitForClient() {
        own.since = now();
        return () => {
          own.waited = waitedOf(own);
          own.since = undefined;
        };
      },
      free() {
        taken.delete(own);
        settle();
      },
    };
  }

  return {
    async take(signal) {
      signal?.throwIfAborted();
      if (taken.size < count && waiting.size === 0) return newPlace();
      if (waiting.size >= mostWaiting)
        throw new ProblemError(503, `${mostWaiting} requests wait until a table is made for them already: ask again`);
      const { promise, resolve, reject } = Promise.withResolvers<Place>();
      const leave = () => {
        waiting.delete(resolve);
        settle();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.add(resolve);
      settle();
      return promise.finally(() => signal?.removeEventListener('abort', leave));
    },
  };
}
