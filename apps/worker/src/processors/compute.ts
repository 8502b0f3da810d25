import { type Request, refusalText } from '@cellshed/contracts';
import {
  type Computed,
  type ComputeProcessor,
  DataLost,
  type Ended,
  isForNobody,
  membersOf,
  type Outcome,
  type PlannedMember,
  type Shelf,
} from '@cellshed/jobs';
import { Replaced, type ResultFrame, resultDocument, writtenDocument } from '@cellshed/operations';
import type { CountPool } from '@cellshed/pool';
import { type Answer, answersThere, countedAnswers, lookUp, type MembersDependencies } from './computed-members.ts';
import type { Forget } from './forget.ts';
import { type PlanDependencies, planner } from './large-plan.ts';
import { partsOf, readKept } from './parts.ts';
import { type SettleDependencies, settler } from './settle.ts';
import { type FoundTotal, type TotalMembers, type TotalsDependencies, totalAnswers, withUnits } from './totals.ts';

export interface ComputeDependencies
  extends MembersDependencies,
    SettleDependencies,
    PlanDependencies,
    TotalsDependencies {
  readonly pool: Pick<CountPool, 'compute' | 'sweep'> & TotalsDependencies['pool'];
  readonly results: MembersDependencies['results'] & SettleDependencies['results'] & TotalsDependencies['results'];
  readonly shelf: Pick<Shelf, 'put' | 'putNew' | 'get'>;
  /** The number of tiles of one count job. */
  readonly tilesPerBatch: number;
  /**
   * The most cells that a request may have counted, whatever the client. Background work belongs to
   * the operator and has no limit.
   */
  readonly cellLimit: number;
  readonly forget: Pick<Forget, 'computation'>;
}

/**
 * The number of batches whose tiles a sweep may have, so that work in front of it does not wait
 * long for a thread.
 */
const mostBatchesSwept = 4;

/**
 * Does `compute`: finds results that are there by now, counts small areas, cuts the tiles of large
 * ones into batches, and makes the results from the parts that return.
 */
export function computeProcessor(dependencies: ComputeDependencies): ComputeProcessor {
  const { pool, results, shelf, scratch, tilesPerBatch, cellLimit, forget, clock } = dependencies;
  const [settle, plan] = [settler(dependencies), planner(dependencies)];
  return {
    begin: async (computed, signal) => {
      const startedAt = clock();
      const asked = await lookUp(computed, dependencies);
      if (asked.missing.length === 0) {
        return uncounted(await settle(computed, answersThere(asked), { startedAt, cache: 'hit' }));
      }
      try {
        const all = await withUnits(asked, dependencies, signal);
        if ('refused' in all) return uncounted({ outcome: 'refused', problem: all.refused });
        const made = (counted: Parameters<typeof countedAnswers>[1]) =>
          answersOf(all, countedAnswers(all, counted), signal);
        if (all.missing.length === 0) {
          return uncounted(await settle(computed, await made([]), { startedAt, cache: 'miss' }));
        }
        const task = {
          computation: computed.id,
          requests: all.missing.map((i) => all.requests[i] as Request),
          fingerprints: all.missing.map((i) => all.members[i]?.fingerprint as string),
        };
        if (isSwept(computed)) {
          const swept = await pool.sweep({ ...task, mostTiles: mostBatchesSwept * tilesPerBatch }, signal);
          if (!swept) return uncounted({ outcome: 'refused', problem: 'areas: they cannot be swept together' });
          const answers = await made(swept.results);
          return uncounted(await settle(computed, answers, { startedAt, cache: 'miss' }));
        }
        const mostCells = isForNobody(computed) ? undefined : cellLimit;
        const begun = await pool.compute({ ...task, tilesPerBatch, mostCells }, signal);
        if ('refused' in begun) return uncounted({ outcome: 'refused', problem: refusalText(begun.refused) });
        if ('planned' in begun) return await plan(computed, all, { planned: begun.planned, startedAt });
        const tiles = { planned: begun.tiles, tallied: begun.tallied };
        const answers = await made(begun.results);
        return { outcome: await settle(computed, answers, { startedAt, cache: 'miss', tiles }), cells: begun.cells };
      } catch (error) {
        if (error instanceof Replaced) return uncounted({ outcome: 'replaced', problem: error.message });
        throw error;
      }
    },
    addUp: async (
      computed,
      { plan: { members: written, startedAt, tiles: planned, tallied }, parts: counted },
      signal,
    ) => {
      const own = scratch.ofComputation(computed.id);
      const members = await readKept<PlannedMember[]>(written, own);
      const parts = await partsOf(counted, own);
      if (!members || !parts) throw new DataLost('the counts of a batch are no longer kept');
      const requests = [
        ...membersOf(computed.request),
        ...members.slice(computed.members.length).map((unit) => (unit as { request: Request }).request),
      ];
      const answers = new Map<number, Answer>();
      for (const [i, member] of members.entries()) {
        const answer = await answerOf(member, i);
        if (answer) answers.set(i, answer);
      }
      const all = { members, requests, epochs: members.map(epochOf), totals: totalsIn(members) };
      return settle(computed, await answersOf(all, answers, signal), {
        ...{ startedAt, cache: 'miss' },
        tiles: { planned, tallied },
      });

      /** The answer of a member; undefined: it is a total of others. */
      async function answerOf(member: PlannedMember, i: number): Promise<Answer | undefined> {
        const { key } = member;
        if ('result' in member) {
          // A full shelf drops the oldest documents; the cache may still have this one.
          const value = (await shelf.get(member.result)) ?? (await results.read(key))?.value;
          if (!value) throw new DataLost(`the result of ${key} is no longer kept`);
          return { key, value };
        }
        if ('total' in member) return undefined;
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

  /** The answers in the order of the members, totals among them. */
  async function answersOf(
    all: TotalMembers,
    answers: ReadonlyMap<number, Answer>,
    signal: AbortSignal,
  ): Promise<Answer[]> {
    const totals = await totalAnswers(all, answers, dependencies, signal);
    return all.members.map((_, i) => (totals.get(i) ?? answers.get(i)) as Answer);
  }
}

function epochOf(member: PlannedMember): string | undefined {
  return 'epoch' in member ? member.epoch : undefined;
}

/** The totals of a plan, by their places. */
function totalsIn(members: readonly PlannedMember[]): ReadonlyMap<number, FoundTotal> {
  return new Map(
    members.flatMap((member, i) => ('total' in member ? [[i, member.total as unknown as FoundTotal] as const] : [])),
  );
}

/** An outcome that no client is charged for. */
function uncounted(outcome: Outcome): Ended {
  return { outcome, cells: 0 };
}

function isSwept({ for: reason }: Computed): boolean {
  return 'background' in reason && reason.background.isSwept;
}
