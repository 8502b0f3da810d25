import type { EntryHeader } from '@cellshed/cache';
import { type CausedBy, causedBy, copyDrawn, type Keyed, type Refreshes, type Scratch } from '@cellshed/jobs';

/** A request that is served, and the HTTP request that it came by. */
export type Served = CausedBy & { readonly id: string };

/** Whether a cached value that is served to a request is stale. Then a refresh computes it anew. */
export type ServedStale = (served: Served, header: EntryHeader, asked: Keyed) => Promise<boolean>;

export interface StaleDependencies {
  readonly refreshes: Pick<Refreshes, 'queue'>;
  readonly scratch: Pick<Scratch, 'ofRequest' | 'ofRefresh'>;
  /** Receives the error if a refresh cannot be queued. */
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export function openServedStale({ refreshes, scratch, onError, clock }: StaleDependencies): ServedStale {
  return async ({ id, ...cause }, { freshUntil }, asked) => {
    if (freshUntil === null || clock() <= freshUntil) return false;
    const copy = (lease: string) => copyDrawn([asked.request], scratch.ofRequest(id), scratch.ofRefresh(lease));
    // The client is served anyway; the next request queues the refresh again.
    await refreshes.queue({ ...asked, ...causedBy(cause) }, copy).catch(onError);
    return true;
  };
}
