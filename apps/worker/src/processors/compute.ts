import { type EntryHeader, fingerprint, type ResultCache } from '@catchment/cache';
import {
  type AnyRequest,
  type ComputeInput,
  type ComputeProcessor,
  membersOf,
  type Plan,
  type PlannedMember,
  type Refreshes,
  type Request,
  type Scratch,
  type Shelf,
} from '@catchment/jobs';
import { isRefusal, type Operations, type ResultFrame } from '@catchment/operations';
import type { CountPool } from '../count-pool.ts';
import { answersText, bytesOf, tooManyBytes } from './many.ts';
import { partsOf, readKept } from './parts.ts';
import { documentOf, ofAll, sweepPlan } from './planned.ts';

export interface ComputeDependencies {
  readonly operations: Pick<Operations, 'identifyAll'> & {
    readonly catalog: Pick<Operations['catalog'], 'operations'>;
  };
  readonly pool: Pick<CountPool, 'plan'>;
  readonly results: Pick<ResultCache, 'begin' | 'read' | 'write'>;
  readonly shelf: Pick<Shelf, 'put' | 'get'>;
  readonly scratch: Pick<Scratch, 'ofComputation'>;
  /** Tiles of one count job. */
  readonly tilesPerBatch: number;
  /**
   * Most cells that a request may have counted, whoever asks; what is done in the background is an
   * operator's.
   */
  readonly cellLimit: number;
  /** Of the results of one request. */
  readonly mostResultBytes: number;
  /** How long the result of a drawn area is kept; those of well-known ones are kept for ever. */
  readonly drawnLifetimeMilliseconds: number;
  readonly refreshes: Pick<Refreshes, 'ended'>;
  /** Told when a refresh's lease could not be given back, or a job cache not be emptied. */
  readonly onError: (error: Error) => void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** A longer list of members, as JSON, travels with the job no longer, but lies in its job cache. */
export const mostBytesInPlan = 2 ** 15;

/**
 * A sweep has the tiles of so many batches, so that who comes in front of it does not wait long for
 * a thread.
 */
const mostBatchesSwept = 4;

/**
 * Answers `compute`: cuts the areas' tiles into batches, and makes the results of the parts that
 * come back.
 */
export function computeProcessor(dependencies: ComputeDependencies): ComputeProcessor {
  const { operations, pool, results, shelf, scratch, tilesPerBatch, cellLimit } = dependencies;
  const { mostResultBytes, drawnLifetimeMilliseconds, refreshes, onError, clock } = dependencies;
  return {
    plan: async ({ key: asked, request, background, refresh, sweep }, signal) => {
      const startedAt = clock();
      const requests = membersOf(request);
      // Again, after start: a raster may have been replaced, or another computation have ended,
      // while this job waited.
      const identified = await operations.identifyAll(requests);
      if (isRefusal(identified)) return { found: { outcome: 'refused', problem: identified.problem } };
      const epochs = await Promise.all(identified.map(({ key }) => results.begin(key)));
      const there = await Promise.all(identified.map(({ key }) => readFresh(key, refresh)));
      const missing = requests.flatMap((_, i) => (there[i] ? [] : [i]));
      if (missing.length === 0) {
        if (refresh) await refreshes.ended({ key: asked, lease: refresh.lease }).catch(onError);
        const answers = identified.map(({ key }, i) => ({ key, value: there[i] as Uint8Array }));
        if (!background && bytesOf(there) > mostResultBytes)
          return { found: { outcome: 'refused', problem: tooManyBytes(mostResultBytes) } };
        return { found: { outcome: 'done', cache: 'hit', ...(await shelve(request, answers, background)) } };
      }
      const wanted = missing.map((i) => requests[i] as Request);
      const planned = sweep
        ? sweepPlan(missing.length, mostBatchesSwept * tilesPerBatch)
        : await pool.plan(
            { key: asked, requests: wanted, tilesPerBatch, ...(!background && { mostCells: cellLimit }) },
            signal,
          );
      if (isRefusal(planned)) return { found: { outcome: 'refused', problem: planned.problem } };
      const members: PlannedMember[] = [];
      for (const [i, { key }] of identified.entries()) {
        const [value, epoch] = [there[i], epochs[i]];
        if (value) members.push({ key, result: await shelf.put(value) });
        else members.push({ key, ...(epoch !== undefined && { epoch }), frame: planned.frames[missing.indexOf(i)] });
      }
      const batches = planned.batches.map((batch) => ofAll(batch, { missing, requests, identified }));
      const { tiles, tallied } = planned;
      // What is cached, and what tallies have, may be more or less at another planning.
      const cut = { fingerprints: identified.map((one) => one.fingerprint), missing, batches: planned.batches };
      const known = { fingerprint: fingerprint(cut), startedAt, tiles, tallied };
      return { plan: await keptPlan(asked, { ...known, batches: batches.length, members }), batches };
    },
    addUp: async (input, plan, counted) => {
      const { key: asked, request, background, refresh } = input;
      const own = scratch.ofComputation(asked);
      if (counted.some(({ parts }) => parts === null)) {
        await own.clear().catch(onError);
        return { outcome: 'refused', problem: 'areas: they cannot be swept together' };
      }
      const requests = membersOf(request);
      const members = await readKept<PlannedMember[]>(plan.members, own);
      const parts = await partsOf(counted, own);
      if (!members || !parts) return addedUpBefore(input, plan);
      const answers: Answer[] = [];
      let bytes = 0;
      for (const [i, member] of members.entries()) {
        if ('result' in member) {
          // The shelf drops what is oldest when it is full; the cache may have it still.
          const value = (await shelf.get(member.result)) ?? (await results.read(member.key))?.value;
          if (!value) throw new Error(`the result of ${member.key} is no longer kept`);
          answers.push({ key: member.key, value });
          bytes += value.length;
          continue;
        }
        const { key, epoch, frame } = member;
        const document = documentOf(frame as ResultFrame | undefined, parts.get(i) ?? []);
        const value = Buffer.from(document.value);
        const costMs = clock() - plan.startedAt;
        await results.write(key, value, {
          startedAt: plan.startedAt,
          costMs,
          epoch,
          ...limits(requests[i] as Request),
        });
        answers.push({ key, value, cells: document.cells });
        bytes += value.length;
        if (bytes > mostResultBytes && !background) {
          await own.clear().catch(onError);
          return { outcome: 'refused', problem: tooManyBytes(mostResultBytes) };
        }
      }
      if (refresh) await refreshes.ended({ key: asked, lease: refresh.lease }).catch(onError);
      const cells = answers.reduce((sum, answer) => sum + (answer.cells ?? 0), 0);
      const result = await shelve(request, answers, background);
      // What stays goes by itself later; the result does not depend on it.
      await own.clear().catch(onError);
      return { outcome: 'done', cache: 'miss', cells: Math.round(cells), ...result };
    },
  };

  interface Answer {
    readonly key: string;
    readonly value: Uint8Array;
    readonly cells?: number;
  }

  /** Lays the answer, or all of them, where those who wait find it. */
  async function shelve(request: AnyRequest, answers: readonly Answer[], background: boolean | undefined) {
    if (background) return {};
    const [first] = answers;
    return { result: await shelf.put('members' in request || !first ? answersText(answers) : first.value) };
  }

  /** A cached value for which nothing needs to be computed. */
  async function readFresh(key: string, refresh: ComputeInput['refresh']): Promise<Uint8Array | undefined> {
    const cached = await results.read(key);
    const fits = cached && (refresh ? cached.computedAt >= refresh.queuedAt : isFresh(cached));
    return fits ? cached.value : undefined;
  }

  async function keptPlan(key: string, plan: Plan & { readonly members: PlannedMember[] }): Promise<Plan> {
    const members = Buffer.from(JSON.stringify(plan.members));
    if (members.length <= mostBytesInPlan) return plan;
    const kept = `plan/${plan.fingerprint}/${plan.startedAt}`;
    await scratch.ofComputation(key).set(kept, members);
    return { ...plan, members: { kept } };
  }

  /**
   * What was kept is gone when a worker was killed, or its Redis was full, just after it had
   * emptied the job cache.
   */
  async function addedUpBefore({ request, background }: ComputeInput, { startedAt }: Plan) {
    const identified = await operations.identifyAll(membersOf(request));
    const keys = isRefusal(identified) ? [] : identified.map(({ key }) => key);
    const there = await Promise.all(keys.map((key) => results.read(key)));
    if (keys.length === 0 || there.some((entry) => !entry || entry.computedAt < startedAt))
      throw new Error('the counts of a batch are no longer kept, nor their sum');
    const answers = keys.map((key, i) => ({ key, value: there[i]?.value as Uint8Array }));
    return { outcome: 'done', cache: 'hit', ...(await shelve(request, answers, background)) } as const;
  }

  function isFresh({ freshUntil }: EntryHeader): boolean {
    return freshUntil === null || clock() <= freshUntil;
  }

  /** How long the result of a request is fresh, and how long it is kept. */
  function limits({ operation, area, lines }: Request) {
    const { lifetimeMilliseconds, hardLimitMilliseconds = Infinity } =
      operations.catalog.operations.get(operation) ?? {};
    const kept = Math.min(hardLimitMilliseconds, 'drawn' in area || lines ? drawnLifetimeMilliseconds : Infinity);
    return { lifetimeMilliseconds, ttlMilliseconds: kept === Infinity ? undefined : kept };
  }
}
