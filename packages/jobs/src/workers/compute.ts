import { type Job, WaitingChildrenError } from 'bullmq';
import type { Computations, OpenComputation } from '../books/computations.ts';
import { batchIds, hasten } from '../books/hasten.ts';
import type { Overspent, Spending } from '../books/spending.ts';
import { type CausedBy, causedBy } from '../contracts/caused-by.ts';
import { type ComputeInput, type Identified, isForNobody, type Plan } from '../contracts/compute.ts';
import type { CountInput, CountResult } from '../contracts/count.ts';
import type { Outcome } from '../contracts/outcome.ts';
import { unpackedValue } from '../contracts/packed.ts';
import { optionsOf, type TakenJob } from '../jobs.ts';
import type { Queues } from '../queues.ts';
import { backgroundPriority, firstTurn, turnOfBatch } from '../turns.ts';
import type { Cancellations } from './cancellations.ts';
import { DataLost, KnownFailure } from './permanent-failure.ts';

/** A count job but for its place among the others. */
export type PlannedBatch = Omit<CountInput, 'computation' | 'batch' | 'requestId'>;

/** Work that was cut into batches. */
export interface Planned {
  readonly plan: Plan;
  readonly batches: readonly PlannedBatch[];
  /** The cells for which the client is charged. */
  readonly cells: number;
}

/** Work that is over, and the cells for which the client is charged. */
export interface Ended {
  readonly outcome: Outcome;
  readonly cells: number;
}

/** A computation as its processor sees it. */
export interface Computed extends Pick<ComputeInput, 'request' | 'for'>, CausedBy {
  /** The computation, which names its job cache. */
  readonly id: string;
  readonly members: readonly Identified[];
  /** Whether a request waits for the result by now. */
  readonly isAwaited: () => Promise<boolean>;
}

export type CountedParts = Extract<CountResult, { readonly members: unknown }>;

export interface Counted {
  readonly plan: Plan;
  readonly parts: readonly CountedParts[];
}

/** Does `compute`: at once, or in two steps with the count jobs in between. */
export interface ComputeProcessor {
  /** Finds the result, or counts it if it is small, or plans it. */
  begin(computed: Computed, signal: AbortSignal): Promise<Ended | Planned>;
  addUp(computed: Computed, counted: Counted, signal: AbortSignal): Promise<Outcome>;
  /** Deletes what was kept for a computation that has ended. */
  forget(computed: Pick<Computed, 'id' | 'request'>, plan: Plan | undefined): Promise<void>;
}

/** A computation that is not over, and the refusal of its client if nothing is left to it. */
interface Opened {
  readonly computed: Computed;
  readonly open: OpenComputation;
  readonly overspent: (Overspent & { readonly client: string }) | undefined;
}

export interface ComputeBooks {
  readonly computations: Computations;
  readonly spending: Pick<Spending, 'charge' | 'refusal'>;
}

