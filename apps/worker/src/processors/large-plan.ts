import { fingerprint } from '@catchment/cache';
import type { Batch, Request } from '@catchment/contracts';
import type { Computed, Plan, Planned, PlannedBatch, PlannedMember, Scratch, Shelf } from '@catchment/jobs';
import type { OperationPlan } from '@catchment/operations';
import type { ComputedMembers } from './computed-members.ts';

/**
 * The most bytes of a list of members, as JSON, that is kept with the plan. A longer list is stored
 * in the job cache.
 */
const mostBytesInPlan = 2 ** 15;

export interface PlanDependencies {
  readonly shelf: Pick<Shelf, 'put'>;
  readonly scratch: Pick<Scratch, 'ofComputation'>;
}

/** Makes a function that writes down the plan of a large computation, and its batches. */
export function planner({ shelf, scratch }: PlanDependencies) {
  return plan;

  async function plan(
    computed: Computed,
    { members: identified, requests, epochs, there, missing }: ComputedMembers,
    { planned, startedAt }: { readonly planned: OperationPlan; readonly startedAt: number },
  ): Promise<Planned> {
    const members: PlannedMember[] = [];
    let next = 0;
    for (const [i, { key }] of identified.entries()) {
      const [value, epoch] = [there[i], epochs[i]];
      if (value) members.push({ key, result: await shelf.put(value) });
      else members.push({ key, ...(epoch !== undefined && { epoch }), frame: planned.frames[next++] });
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
}
