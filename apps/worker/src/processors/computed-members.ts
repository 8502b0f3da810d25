import type { EntryHeader, ResultCache } from '@catchment/cache';
import type { Request } from '@catchment/contracts';
import { type Computed, membersOf } from '@catchment/jobs';

/** A result document, the key under which it is written, and its entry's epoch. */
export interface Answer {
  readonly key: string;
  readonly value: Uint8Array;
  readonly cells?: number;
  /** Present for one that was counted now, and that is to be written into the cache. */
  readonly counted?: { readonly request: Request; readonly epoch: string | undefined };
}

export interface MembersDependencies {
  readonly results: Pick<ResultCache, 'begin' | 'read'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** The members of a computation, and the results of those that the cache has by now. */
export interface ComputedMembers extends Pick<Computed, 'members'> {
  readonly requests: readonly Request[];
  /** The epochs of the entries, from before anything is counted. */
  readonly epochs: readonly (string | undefined)[];
  readonly there: readonly (Uint8Array | undefined)[];
  /** The places of the members without a result. */
  readonly missing: readonly number[];
}

/** Looks for the results of a computation in the cache. */
export async function lookUp(
  { request, members, for: reason }: Computed,
  { results, clock }: MembersDependencies,
): Promise<ComputedMembers> {
  const requests = membersOf(request);
  const epochs = await Promise.all(members.map(({ key }) => results.begin(key)));
  // Another computation may have ended since start has looked.
  const refresh = 'refresh' in reason ? reason.refresh : undefined;
  const there = await Promise.all(
    members.map(async ({ key }) => {
      const cached = await results.read(key);
      const fits = cached && (refresh ? cached.computedAt >= refresh.queuedAt : isFresh(cached, clock()));
      return fits ? cached.value : undefined;
    }),
  );
  const missing = members.flatMap((_, i) => (there[i] ? [] : [i]));
  return { members, requests, epochs, there, missing };
}

export function answersThere({ members, there }: ComputedMembers): Answer[] {
  return members.flatMap(({ key }, i) => (there[i] ? [{ key, value: there[i] as Uint8Array }] : []));
}

/** All answers, those of the missing members just counted. */
export function countedAnswers(
  all: ComputedMembers,
  counted: readonly { readonly value: string; readonly cells: number }[],
): Answer[] {
  let next = 0;
  return all.members.map(({ key }, i) => {
    const value = all.there[i];
    if (value) return { key, value };
    const document = counted[next++] as (typeof counted)[number];
    const request = all.requests[i] as Request;
    return {
      key,
      value: Buffer.from(document.value),
      cells: document.cells,
      counted: { request, epoch: all.epochs[i] },
    };
  });
}

function isFresh({ freshUntil }: EntryHeader, now: number): boolean {
  return freshUntil === null || now <= freshUntil;
}
