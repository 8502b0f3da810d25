import { createHash, randomUUID } from 'node:crypto';
import type { CausedBy } from '../contracts/caused-by.ts';
import { longestOpenSeconds, type Queues } from '../queues.ts';
import { scriptsOn } from '../script.ts';
import { firstTurn } from '../turns.ts';
import { begin } from './computation-scripts.ts';

/** The one that asks, and when it is its turn. */
export interface Asking extends CausedBy {
  readonly client?: string | undefined;
  /** The priority of the request's jobs; default: before all others. */
  readonly turn?: number;
}

/** The computations that hold some keys. */
interface Held {
  /** The id of the computation of each key. */
  readonly computations: readonly string[];
  /** Those that were begun now: their jobs are still to be added. */
  readonly begun: readonly string[];
  /** Those that stand behind the turn of the one that asks. */
  readonly raised: readonly string[];
}

/** The one that waits: a request, a chore, or nobody. */
type Waiter = string | { readonly chore: string };

/** The one that stands for nobody among those that wait. */
export const nobody = 'nobody';

/**
 * The time in which the job of a computation is added, for which its key is held without one. A
 * start job that takes longer, as its worker was killed, joins the one that has taken the key over.
 */
export const addedWithinMilliseconds = 15_000;

/**
 * Makes a function that has somebody wait for the computations of some keys; those that nobody
 * computes are held by a new one. Undefined: the request is dismissed, or the chore is stopped.
 */
export function openHolding({ redis, key, retentionSeconds }: Queues) {
  const call = scriptsOn(redis, { begin });
  return async (
    who: Waiter,
    keys: readonly string[],
    { record, client = '', turn = firstTurn }: Asking & { readonly record: string },
  ): Promise<Held | undefined> => {
    const id = `c-${randomUUID()}`;
    const [name, own] =
      typeof who === 'string'
        ? [who, [key('request', who), key('dismissed', who)]]
        : [`chore:${who.chore}`, [begunBy(key, who.chore), stopOf(key, who.chore)]];
    const times = [longestOpenSeconds, addedWithinMilliseconds, 2 * retentionSeconds];
    const args = [key(''), name, id, ...times, record, client, turn, ...keys.map(nameOf)];
    const answer = (await call.begin([...own, key('computation', id)], args)) as string[] | null;
    if (!answer) return undefined;
    const [first, second] = [answer.indexOf(''), answer.lastIndexOf('')];
    return {
      computations: answer.slice(0, first),
      begun: answer.slice(first + 1, second),
      raised: answer.slice(second + 1),
    };
  };
}

/** The set of the computations, and the tally jobs, that a chore waits for. */
export function begunBy(key: Queues['key'], chore: string): string {
  return key('chore-record', `${chore}:begun`);
}

/** The mark that keeps a chore from beginning anything more. */
export function stopOf(key: Queues['key'], chore: string): string {
  return key('chore-record', `${chore}:stopped`);
}

/** The name of a key of the cache, without spaces and of one length. */
export function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
