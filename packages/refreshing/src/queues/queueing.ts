import { randomUUID } from 'node:crypto';
import { answeredWithin } from '@cellshed/cache';
import { isComputedSince } from '../fetching/freshness.ts';
import { messageOf } from '../fetching/message-of.ts';
import { fetchLease, queueLease } from '../fetching/turns.ts';
import type { Fetching } from '../fetching/wanted.ts';
import { type Asked, type Parts, unlessAway } from '../parts.ts';
import type { RefreshJob } from './refresh-job.ts';

/**
 * All queue one refresh unless one is queued already. If queueing fails a fetch is tried in the
 * background instead.
 */
export interface Queueing {
  /** For a reader that found a stale value, or none: not during a fetch. */
  soon(asked: Asked): Promise<void>;
  /**
   * For a caller that wants it refreshed, whatever is there. False: a refresh is queued already, or
   * another process is fetching.
   */
  now(asked: Asked): Promise<boolean>;
  /**
   * For a caller that has invalidated the entry: the value of the present fetch is outdated, so it
   * does not count.
   */
  afterInvalidation(asked: Asked): Promise<void>;
}

type Queued = Pick<RefreshJob, 'epoch' | 'lease' | 'queuedAt'>;

/**
 * The time for which the question whether a fetch runs may look like a fetch itself, if the process
 * that asks is killed.
 */
const questionMilliseconds = 1000;

/**
 * More than this many fetches instead of queueing are not tried at once: what waits for the queue
 * may be a lot.
 */
const mostInstead = 8;

export function queueing(parts: Parts, { shared }: Pick<Fetching, 'shared'>): Queueing {
  const { clock, entries, queue, backoff, counts, report, background, timeoutMilliseconds } = parts;
  const beingQueued = new Set<string>();
  let instead = 0;

  const isFetching = async ({ definition, key }: Asked) => {
    const question = { ...fetchLease(definition, randomUUID()), milliseconds: questionMilliseconds };
    if (!(await entries.take(key, question))) return true;
    await entries.release(key, question);
    return false;
  };
  const fetchInstead = async (asked: Asked, { queuedAt, lease }: Queued) => {
    const { definition, key } = asked;
    instead += 1;
    try {
      if (instead > mostInstead || backoff.failure(key)) return;
      await shared(asked, { isGood: (entry) => isComputedSince(entry, queuedAt) });
    } catch (cause) {
      report(new Error(`the fetch of ${key} in the background failed: ${messageOf(cause)}`, { cause }));
    } finally {
      instead -= 1;
      await unlessAway(counts, 'failedReads', entries.release(key, queueLease(definition, lease)));
    }
  };
  const add = async (asked: Asked, queued: Queued) => {
    const { definition, key, queuedArgs, tags } = asked;
    try {
      const job = { name: definition.name, key, args: queuedArgs, ...queued, ...(tags.length > 0 && { tags }) };
      const adding = Promise.resolve(queue.add(job, definition.taskOptions(asked.args)));
      await answeredWithin(timeoutMilliseconds, adding, 'the queue');
      counts.queued += 1;
    } catch (cause) {
      counts.failedQueueings += 1;
      report(new Error(`the refresh of ${key} could not be queued: ${messageOf(cause)}`, { cause }));
      background(() => fetchInstead(asked, queued));
    }
  };
  const leaseFor = ({ definition, args }: Asked) => queueLease(definition, randomUUID(), definition.taskOptions(args));
  const afterInvalidation = async (asked: Asked): Promise<boolean> => {
    const { key } = asked;
    const lease = leaseFor(asked);
    let epoch = await entries.epoch(key);
    if (!(await entries.take(key, lease))) {
      // The holder may be about to let go of it, because somebody is fetching; then it sees that
      // the epoch has moved.
      epoch = await entries.move(key);
      if (!(await entries.take(key, lease))) return false;
    }
    await add(asked, { epoch, lease: lease.holder, queuedAt: clock() });
    return true;
  };
  /** A value that was computed before `since` is refreshed. */
  const queueOnce = async (asked: Asked, since: number): Promise<boolean> => {
    const { key } = asked;
    const lease = leaseFor(asked);
    const epoch = await entries.epoch(key);
    if (!(await entries.take(key, lease))) return false;
    if (!(await isFetching(asked))) {
      await add(asked, { epoch, lease: lease.holder, queuedAt: since });
      return true;
    }
    await entries.release(key, lease);
    const wasInvalidated = (await entries.epoch(key)) !== epoch && (await entries.look(asked)).entry;
    return wasInvalidated ? afterInvalidation(asked) : false;
  };
  return {
    // Also what was computed in this very millisecond.
    now: (asked) => queueOnce(asked, clock() + 1),
    afterInvalidation: async (asked) => void (await afterInvalidation(asked)),
    soon: async (asked) => {
      if (beingQueued.has(asked.key)) return;
      beingQueued.add(asked.key);
      try {
        await queueOnce(asked, clock());
      } finally {
        beingQueued.delete(asked.key);
      }
    },
  };
}
