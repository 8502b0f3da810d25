import { randomUUID } from 'node:crypto';
import type { EntryHeader } from '@cellshed/cache';
import { type Asked, away, type Parts, unlessAway } from '../parts.ts';
import type { Queueing } from '../queues/queueing.ts';
import type { ReadStatus } from '../read-options.ts';
import type { Found, NewEntry, Seen } from '../stored/entries.ts';
import { earlyRefreshProbability, isFresh, isServable } from './freshness.ts';
import { messageOf } from './message-of.ts';
import type { Fetching, Wanted } from './wanted.ts';

/** The answer for a reader, before `processResult` has changed it. */
export interface Answer {
  readonly status: ReadStatus;
  /** Decoded for each reader, so that what one does to its copy is nothing to another. */
  copy(): unknown;
  readonly computedAt: number | null;
}

export interface AnsweringDependencies {
  readonly parts: Parts;
  readonly fetching: Fetching;
  readonly queueing: Queueing;
}

/** Decides what a reader gets, and what else is done for the sake of the next one. */
export interface Answering {
  one(asked: Asked): Promise<Answer>;
  /**
   * For several of one read, each once: read together, and fetched together. An outcome for each.
   */
  many(asked: readonly Asked[]): Promise<readonly PromiseSettledResult<Answer>[]>;
}

/** A reader that must wait for a fetch: what it saw, and the value that replaces a failed fetch. */
interface Waiting {
  readonly asked: Asked;
  readonly seen: Seen | typeof away;
  readonly old: Found | undefined;
}

export function answering({ parts, fetching, queueing }: AnsweringDependencies): Answering {
  const { clock, random, entries, backoff, counts, report, background } = parts;

  const refreshSoon = (asked: Asked) =>
    background(async () => {
      // While the store is away nothing can be refreshed.
      await unlessAway(counts, 'failedReads', queueing.soon(asked));
    });
  const mustFetch = ({ definition, args }: Asked, entry: Found) =>
    !isFresh(entry, clock()) && definition.fetchesOnStale(headerOf(entry), clock(), args);
  const isDueEarly = ({ definition: { beta } }: Asked, entry: Found) =>
    random() < earlyRefreshProbability(entry, { now: clock(), beta });
  /**
   * The fetch that the reader wants. A reader that sees no version of a tag makes one first:
   * otherwise it looks like a reader from before the tag was cleared, and would share an outdated
   * fetch.
   */
  const wanted = async ({ asked, seen }: Waiting): Promise<Wanted> => {
    const isGood = (entry: Found) => !mustFetch(asked, entry);
    const stamp =
      seen === away ? away : (seen.stamp ?? (await unlessAway(counts, 'failedReads', entries.stamp(asked))));
    if (stamp === away) return { asked, options: { isGood, storeIsAway: true } };
    // The tag was cleared just now: no other fetch is meant.
    return { asked, options: { isGood, mark: stamp ?? randomUUID() } };
  };
  /** Answers what it can from what was seen, or says which readers must wait for a fetch. */
  const decide = (asked: Asked, seen: Seen | typeof away): Answer | Waiting => {
    const { definition, args } = asked;
    const entry = seen === away ? undefined : seen.entry;
    if (!entry) {
      if (definition.fetchesOnMiss(args)) return { asked, seen, old: undefined };
      if (seen !== away) refreshSoon(asked);
      return { status: 'empty', copy: () => definition.empty(args), computedAt: null };
    }
    if (mustFetch(asked, entry)) return { asked, seen, old: entry };
    const isHit = isFresh(entry, clock());
    if (!isHit || isDueEarly(asked, entry)) refreshSoon(asked);
    return answerOf(isHit ? 'hit' : 'stale', asked, entry);
  };
  const answered = ({ asked }: Waiting, entry: NewEntry): Answer => ({
    status: 'miss',
    copy: () => asked.definition.codec.decode(entry.value),
    computedAt: entry.computedAt,
  });
  /** The old value, if it may stand in for one that could not be fetched. */
  const staleInstead = ({ asked, old }: Waiting, cause: unknown): Answer => {
    if (!old) throw cause;
    const age = clock() - old.computedAt;
    if (age > asked.definition.staleIfErrorMilliseconds || !isServable(old, clock())) throw cause;
    report(new Error(`the fetch of ${asked.key} failed, its stale value is served: ${messageOf(cause)}`, { cause }));
    return answerOf('stale', asked, old);
  };

  return {
    one: async (asked) => {
      const decided = decide(asked, await unlessAway(counts, 'failedReads', entries.look(asked)));
      if (!isWaiting(decided)) return decided;
      try {
        const failure = backoff.failure(asked.key);
        if (failure) throw failure.error;
        const { options } = await wanted(decided);
        return answered(decided, await fetching.shared(asked, options));
      } catch (cause) {
        return staleInstead(decided, cause);
      }
    },
    many: async (all) => {
      const seen = all.length > 0 ? await unlessAway(counts, 'failedReads', entries.lookAt(all)) : [];
      const decided = all.map((asked, at) => decide(asked, seen === away ? away : (seen[at] as Seen)));
      const fetchable = decided.filter(isWaiting).filter(({ asked }) => !backoff.failure(asked.key));
      const outcomes = await fetching.sharedMany(await Promise.all(fetchable.map(wanted)));
      const byKey = new Map(fetchable.map(({ asked }, at) => [asked.key, outcomes[at]]));
      return Promise.allSettled(
        decided.map(async (one) => {
          if (!isWaiting(one)) return one;
          const outcome = byKey.get(one.asked.key);
          if (outcome?.status === 'fulfilled') return answered(one, outcome.value);
          return staleInstead(one, outcome ? outcome.reason : backoff.failure(one.asked.key)?.error);
        }),
      );
    },
  };
}

function isWaiting(decided: Answer | Waiting): decided is Waiting {
  return 'asked' in decided;
}

function answerOf(status: ReadStatus, { definition }: Asked, { decoded, value, computedAt }: Found): Answer {
  let isGiven = false;
  const copy = () => {
    // The first reader gets what was decoded to see whether it can be.
    if (isGiven) return definition.codec.decode(value);
    isGiven = true;
    return decoded;
  };
  return { status, copy, computedAt };
}

function headerOf({ decoded: _, value: __, ...header }: Found): EntryHeader {
  return header;
}
