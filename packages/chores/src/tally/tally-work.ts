import { isRefusal, type Refusal } from '@cellshed/contracts';
import { type Tallied, type TallyInput, type TallyingDependencies, tallyChunks } from '@cellshed/jobs';
import type { OperationAhead, Operations, OperationTallies, TallyPlan } from '@cellshed/operations';
import { operationsMeant } from '../operations-meant.ts';
import type { TallyWorkSummary } from '../summaries.ts';

/** An operation, and the chunks of its tally. */
export interface PlannedTally {
  readonly one: OperationAhead;
  readonly plan: TallyPlan;
}

/** The members that identify an operation to its tally. */
export function talliedOperation({ resolved: { operation, definition } }: OperationAhead) {
  return definition ? { operation, definition } : { operation };
}

const noTally =
  'the catalog says tally: false, it joins with lines, or it keeps every value of a raster of floating-point numbers';

/** Plans the tallies of named operations; with `all`, of those that can have one. */
export async function plannedTallies(
  { catalog, tallies }: Pick<Operations, 'catalog'> & { readonly tallies: Pick<OperationTallies, 'plan'> },
  names: readonly string[],
): Promise<readonly PlannedTally[] | Refusal> {
  const asked = operationsMeant(catalog, { names });
  if (isRefusal(asked)) return asked;
  const plans = await Promise.all(asked.map(async (one) => ({ one, plan: await tallies.plan(talliedOperation(one)) })));
  const without = names.includes('all') ? undefined : plans.find(({ plan }) => !plan);
  if (without) return { path: 'operations', problem: `operation ${without.one.name} has no tally: ${noTally}` };
  return plans.flatMap(({ one, plan }) => (plan ? [{ one, plan }] : []));
}

export interface TallyHow extends TallyingDependencies {
  /** Hears of each chunk that has ended. */
  readonly onChunk: (tallied: Tallied) => void;
  readonly signal: AbortSignal;
}

/** Has workers build or verify a tally, tier by tier. */
export async function workThroughTally(
  work: TallyInput['work'],
  { one, plan }: PlannedTally,
  { onChunk, signal, ...dependencies }: TallyHow,
): Promise<TallyWorkSummary> {
  const before = performance.now();
  const sums = { nodes: 0, there: 0, counted: 0, bytes: 0, wrong: 0 };
  const failures: Record<string, number> = {};
  const onEnd = (tallied: Tallied) => {
    onChunk(tallied);
    if (tallied.outcome === 'failed') failures[tallied.reason] = (failures[tallied.reason] ?? 0) + 1;
    else for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += tallied.result[name];
  };
  const asked = { work, ...talliedOperation(one), fingerprint: plan.fingerprint };
  // A tier is made of the one below.
  for (const chunks of plan.tiers) await tallyChunks({ ...asked, chunks }, dependencies, { onEnd, signal });
  const seconds = Math.round(performance.now() - before) / 1000;
  return { operation: one.name, work, stopped: signal.aborted, cells: plan.cells, ...sums, failures, seconds };
}
