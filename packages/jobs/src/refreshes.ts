import { randomUUID } from 'node:crypto';
import { jobOptions, type Queues } from './queues.ts';
import type { RefreshInput } from './refresh.ts';

/** The right to refresh an entry; as the cache's fence gives it. */
export interface RefreshLeases {
  take(key: string, lease: { name: string; holder: string; milliseconds: number }): Promise<boolean>;
  release(key: string, lease: { name: string; holder: string }): Promise<void>;
}

/** Refreshes of stale results: one at a time for each entry in the whole cluster. */
export interface Refreshes {
  /**
   * Queues a refresh, unless one is queued or under way that was heard of within the timeout.
   * Answers whether it did.
   */
  queue(input: Pick<RefreshInput, 'key' | 'request'>): Promise<boolean>;
  /** The refresh has ended well: from now on another one may be queued. */
  ended(input: Pick<RefreshInput, 'key' | 'lease'>): Promise<void>;
}

export interface RefreshesOptions {
  readonly queues: Queues;
  readonly leases: RefreshLeases;
  readonly timeoutMilliseconds: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

const name = 'refresh';

export function openRefreshes({ queues, leases, timeoutMilliseconds, clock }: RefreshesOptions): Refreshes {
  return {
    queue: async ({ key, request }) => {
      const holder = randomUUID();
      if (!(await leases.take(key, { name, holder, milliseconds: timeoutMilliseconds }))) return false;
      const input: RefreshInput = { key, request, lease: holder, queuedAt: clock() };
      try {
        await queues.refresh.add('refresh', input, { ...jobOptions(queues.retentionSeconds), removeOnComplete: true });
      } catch (error) {
        await leases.release(key, { name, holder });
        throw error;
      }
      return true;
    },
    ended: ({ key, lease }) => leases.release(key, { name, holder: lease }),
  };
}
