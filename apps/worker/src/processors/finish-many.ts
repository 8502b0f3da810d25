import type { ResultCache } from '@cellshed/cache';
import { causedBy, type FinishProcessor, type FinishResult, type Found, type Shelf } from '@cellshed/jobs';
import type { KnownAnswer, KnownAnswers } from './known-answers.ts';
import { bytesOf, type Done, documentsIn, resultsText, tooManyBytes } from './many.ts';

export interface ManyDependencies {
  readonly results: Pick<ResultCache, 'read'>;
  readonly shelf: Pick<Shelf, 'put' | 'get'>;
  readonly knownAnswers: Pick<KnownAnswers, 'read'>;
  /** The most bytes of the results of one request. */
  readonly mostResultBytes: number;
}

type Input = Parameters<FinishProcessor>[0];

/** Answers a request for several, from the cache and from the computations of what was missing. */
export function manyAnswerer({ results, shelf, knownAnswers, mostResultBytes }: ManyDependencies) {
  return async (
    { id, requestId, started: _started, answer: _form, client: _client, ...request }: Input,
    members: readonly Found[],
    done: ReadonlyMap<string, Done>,
  ): Promise<FinishResult | { readonly again: string }> => {
    const answers = await knownAnswers.read({ id, ...causedBy({ requestId }) }, request, members);
    for (const [computation, one] of done) {
      const own = members.filter((member) => member.computation === computation);
      for (const [key, value] of await documentsOf(one, own)) answers.set(key, { value, cache: one.cache });
    }
    for (const { key } of members) {
      if (answers.has(key)) continue;
      const entry = await results.read(key);
      if (!entry) return { again: 'a result was computed, but not kept' };
      answers.set(key, { value: entry.value, cache: 'hit' });
    }
    const values = members.map(({ key }) => answers.get(key)?.value as Uint8Array);
    if (bytesOf(values) > mostResultBytes) return { outcome: 'refused', problem: tooManyBytes(mostResultBytes) };
    const tiles = tilesOf([...done.values()]);
    return {
      outcome: 'done',
      cache: cacheOf([...answers.values()]),
      result: await shelf.put(resultsText(values)),
      ...(tiles && { tiles }),
    };
  };

  /** The documents that a computation has left on the shelf for some members, by their keys. */
  async function documentsOf({ result, each }: Done, members: readonly Found[]): Promise<Map<string, Uint8Array>> {
    const bytes = result === undefined ? undefined : await shelf.get(result);
    if (!bytes) return new Map();
    if (!each) return new Map(members.map(({ key }) => [key, bytes]));
    const all = documentsIn(bytes);
    return new Map(members.flatMap(({ key }) => (all.has(key) ? [[key, all.get(key) as Uint8Array]] : [])));
  }
}

function cacheOf(answers: readonly KnownAnswer[]): KnownAnswer['cache'] {
  const seen = new Set(answers.map(({ cache }) => cache));
  return seen.has('miss') ? 'miss' : seen.has('stale') ? 'stale' : 'hit';
}

function tilesOf(done: readonly Done[]): Done['tiles'] {
  const known = done.flatMap(({ tiles }) => tiles ?? []);
  if (known.length === 0) return undefined;
  const sum = (member: 'planned' | 'tallied') => known.reduce((total, tiles) => total + tiles[member], 0);
  return { planned: sum('planned'), tallied: sum('tallied') };
}
