import type { ResultCache } from '@catchment/cache';
import {
  type Computations,
  type ComputeInput,
  computationOfMany,
  type FinishProcessor,
  inOrder,
  type Keyed,
  KnownFailure,
  membersOf,
  readIfThere,
  type Scratch,
  type Shelf,
  type StartedMember,
  type StartResult,
  unpackedValue,
} from '@catchment/jobs';
import type { FinishSteps } from './finish.ts';
import { bytesOf, readAnswers, resultsText, tooManyBytes } from './many.ts';

export interface ManyDependencies {
  readonly results: Pick<ResultCache, 'redeem' | 'read'>;
  readonly shelf: Pick<Shelf, 'put' | 'get'>;
  readonly scratch: Pick<Scratch, 'ofRequest'>;
  readonly computations: Pick<Computations, 'state'>;
  /** Of the results of one request. */
  readonly mostResultBytes: number;
}

/** Where a request for several keeps the answers that it has, while the others are computed. */
const answersPath = 'answers';

interface KnownAnswer {
  readonly value: Uint8Array;
  readonly cache: 'hit' | 'miss' | 'stale';
}

type Input = Parameters<FinishProcessor>[0];

/**
 * Answers a request for several: what is cached is read at once and kept with the request, so that
 * no later eviction takes it away; all that is missing is computed together.
 */
export function manyAnswerer(
  { results, shelf, scratch, computations, mostResultBytes }: ManyDependencies,
  { join, servedStale }: FinishSteps,
): (input: Input) => ReturnType<FinishProcessor> {
  return async (input) => {
    const { id, computation } = input;
    const asked = askedIn(input);
    const answers = computation === undefined ? await readCached(id, input, asked) : await readAnswered(id);
    const before = missingFrom(asked, answers);
    if (computation !== undefined) {
      const found = await computations.state(computation);
      if (found.state === 'pending') return { outcome: 'waiting', computation };
      if (found.state === 'failed') throw new KnownFailure(found.reason);
      if (found.state === 'done') {
        if (found.result.outcome === 'refused') return found.result;
        await addComputed(found.result, before, answers);
      }
      await addLater(missingFrom(asked, answers), answers);
    }
    const missing = missingFrom(asked, answers);
    if (missing.length > 0) {
      await scratch.ofRequest(id).set(answersPath, Buffer.from(JSON.stringify(Array.from(answers, asText))));
      return join(id, computationOf(input.operation, missing));
    }
    const values = asked.map(({ key }) => answers.get(key)?.value as Uint8Array);
    if (bytesOf(values) > mostResultBytes) return { outcome: 'refused', problem: tooManyBytes(mostResultBytes) };
    return { outcome: 'done', cache: cacheOf([...answers.values()]), result: await shelf.put(resultsText(values)) };
  };

  async function readCached(id: string, { started }: Input, asked: readonly Keyed[]) {
    const answers = new Map<string, KnownAnswer>();
    const tickets = startedMembers(started);
    for (const [i, { ticket }] of tickets.entries()) {
      if (!ticket || answers.has(ticket.key)) continue;
      const redeemed = await results.redeem(ticket);
      if (redeemed.outcome !== 'value') continue;
      const stale = await servedStale(id, redeemed.header, asked[i] as Keyed);
      answers.set(ticket.key, { value: redeemed.value, cache: stale ? 'stale' : 'hit' });
    }
    return answers;
  }

  async function readAnswered(id: string) {
    const kept = await readIfThere(scratch.ofRequest(id), answersPath);
    return new Map<string, KnownAnswer>(kept ? JSON.parse(Buffer.from(kept).toString()).map(fromText) : []);
  }

  async function addComputed(
    { cache, result }: { readonly cache: 'hit' | 'miss'; readonly result?: string },
    asked: readonly Keyed[],
    answers: Map<string, KnownAnswer>,
  ) {
    const bytes = result === undefined ? undefined : await shelf.get(result);
    if (!bytes) return;
    const values = asked.length === 1 ? [bytes] : readAnswers(bytes);
    for (const [i, { key }] of inOrder(asked).entries()) answers.set(key, { value: values[i] as Uint8Array, cache });
  }

  /** What another computation has left in the cache, or one that is gone. */
  async function addLater(asked: readonly Keyed[], answers: Map<string, KnownAnswer>) {
    for (const { key } of asked) {
      const entry = await results.read(key);
      if (entry) answers.set(key, { value: entry.value, cache: 'hit' });
    }
  }
}

function askedIn(input: Input): Keyed[] {
  const { started } = input;
  const keys = startedMembers(started);
  return membersOf(input).map((request, i) => ({ request, key: (keys[i] as StartedMember).key }));
}

function startedMembers(started: StartResult): readonly StartedMember[] {
  return started.outcome === 'many' ? unpackedValue(started.members) : [];
}

/** Each key once. */
function missingFrom(asked: readonly Keyed[], answers: ReadonlyMap<string, KnownAnswer>): Keyed[] {
  return [...new Map(asked.filter(({ key }) => !answers.has(key)).map((one) => [one.key, one])).values()];
}

/** A single one is computed as if it had been asked for alone. */
function computationOf(operation: string, missing: readonly Keyed[]): ComputeInput {
  const [only] = missing;
  return missing.length === 1 && only ? only : computationOfMany(operation, missing);
}

function cacheOf(answers: readonly KnownAnswer[]): KnownAnswer['cache'] {
  const seen = new Set(answers.map(({ cache }) => cache));
  return seen.has('miss') ? 'miss' : seen.has('stale') ? 'stale' : 'hit';
}

function asText([key, { value, cache }]: [string, KnownAnswer]) {
  return [key, cache, Buffer.from(value).toString()];
}

function fromText([key, cache, value]: [string, KnownAnswer['cache'], string]): [string, KnownAnswer] {
  return [key, { value: Buffer.from(value), cache }];
}
