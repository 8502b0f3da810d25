import type { ResultCache } from '@cellshed/cache';
import type { Request } from '@cellshed/contracts';
import { type Computed, membersOf } from '@cellshed/jobs';
import { isFresh } from './cached-units.ts';

/** A result document, the key under which it is written, and its entry's epoch. */
export interface Answer {
  readonly key: string;
  readonly value: Uint8Array;
  readonly cells?: number;
  /** Present for one that was counted now, and that is to be written into the cache. */
  readonly counted?: {
    readonly request: Request;
    readonly epoch: string | undefined;
    /** When the oldest of the results was computed that it was made from, in epoch milliseconds. */
    readonly startedAt?: number;
  };
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

/** The answers that are there, and those of the missing members just counted, by their places. */
export function countedAnswers(
  all: ComputedMembers,
  counted: readonly { readonly value: string; readonly cells: number }[],
): Map<number, Answer> {
  const answers = new Map<number, Answer>();
  for (const [i, { key }] of all.members.entries()) {
    const value = all.there[i];
    if (value) answers.set(i, { key, value });
  }
  for (const [n, i] of all.missing.entries()) {
    const { value, cells } = counted[n] as (typeof counted)[number];
    const known = { request: all.requests[i] as Request, epoch: all.epochs[i] };
    answers.set(i, { key: all.members[i]?.key as string, value: Buffer.from(value), cells, counted: known });
  }
  return answers;
}
