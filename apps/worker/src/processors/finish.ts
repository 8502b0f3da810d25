import type { ResultCache } from '@cellshed/cache';
import type { Request } from '@cellshed/contracts';
import {
  type Computations,
  causedBy,
  type FinishProcessor,
  type FinishResult,
  type Found,
  KnownFailure,
  type Outcome,
  type Shelf,
  unpackedValue,
} from '@cellshed/jobs';
import { manyAnswerer } from './finish-many.ts';
import type { KeepAreas } from './kept-areas.ts';
import type { KnownAnswers } from './known-answers.ts';
import { type Done, documentOfKey } from './many.ts';
import type { ServedStale } from './stale.ts';

export interface FinishDependencies {
  readonly results: Pick<ResultCache, 'redeem' | 'read'>;
  readonly shelf: Pick<Shelf, 'put' | 'keep' | 'get'>;
  readonly computations: Pick<Computations, 'outcomes'>;
  readonly knownAnswers: Pick<KnownAnswers, 'read'>;
  readonly servedStale: ServedStale;
  readonly keepAreas: KeepAreas;
  /** The most bytes of the results of one request. */
  readonly mostResultBytes: number;
  /** The time for which a document is on the shelf at least. */
  readonly shelvedMilliseconds: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

type Input = Parameters<FinishProcessor>[0];

/**
 * Does `finish`. On a hit, it puts the cached value on the shelf, and has it computed anew if it is
 * stale. On a miss, it takes what the computation has left.
 */
export function finishProcessor(dependencies: FinishDependencies): FinishProcessor {
  const { results, shelf, computations, servedStale, clock } = dependencies;
  const answerMany = manyAnswerer(dependencies);
  return async (input) => {
    const members = unpackedValue(input.started.members) as Found[];
    const awaited = [...new Set(members.flatMap(({ computation }) => computation ?? []))];
    const outcomes = await computations.outcomes(awaited);
    const done = new Map<string, Done>();
    for (const [i, computation] of awaited.entries()) {
      const judged = judge(outcomes[i], input.client);
      if (!('cache' in judged)) return judged;
      done.set(computation, judged);
    }
    const { startedAt } = input.started;
    const answer = 'members' in input ? await answerMany(input, members, done) : await answerOne(input, members, done);
    if (!('outcome' in answer) || answer.outcome !== 'done') return answer;
    await dependencies.keepAreas(input.id, input);
    return { ...answer, startedAt };
  };

  async function answerOne(
    { id, requestId, started, answer: _form, client: _client, ...request }: Input,
    [found]: readonly Found[],
    done: ReadonlyMap<string, Done>,
  ): Promise<FinishResult | { readonly again: string }> {
    const { key, fingerprint, ticket, computation } = found as Found;
    if (ticket) {
      const redeemed = await results.redeem(ticket);
      if (redeemed.outcome !== 'value') return { again: `the cached result was ${redeemed.outcome}` };
      const asked = { key, fingerprint, request: request as Request };
      const cache = (await servedStale({ id, ...causedBy({ requestId }) }, redeemed.header, asked)) ? 'stale' : 'hit';
      return { outcome: 'done', cache, result: await shelf.put(redeemed.value) };
    }
    const { cache, result, each, tiles } = done.get(computation as string) as Done;
    const isYoung = clock() - started.startedAt < dependencies.shelvedMilliseconds;
    if (result !== undefined && !each && (isYoung || (await shelf.keep(result)))) {
      return { outcome: 'done', cache, result, ...(tiles && { tiles }) };
    }
    const several = result !== undefined && each ? await shelf.get(result) : undefined;
    const document = several && documentOfKey(several, key);
    if (document) return { outcome: 'done', cache, result: await shelf.put(document) };
    // The computation was begun for nobody, or the shelf was full.
    const entry = await results.read(key);
    if (!entry) return { again: 'the result was computed, but not kept' };
    return { outcome: 'done', cache: 'hit', result: await shelf.put(entry.value) };
  }
}

/** A computation that was done; or the answer to a request whose computation was not. */
function judge(
  outcome: Outcome | undefined,
  client: string | undefined,
): Done | Extract<FinishResult, { outcome: 'refused' }> | { readonly again: string } {
  switch (outcome?.outcome) {
    case 'done':
      return outcome;
    case 'refused':
      return { outcome: 'refused', problem: outcome.problem };
    case 'overspent': {
      const { problem, retryAt } = outcome;
      // Another client's budget is no reason to refuse this one: it asks again, and is charged.
      return outcome.client === client ? { outcome: 'refused', problem, retryAt } : { again: problem };
    }
    case 'replaced':
      return { again: outcome.problem };
    case 'failed':
      throw new KnownFailure(outcome.reason);
    default:
      return { again: 'its computation was lost' };
  }
}
