import { randomUUID } from 'node:crypto';
import { causedBy } from '../contracts/caused-by.ts';
import type { RefreshInput } from '../contracts/refresh.ts';
import { optionsOf } from '../jobs.ts';
import type { Queues } from '../queues.ts';
import { backgroundScore } from '../turns.ts';

/** The right to refresh an entry; as the cache's fence gives it. */
export interface RefreshLeases {
  take(key: string, lease: { name: string; holder: string; milliseconds: number }): Promise<boolean>;
  release(key: string, lease: { name: string; holder: string }): Promise<void>;
}

/** Refreshes of stale results: one at a time for each entry in the whole cluster. */
export interface Refreshes {
  /**
   * Queues a refresh, unless one is queued or under way that was heard of within the timeout, or
   * too many computations that nobody waits for are in the queue. Answers whether it did. `prepare`
   * is called before the job is added.
   */
  queue(
    input: Pick<RefreshInput, 'key' | 'fingerprint' | 'request' | 'requestId'>,
    prepare: (lease: string) => Promise<void>,
  ): Promise<boolean>;
  /** The refresh has ended well: from now on another one may be queued. */
  ended(input: Pick<RefreshInput, 'key' | 'lease'>): Promise<void>;
}

export interface RefreshesOptions {
  readonly queues: Queues;
  readonly leases: RefreshLeases;
  readonly timeoutMilliseconds: number;
  /** The most refreshes and computations for nobody that wait; default: there is no limit. */
  readonly mostWaiting?: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

const name = 'refresh';

export function openRefreshes(options: RefreshesOptions): Refreshes {
  const { queues, leases, timeoutMilliseconds, mostWaiting = Number.POSITIVE_INFINITY, clock } = options;
  const isFull = async () => Number.isFinite(mostWaiting) && (await waitingForNobody(queues)) >= mostWaiting;
  return {
    queue: async ({ key, fingerprint, request, requestId }, prepare) => {
      const holder = randomUUID();
      if (!(await leases.take(key, { name, holder, milliseconds: timeoutMilliseconds }))) return false;
      const asked = { ...causedBy({ requestId }), key, fingerprint, request };
      const input: RefreshInput = { ...asked, lease: holder, queuedAt: clock() };
      try {
        if (await isFull()) {
          await leases.release(key, { name, holder });
          return false;
        }
        await prepare(holder);
        await queues.refresh.add('refresh', input, optionsOf('refresh'));
      } catch (error) {
        await leases.release(key, { name, holder });
        throw error;
      }
      return true;
    },
    ended: ({ key, lease }) => leases.release(key, { name, holder: lease }),
  };
}

async function waitingForNobody({ redis, refresh, count }: Queues): Promise<number> {
  const [refreshes, computations] = await Promise.all([
    redis.zcard(refresh.toKey('prioritized')),
    redis.zcount(count.toKey('prioritized'), backgroundScore, '+inf'),
  ]);
  return refreshes + computations;
}
