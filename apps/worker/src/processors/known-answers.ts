import type { ResultCache } from '@cellshed/cache';
import type { AnyRequest, Request } from '@cellshed/contracts';
import { type Found, membersOf, readIfThere, type Scratch } from '@cellshed/jobs';
import type { Served, ServedStale } from './stale.ts';

/** A result document, and the part that the cache had in it. */
export interface KnownAnswer {
  readonly value: Uint8Array;
  readonly cache: 'hit' | 'miss' | 'stale';
}

/** The cached answers to a request for several. */
export interface KnownAnswers {
  /**
   * Reads the cached answers and keeps them with the request, if others are to be computed, so that
   * no eviction in between removes them. Resolves to the members, without the tickets of those that
   * are gone.
   */
  keep(served: Served, request: AnyRequest, members: readonly Found[]): Promise<Found[]>;
  /** The cached answers by their keys: those that are kept, or those in the cache. */
  read(served: Served, request: AnyRequest, members: readonly Found[]): Promise<Map<string, KnownAnswer>>;
}

/** The path in the job cache of the request. */
const path = 'answers';

export interface KnownAnswersDependencies {
  readonly results: Pick<ResultCache, 'redeem'>;
  readonly scratch: Pick<Scratch, 'ofRequest'>;
  readonly servedStale: ServedStale;
}

export function openKnownAnswers({ results, scratch, servedStale }: KnownAnswersDependencies): KnownAnswers {
  return {
    keep: async (served, request, members) => {
      const isAnyMissing = members.some(({ ticket }) => ticket === undefined);
      if (!isAnyMissing || members.every(({ ticket }) => ticket === undefined)) return [...members];
      const answers = await readCached(served, request, members);
      await scratch.ofRequest(served.id).set(path, Buffer.from(JSON.stringify(Array.from(answers, asText))));
      return members.map(({ ticket, ...rest }) => (ticket && answers.has(rest.key) ? { ...rest, ticket } : rest));
    },
    read: async (served, request, members) => {
      if (members.every(({ ticket }) => ticket !== undefined)) return readCached(served, request, members);
      const kept = await readIfThere(scratch.ofRequest(served.id), path);
      return new Map<string, KnownAnswer>(kept ? JSON.parse(Buffer.from(kept).toString()).map(fromText) : []);
    },
  };

  async function readCached(served: Served, request: AnyRequest, members: readonly Found[]) {
    const answers = new Map<string, KnownAnswer>();
    const requests = membersOf(request);
    for (const [i, { key, fingerprint, ticket }] of members.entries()) {
      if (!ticket || answers.has(key)) continue;
      const redeemed = await results.redeem(ticket);
      if (redeemed.outcome !== 'value') continue;
      const stale = await servedStale(served, redeemed.header, { key, fingerprint, request: requests[i] as Request });
      answers.set(key, { value: redeemed.value, cache: stale ? 'stale' : 'hit' });
    }
    return answers;
  }
}

function asText([key, { value, cache }]: [string, KnownAnswer]) {
  return [key, cache, Buffer.from(value).toString()];
}

function fromText([key, cache, value]: [string, KnownAnswer['cache'], string]): [string, KnownAnswer] {
  return [key, { value: Buffer.from(value), cache }];
}
