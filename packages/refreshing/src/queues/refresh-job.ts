import type { TaskOptions } from '../read-options.ts';
import type { Json } from '../stored/plain-data.ts';

/** Asks a worker to refresh one entry; plain JSON, so that any queue can carry it. */
export interface RefreshJob {
  /** The name of the read, as it was defined. */
  readonly name: string;
  /**
   * The key of the entry, as the reader saw it. Workers use it as it is and never make it again
   * from the arguments.
   */
  readonly key: string;
  /** The arguments of the fetch, as `toJson` makes them. */
  readonly args: Json;
  /** The tags of the entry, as the reader saw them; absent: none. */
  readonly tags?: readonly string[];
  /** The epoch of the entry when the refresh was queued. */
  readonly epoch: string;
  /** The holder of the lease `queue`, which is let go of when the work begins. */
  readonly lease: string;
  /** Milliseconds since 1970. An entry that was computed since then needs no refresh. */
  readonly queuedAt: number;
}

/**
 * A queue in which refreshes wait for a worker. The worker hands each to the cache's `perform` and
 * tries those again that fail.
 */
export interface RefreshQueue {
  /**
   * Adds a refresh. `options` says how the read wants it queued; a queue may ignore what it does
   * not have.
   */
  add(job: RefreshJob, options: TaskOptions): Promise<void>;
  /**
   * Needed by a queue whose worker is in the same process: the cache calls it once, with the
   * function that does the work.
   */
  performWith?(perform: (job: RefreshJob) => Promise<unknown>): void;
}

/** Reads what a queue hands over. Throws a `TypeError` that names the member that is wrong. */
export function checkRefreshJob(data: unknown): RefreshJob {
  const job = data as Partial<RefreshJob> | null | undefined;
  const must = (holds: boolean, name: keyof RefreshJob, expected: string) => {
    if (!holds) throw new TypeError(`${name} of a refresh job is ${JSON.stringify(job?.[name])}, expected ${expected}`);
  };
  for (const name of ['name', 'key', 'epoch', 'lease'] as const) must(typeof job?.[name] === 'string', name, 'text');
  must(Array.isArray(job?.args), 'args', 'a list');
  const { tags = [] } = (job ?? {}) as { readonly tags?: unknown };
  must(Array.isArray(tags) && tags.every((tag) => typeof tag === 'string'), 'tags', 'a list of texts');
  must(Number.isFinite(job?.queuedAt), 'queuedAt', 'milliseconds since 1970');
  return job as RefreshJob;
}
