import { randomBytes } from 'node:crypto';
import type { Queues } from '../queues.ts';
import { scriptsOn } from '../script.ts';
import { charge } from './computation-scripts.ts';
import { spentSeconds } from './computations.ts';

/** The refusal of a client that has spent its budget. */
export interface Overspent {
  /** One sentence: the limit, the cells spent, and when to ask again. */
  readonly problem: string;
  /** The time from which the client may ask again, in epoch milliseconds. */
  readonly retryAt: number;
}

/**
 * The cells that each client has had counted, within an hour that begins with its first ones. A
 * client with anything left may have one more large plan counted, which is charged before, and the
 * small ones that are counted at the moment, which are charged at their end.
 */
export interface Spending {
  /**
   * Charges a client for the plan of a computation. A computation is charged once, however often it
   * is planned, and not at all if an operator wants it too. Resolves to a refusal, and charges
   * nothing, if nothing was left; to `over` if the computation is.
   */
  charge(plan: Charged): Promise<Overspent | 'over' | undefined>;
  /** The refusal of a client that has nothing left; undefined for all others. */
  refusal(client: string): Promise<Overspent | undefined>;
}

export interface Charged {
  readonly client: string;
  readonly computation: string;
  readonly cells: number;
}

export interface SpendingOptions {
  /** The cells that one client may have counted in an hour; 0: no limit. */
  readonly cellsPerHour: number;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

export function openSpending({ redis, key }: Queues, { cellsPerHour, clock = Date.now }: SpendingOptions): Spending {
  const call = scriptsOn(redis, { charge });
  const overspent = (spent: string, milliseconds: number): Overspent => {
    const retryAt = clock() + Math.max(0, milliseconds);
    return { problem: problemOf({ spent: Number(spent), limit: cellsPerHour, retryAt }), retryAt };
  };
  return {
    charge: async ({ client, computation, cells }) => {
      if (cellsPerHour === 0) return undefined;
      const keys = [key('computation', computation), key('spent', client)];
      const before = (await call.charge(keys, [cells, cellsPerHour, spentSeconds])) as [string, number] | 0 | 1;
      if (before === 1) return 'over';
      return before === 0 ? undefined : overspent(...before);
    },
    refusal: async (client) => {
      if (cellsPerHour === 0) return undefined;
      const spent = await redis.get(key('spent', client));
      if (spent === null || Number(spent) < cellsPerHour) return undefined;
      return overspent(spent, await redis.pttl(key('spent', client)));
    },
  };
}

function problemOf({ spent, limit, retryAt }: { spent: number; limit: number; retryAt: number }): string {
  const [were, most] = [spent, limit].map((cells) => cells.toLocaleString('en'));
  const until = new Date(Math.ceil(retryAt / 1000) * 1000).toISOString().replace('.000', '');
  return `${were} cells were counted for this client within an hour, at most ${most} are allowed (CLIENT_CELLS_PER_HOUR); ask again after ${until}`;
}

/**
 * The secret with which gateways turn the addresses of clients into names. All gateways use the
 * same one. The first gateway makes it and stores it beside the queues.
 */
export async function clientSecret({ redis, key }: Pick<Queues, 'redis' | 'key'>): Promise<string> {
  await redis.set(key('client-secret'), randomBytes(32).toString('base64url'), 'NX');
  return (await redis.get(key('client-secret'))) as string;
}
