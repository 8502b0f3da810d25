import { type Request, refusalText } from '@catchment/contracts';
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
} from '@catchment/jobs';
import { Replaced, type ResultFrame, resultDocument, writtenDocument } from '@catchment/operations';
import type { CountPool } from '@catchment/pool';
import { type Answer, answersThere, countedAnswers, lookUp, type MembersDependencies } from './computed-members.ts';
import type { Forget } from './forget.ts';
import { type PlanDependencies, planner } from './large-plan.ts';
import { partsOf, readKept } from './parts.ts';
import { type SettleDependencies, settler } from './settle.ts';

export interface ComputeDependencies extends MembersDependencies, SettleDependencies, PlanDependencies {
  readonly pool: Pick<CountPool, 'compute' | 'sweep'>;
  readonly results: MembersDependencies['results'] & SettleDependencies['results'];
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
      const all = await lookUp(computed, dependencies);
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
        const mostCells = isForNobody(computed) ? undefined : cellLimit;
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
}

/** An outcome that no client is charged for. */
function uncounted(outcome: Outcome): Ended {
  return { outcome, cells: 0 };
}

function isSwept({ for: reason }: Computed): boolean {
  return 'background' in reason && reason.background.isSwept;
}
