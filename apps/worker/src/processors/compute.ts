import { type EntryHeader, fingerprint, type ResultCache, unknownEpoch } from '@catchment/cache';
import { type Batch, type Request, refusalText } from '@catchment/contracts';
import {
  type Computed,
  type ComputeProcessor,
  DataLost,
  type Ended,
  membersOf,
  type Outcome,
  type Plan,
  type Planned,
  type PlannedBatch,
  type PlannedMember,
  type Refreshes,
  type Scratch,
  type Shelf,
} from '@catchment/jobs';
import { type OperationPlan, Replaced, type ResultFrame, resultDocument, writtenDocument } from '@catchment/operations';
import type { CountPool } from '@catchment/pool';
import type { Forget } from './forget.ts';
import type { Lifetimes } from './lifetimes.ts';
import { bytesOf, documentsText, tooManyBytes } from './many.ts';
import { partsOf, readKept } from './parts.ts';

export interface ComputeDependencies {
  readonly pool: Pick<CountPool, 'compute' | 'sweep'>;
  readonly results: Pick<ResultCache, 'begin' | 'read' | 'write'>;
  readonly shelf: Pick<Shelf, 'put' | 'putNew' | 'get'>;
  readonly scratch: Pick<Scratch, 'ofComputation'>;
  /** The number of tiles of one count job. */
  readonly tilesPerBatch: number;
  /**
   * The most cells that a request may have counted, whatever the client. Background work belongs to
   * the operator and has no limit.
   */
  readonly cellLimit: number;
  /** The most bytes of the results of one request. */
  readonly mostResultBytes: number;
  readonly lifetimesOf: (request: Request) => Lifetimes;
  readonly forget: Pick<Forget, 'computation'>;
  readonly refreshes: Pick<Refreshes, 'ended'>;
  /** Receives the error if a refresh's lease cannot be given back. */
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * The most bytes of a list of members, as JSON, that is kept with the plan. A longer list is stored
 * in the job cache.
 */
const mostBytesInPlan = 2 ** 15;

/**
 * The number of batches whose tiles a sweep may have, so that work in front of it does not wait
 * long for a thread.
 */
const mostBatchesSwept = 4;

/** A result document, the key under which it is written, and its entry's epoch. */
interface Answer {
  readonly key: string;
  readonly value: Uint8Array;
  readonly cells?: number;
  /** Present for one that was counted now, and that is to be written into the cache. */
  readonly counted?: { readonly request: Request; readonly epoch: string | undefined };
}

/**
 * Does `compute`: finds results that are there by now, counts small areas, cuts the tiles of large
 * ones into batches, and makes the results from the parts that return.
 */
export function computeProcessor(dependencies: ComputeDependencies): ComputeProcessor {
  const { pool, results, shelf, scratch, tilesPerBatch, cellLimit, clock } = dependencies;
  const { mostResultBytes, lifetimesOf, forget, refreshes, onError } = dependencies;
  return {
    begin: async (computed, signal) => {
      const startedAt = clock();
      const all = await lookUp(computed);
      if (all.missing.length === 0) {
        return uncounted(await settle(computed, answersThere(all), { startedAt, cache: 'hit' }));
      }
      const task = {
        computation: computed.id,
        requests: all.missing.map((i) => all.requests[i] as Request),
        fingerprints: all.missing.map((i) => computed.members[i]?.fingerprint as string),
      };
      try {
        if (isSwept(computed)) {
          const swept = await pool.sweep({ ...task, mostTiles: mostBatchesSwept * tilesPerBatch }, signal);
          if (!swept) return uncounted({ outcome: 'refused', problem: 'areas: they cannot be swept together' });
          const answers = countedAnswers(all, swept.results);
          return uncounted(await settle(computed, answers, { startedAt, cache: 'miss' }));
        }
        const mostCells = isForRequests(computed) ? cellLimit : undefined;
        const begun = await pool.compute({ ...task, tilesPerBatch, mostCells }, signal);
        if ('refused' in begun) return uncounted({ outcome: 'refused', problem: refusalText(begun.refused) });
        if ('planned' in begun) return await plan(computed, all, { planned: begun.planned, startedAt });
        const tiles = { planned: begun.tiles, tallied: begun.tallied };
        const answers = countedAnswers(all, begun.results);
        return { outcome: await settle(computed, answers, { startedAt, cache: 'miss', tiles }), cells: begun.cells };
      } catch (error) {
        if (error instanceof Replaced) return uncounted({ outcome: 'replaced', problem: error.message });
        throw error;
      }
    },
    addUp: async (computed, { plan: { members: written, startedAt, tiles: planned, tallied }, parts: counted }) => {
      const own = scratch.ofComputation(computed.id);
      const members = await readKept<PlannedMember[]>(written, own);
      const parts = await partsOf(counted, own);
      if (!members || !parts) throw new DataLost('the counts of a batch are no longer kept');
      const requests = membersOf(computed.request);
      const answers: Answer[] = [];
      for (const [i, member] of members.entries()) answers.push(await answerOf(member, i));
      return settle(computed, answers, { startedAt, cache: 'miss', tiles: { planned, tallied } });

      async function answerOf(member: PlannedMember, i: number): Promise<Answer> {
        const { key } = member;
        if ('result' in member) {
          // A full shelf drops the oldest documents; the cache may still have this one.
          const value = (await shelf.get(member.result)) ?? (await results.read(key))?.value;
          if (!value) throw new DataLost(`the result of ${key} is no longer kept`);
          return { key, value };
        }
        const { value, cells } = writtenDocument(resultDocument(member.frame as ResultFrame, parts?.get(i) ?? []));
        return {
          key,
          value: Buffer.from(value),
          cells,
          counted: { request: requests[i] as Request, epoch: member.epoch },
        };
      }
    },
    forget: ({ id, request }, plan) => forget.computation(id, request, plan),
  };

  /** The members of a computation, with the results of those that the cache has by now. */
  async function lookUp({ request, members, for: reason }: Computed) {
    const requests = membersOf(request);
    const epochs = await Promise.all(members.map(({ key }) => results.begin(key)));
    // Another computation may have ended since start has looked.
    const refresh = 'refresh' in reason ? reason.refresh : undefined;
    const there = await Promise.all(
      members.map(async ({ key }) => {
        const cached = await results.read(key);
        const fits = cached && (refresh ? cached.computedAt >= refresh.queuedAt : isFresh(cached));
        return fits ? cached.value : undefined;
      }),
    );
    const missing = members.flatMap((_, i) => (there[i] ? [] : [i]));
    return { members, requests, epochs, there, missing };
  }

  type All = Awaited<ReturnType<typeof lookUp>>;

  function answersThere({ members, there }: All): Answer[] {
    return members.flatMap(({ key }, i) => (there[i] ? [{ key, value: there[i] as Uint8Array }] : []));
  }

  /** All answers, those of the missing members just counted. */
  function countedAnswers(all: All, counted: readonly { readonly value: string; readonly cells: number }[]): Answer[] {
    return all.members.map(({ key }, i) => {
      const value = all.there[i];
      if (value) return { key, value };
      const document = counted[all.missing.indexOf(i)] as (typeof counted)[number];
      const request = all.requests[i] as Request;
      return {
        key,
        value: Buffer.from(document.value),
        cells: document.cells,
        counted: { request, epoch: all.epochs[i] },
      };
    });
  }

  /** Writes what was counted into the cache, and everything where the waiting requests find it. */
  async function settle(
    computed: Computed,
    answers: readonly Answer[],
    { startedAt, cache, tiles }: Pick<Extract<Outcome, { outcome: 'done' }>, 'cache' | 'tiles'> & { startedAt: number },
  ): Promise<Outcome> {
    const cells = answers.reduce((sum, answer) => sum + (answer.cells ?? 0), 0);
    const done = { outcome: 'done', cache, cells: Math.round(cells), ...(tiles && { tiles }) } as const;
    if (isForRequests(computed)) return (await Promise.all([shelve(), write()]))[0];
    await write();
    const { for: reason, members } = computed;
    if ('refresh' in reason) {
      await refreshes.ended({ key: members[0]?.key as string, lease: reason.refresh.lease }).catch(onError);
    }
    return (await computed.isAwaited()) ? shelve() : done;

    async function write(): Promise<void> {
      for (const { key, value, counted } of answers) {
        if (!counted) continue;
        const costMs = clock() - startedAt;
        const epoch = counted.epoch ?? unknownEpoch;
        await results.write(key, value, { startedAt, costMs, epoch, ...lifetimesOf(counted.request) });
      }
    }

    async function shelve(): Promise<Outcome> {
      if (bytesOf(answers.map(({ value }) => value)) > mostResultBytes) {
        return { outcome: 'refused', problem: tooManyBytes(mostResultBytes) };
      }
      const put = cache === 'miss' ? shelf.putNew : shelf.put;
      const [first] = answers;
      if (answers.length === 1 && first) return { ...done, result: await put(first.value) };
      return { ...done, result: await put(documentsText(answers)), each: true };
    }
  }

  /** The plan of a large computation, and its batches. */
  async function plan(
    computed: Computed,
    { members: identified, requests, epochs, there, missing }: All,
    { planned, startedAt }: { readonly planned: OperationPlan; readonly startedAt: number },
  ): Promise<Planned> {
    const members: PlannedMember[] = [];
    for (const [i, { key }] of identified.entries()) {
      const [value, epoch] = [there[i], epochs[i]];
      if (value) members.push({ key, result: await shelf.put(value) });
      else members.push({ key, ...(epoch !== undefined && { epoch }), frame: planned.frames[missing.indexOf(i)] });
    }
    const ofAll = ({ members: some, ...batch }: Batch): PlannedBatch => {
      const indexes = some.map((member) => missing[member] as number);
      return {
        members: indexes,
        requests: indexes.map((i) => requests[i] as Request),
        fingerprints: indexes.map((i) => identified[i]?.fingerprint as string),
        ...batch,
      };
    };
    const batches = planned.batches.map(ofAll);
    const { tiles, tallied } = planned;
    // Another planning may find more or less in the cache and in tallies.
    const known = { fingerprint: fingerprint({ missing, batches: planned.batches }), startedAt, tiles, tallied };
    const { cells } = planned;
    return { plan: await keptPlan(computed.id, { ...known, batches: batches.length, members }), batches, cells };
  }

  async function keptPlan(id: string, made: Plan & { readonly members: PlannedMember[] }): Promise<Plan> {
    const members = Buffer.from(JSON.stringify(made.members));
    if (members.length <= mostBytesInPlan) return made;
    const kept = `plan/${made.fingerprint}/${made.startedAt}`;
    await scratch.ofComputation(id).set(kept, members);
    return { ...made, members: { kept } };
  }

  function isFresh({ freshUntil }: EntryHeader): boolean {
    return freshUntil === null || clock() <= freshUntil;
  }
}

/** An outcome that no client is charged for. */
function uncounted(outcome: Outcome): Ended {
  return { outcome, cells: 0 };
}

function isForRequests({ for: reason }: Computed): boolean {
  return 'requests' in reason;
}

function isSwept({ for: reason }: Computed): boolean {
  return 'background' in reason && reason.background.isSwept;
}