/** The work on compute jobs. */
export function computeTaker(
  queues: Queues,
  { computations, spending }: ComputeBooks,
  { process, cancellations }: { readonly process: ComputeProcessor; readonly cancellations: Cancellations },
) {
  return async (taken: TakenJob<'compute'>, signal: AbortSignal): Promise<Outcome> => {
    const id = taken.job.id as string;
    const { members: packed, ...input } = taken.data;
    const members = unpackedValue(packed) as Identified[];
    const isAwaited = async () => !isForNobody(input) || (await computations.raisedTo(id)) !== undefined;
    const computed: Computed = { ...input, id, members, isAwaited };
    return cancellations.during(id, signal, (either) => step(taken, computed, either));
  };

  async function step(taken: TakenJob<'compute'>, computed: Computed, signal: AbortSignal): Promise<Outcome> {
    const { id } = computed;
    // Both are asked for at once: a small area waits for few answers of Redis.
    const client = clientOf(computed);
    const [there, refusal] = await Promise.all([
      computations.open(id),
      client === undefined ? undefined : spending.refusal(client),
    ]);
    const open = there ?? (await openAgain(computed));
    if ('outcome' in open) return open;
    const overspent = refusal && client !== undefined && !open.isCharged ? { client, ...refusal } : undefined;
    const { outcome, cells } = await onwards(taken, { computed, open, overspent }, signal).catch(
      (error: unknown): Ended => {
        // The requests that wait begin anew.
        if (error instanceof DataLost) return { outcome: { outcome: 'cancelled' }, cells: 0 };
        throw error;
      },
    );
    await computations.end(id, outcome, { client: clientOf(computed), cells });
    await process.forget(computed, open.plan);
    return outcome;
  }

  /** Begins a computation, or goes on with one that was cut into batches. */
  async function onwards(
    taken: TakenJob<'compute'>,
    { computed, open, overspent }: Opened,
    signal: AbortSignal,
  ): Promise<Ended> {
    if (!open.plan && overspent) return { outcome: { outcome: 'overspent', ...overspent }, cells: 0 };
    if (!open.plan) return begin(taken, { computed, open }, signal);
    return { outcome: await addUp(taken, { computed, open, plan: open.plan }, signal), cells: 0 };
  }

  /**
   * The outcome of a computation that is over: this job ran before and was killed after the end, or
   * everybody has left. One that failed holds its keys again: an operator tries it again.
   */
  async function openAgain({ id, members }: Computed): Promise<OpenComputation | Outcome> {
    const [noted] = await computations.outcomes([id]);
    if (noted?.outcome === 'cancelled') throw new KnownFailure('dismissed');
    if (noted?.outcome !== 'failed') return noted ?? { outcome: 'cancelled' };
    const keys = members.map(({ key }) => key);
    const open = (await computations.reopen(id, keys)) ? await computations.open(id) : undefined;
    return open ?? { outcome: 'cancelled' };
  }

  /** Computes what is small, or cuts into batches and begins to wait for them. */
  async function begin(
    taken: TakenJob<'compute'>,
    { computed, open }: Omit<Opened, 'overspent'>,
    signal: AbortSignal,
  ): Promise<Ended> {
    const { id } = computed;
    const made = await process.begin(computed, signal);
    if ('outcome' in made) return made;
    const refusal = await charge(computed, made.cells);
    if (refusal) return { outcome: refusal, cells: 0 };
    const { plan } = made;
    const ids = batchIds(id, { ...open, plan });
    await addBatches(queues, { computed, ids, job: taken.job }, made);
    if (!(await computations.plan(id, plan, taken.token))) throw new Error('another worker does this computation');
    return { outcome: await addUp(taken, { computed, open: { ...open, plan }, plan }, signal), cells: 0 };
  }

  /** Charges for a large plan, before it is counted. What is small is charged at its end. */
  async function charge(computed: Computed, cells: number): Promise<Outcome | undefined> {
    const { id } = computed;
    const client = clientOf(computed);
    if (client === undefined) return undefined;
    const refusal = await spending.charge({ client, computation: id, cells });
    if (refusal === 'over') throw new KnownFailure('dismissed');
    return refusal && { outcome: 'overspent', client, ...refusal };
  }

  /** Waits for the batches, and adds up the parts that they return. */
  async function addUp(
    { job, token }: TakenJob<'compute'>,
    { computed, open, plan }: { readonly computed: Computed; readonly open: OpenComputation; readonly plan: Plan },
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { id } = computed;
    const ids = batchIds(id, open).map((batch) => queues.count.toKey(batch));
    const failures = await job.getIgnoredChildrenFailures();
    const failed = ids.find((batch) => failures[batch] !== undefined);
    if (failed !== undefined) throw new KnownFailure(failures[failed] as string);
    // A request that joined during the planning could not raise batches that did not exist yet.
    const turn = isForNobody(computed) ? await computations.raisedTo(id) : undefined;
    if (turn !== undefined) await hasten(queues, job, { turn, planned: open });
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    const counted = await job.getChildrenValues<CountResult>();
    // Only this plan's parts count. There are others if it was planned again after a crash.
    const parts = ids.flatMap((batch) => counted[batch] ?? []);
    const replaced = parts.find((part) => 'replaced' in part);
    if (replaced) return { outcome: 'replaced', problem: replaced.replaced };
    const whole = parts.filter((part) => 'members' in part);
    // An operator has removed a batch: who waits begins anew.
    if (whole.length !== plan.batches) return { outcome: 'cancelled' };
    return process.addUp(computed, { plan, parts: whole }, signal);
  }
}

function clientOf({ for: reason }: Pick<ComputeInput, 'for'>): string | undefined {
  return 'requests' in reason ? reason.requests.client : undefined;
}

/** Adds the count jobs of a plan as children of its compute job. */
async function addBatches(
  queues: Queues,
  { computed, ids, job }: { readonly computed: Computed; readonly ids: readonly string[]; readonly job: Job },
  { batches }: Planned,
): Promise<void> {
  const isBehind = isForNobody(computed);
  const turn = isBehind ? backgroundPriority : job.priority || firstTurn;
  const added = batches.map((planned, batch) => ({
    name: 'count',
    data: { ...causedBy(computed), ...planned, computation: computed.id, batch },
    opts: {
      ...optionsOf('count', turnOfBatch(turn, batch)),
      ...(isBehind && { removeOnComplete: true }),
      jobId: ids[batch] as string,
      parent: { id: computed.id, queue: job.queueQualifiedName },
      continueParentOnFailure: true,
    },
  }));
  for (let at = 0; at < added.length; at += 1000) await queues.count.addBulk(added.slice(at, at + 1000));
}
