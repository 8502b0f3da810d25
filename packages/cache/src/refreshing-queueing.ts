import { randomUUID } from 'node:crypto';
import { answeredWithin } from './answered-within.ts';
import { isComputedSince } from './freshness.ts';
import { toJson } from './plain-data.ts';
import type { RefreshJob } from './refresh-job.ts';
import { type Fetching, fetchLease, queueLease } from './refreshing-fetch.ts';
import { type Asked, messageOf, type Parts, unlessAway } from './refreshing-parts.ts';

export interface Queueing {
  /**
   * Queues a refresh unless one is queued already, or somebody is fetching right now; for an entry that was invalidated this last
   * does not count, as what is being fetched is outdated. If queueing fails a fetch is tried in the background instead.
   */
  soon(asked: Asked, options: { isInvalidated: boolean }): Promise<void>;
}

type Queued = Pick<RefreshJob, 'epoch' | 'lease' | 'queuedAt'>;

/** How long the question whether anybody is fetching may look like somebody fetching, if who asks it is killed. */
const questionMilliseconds = 1000;

/** More than this many fetches instead of queueing are not tried at once: what waits for the queue may be a lot. */
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
    const { definition, key, args } = asked;
    try {
      const job: RefreshJob = { name: definition.name, key, args: toJson(args, 'args'), ...queued };
      await answeredWithin(timeoutMilliseconds, Promise.resolve(queue.add(job)), 'the queue');
      counts.queued += 1;
    } catch (cause) {
      counts.failedQueueings += 1;
      report(new Error(`the refresh of ${key} could not be queued: ${messageOf(cause)}`, { cause }));
      background(() => fetchInstead(asked, queued));
    }
  };
  const soon: Queueing['soon'] = async (asked, { isInvalidated }) => {
    const { definition, key } = asked;
    const lease = queueLease(definition, randomUUID());
    const epoch = await entries.epoch(key);
    if (!(await entries.take(key, lease))) return;
    if (!isInvalidated && (await isFetching(asked))) return entries.release(key, lease);
    await add(asked, { epoch, lease: lease.holder, queuedAt: clock() });
  };
  return {
    soon: async (asked, options) => {
      if (options.isInvalidated) return soon(asked, options);
      if (beingQueued.has(asked.key)) return;
      beingQueued.add(asked.key);
      try {
        await soon(asked, options);
      } finally {
        beingQueued.delete(asked.key);
      }
    },
  };
}
