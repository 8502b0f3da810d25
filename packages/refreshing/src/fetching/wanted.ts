import type { Asked } from '../parts.ts';
import type { RefreshJob } from '../queues/refresh-job.ts';
import type { Found, NewEntry } from '../stored/entries.ts';

export interface Fetching {
  /**
   * Fetches, or waits a bounded time for another fetch, in this process or another, until there is
   * an entry that `isGood`. Rejects with what the fetch throws.
   */
  shared(asked: Asked, options: FetchOptions): Promise<NewEntry>;
  /**
   * The same for several of one read, an outcome for each: what nobody fetches already is fetched
   * together, if the read says how.
   */
  sharedMany(many: readonly Wanted[]): Promise<readonly PromiseSettledResult<NewEntry>[]>;
  /** Fetches now, whatever else is fetching. Rejects with what the fetch throws. */
  alone(asked: Asked): Promise<NewEntry>;
  /** Does a queued refresh. Rejects when fetch or store fails. */
  perform(asked: Asked, job: RefreshJob): Promise<RefreshOutcome>;
}

/** One of several. */
export interface Wanted {
  readonly asked: Asked;
  readonly options: FetchOptions;
}

/**
 * The outcome of a refresh. `there`: another fetch has ended since it was queued. `deleted`: the
 * entry was, so there is nothing to refresh. `fenced`: its value is outdated already, and was not
 * written. `not kept`: its lifetime says that it is not to be kept.
 */
export type RefreshOutcome = 'refreshed' | 'there' | 'deleted' | 'fenced' | 'not kept';

/** A reader that waits for a fetch, and what it has seen. */
export interface FetchOptions {
  readonly isGood: (entry: Found) => boolean;
  /** Then the store is not asked. */
  readonly storeIsAway?: boolean;
  /**
   * The stamp of the tags as the reader saw them: a reader that sees others does not share its
   * fetch.
   */
  readonly mark?: string;
}
