import { fingerprint } from '@cellshed/cache';
import type { Batch, Request } from '@cellshed/contracts';
import type { Computed, Plan, Planned, PlannedBatch, PlannedMember, Scratch, Shelf } from '@cellshed/jobs';
import type { OperationPlan } from '@cellshed/operations';
import type { MembersAndUnits } from './totals.ts';

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
    { members: identified, requests, epochs, there, missing, totals }: MembersAndUnits,
    { planned, startedAt }: { readonly planned: OperationPlan; readonly startedAt: number },
  ): Promise<Planned> {
    const members: PlannedMember[] = [];
    const frames = new Map(missing.map((i, n) => [i, planned.frames[n]]));
    for (const [i, { key }] of identified.entries()) {
      const value = there[i];
      const [epoch, total] = [epochs[i] === undefined ? {} : { epoch: epochs[i] }, totals.get(i)];
      const isUnit = i >= computed.members.length;
      if (value) members.push({ key, result: await shelf.put(value) });
      else if (total)
        members.push({ key, ...epoch, total: { ...total, sums: [...total.sums], units: [...total.units] } });
      else members.push({ key, ...epoch, frame: frames.get(i), ...(isUnit && { request: requests[i] as Request }) });
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
