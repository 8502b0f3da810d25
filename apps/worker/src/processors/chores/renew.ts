import type { Warming } from '@cellshed/chores';
import { type StretchPass, stretchesOf } from '@cellshed/chores/stretches';
import {
  type ChoreTurn,
  type ChoreWork,
  type Demand,
  type Renewals,
  type WarmDependencies,
  type Warmed,
  warm,
} from '@cellshed/jobs';

export interface RenewChoreDependencies extends Pick<WarmDependencies, 'computations' | 'endings'> {
  readonly warming: Warming;
  readonly demand: Pick<Demand, 'most'>;
  readonly renewals: Pick<Renewals, 'change' | 'spend' | 'spent'>;
  /** RENEW_CELLS_PER_HOUR. */
  readonly cellsPerHour: number;
}

/** The most results that are renewed after a replacement: those asked for most lately. */
const mostResults = 5000;
/** The results between two looks at the budget. */
const resultsAtOnce = 10;

/** The results to renew, those asked for most lately first, and the replacement before. */
interface RenewPlan {
  readonly names: readonly string[];
  readonly change: number;
}

/**
 * Computes what was asked for most lately and is not there with the sources as they are now. It
 * rests while as many cells were counted in an hour as may.
 */
export async function renewChore(
  work: ChoreWork,
  { warming, demand, renewals, cellsPerHour, ...dependencies }: RenewChoreDependencies,
  signal: AbortSignal,
): Promise<ChoreTurn> {
  let plan = work.plan as RenewPlan | undefined;
  let at = (work.marks as { readonly at: number } | undefined)?.at ?? 0;
  for (;;) {
    const change = await renewals.change();
    if (!plan || (at >= plan.names.length && plan.change !== change)) {
      plan = { names: await demand.most(mostResults), change };
      at = 0;
      await work.note({ plan, marks: { at }, planned: plan.names.length, unit: 'results', add: {} });
    }
    if (at >= plan.names.length) return 'done';
    const { cells: spent, until } = await renewals.spent();
    if (spent >= cellsPerHour) {
      const [were, most] = [spent, cellsPerHour].map((count) => count.toLocaleString('en'));
      const problem = `${were} cells were counted anew within an hour, at most ${most} are (RENEW_CELLS_PER_HOUR)`;
      return { restsUntil: until, problem };
    }
    const names = plan.names.slice(at, at + resultsAtOnce);
    const counts: Record<string, number> = {};
    const failures: [name: string, reason: string][] = [];
    const onEnd = async (warmed: Warmed) => {
      for (const name of ['done', warmed.outcome]) counts[name] = (counts[name] ?? 0) + 1;
      if (warmed.outcome === 'failed') failures.push([warmed.name, warmed.reason]);
      if (warmed.outcome !== 'computed') return;
      counts.cells = (counts.cells ?? 0) + (warmed.cells ?? 0);
      await renewals.spend(warmed.cells ?? 0);
    };
    const results = { names: ['all'], perName: names.length, itemsOf: () => Promise.all(names.map(warming.itemNamed)) };
    const how = { atOnce: 1, signal, onEnd };
    const { background } = work;
    await warm<StretchPass>(stretchesOf(results), { ...warming, ...dependencies, background }, how);
    if (signal.aborted) return 'done';
    at += names.length;
    await work.note({ marks: { at }, add: counts, failures });
  }
}
