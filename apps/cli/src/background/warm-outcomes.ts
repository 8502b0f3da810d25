import type { WarmSummary } from '@cellshed/chores';
import type { Warmed } from '@cellshed/jobs';
import { durationText } from '../text/figures.ts';

const mostReasons = 20;
const mostNames = 5;

interface OutcomesOptions {
  readonly dryRun: boolean;
  readonly planned: number;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/** Counts the outcomes of results, in bounded memory. */
export function openWarmOutcomes({ dryRun, planned, now }: OutcomesOptions) {
  const before = now();
  const counts = { there: 0, computed: 0, failed: 0 };
  const reasons = new Map<string, { count: number; names: string[] }>();
  let cells = 0;
  return {
    add: (warmed: Warmed) => {
      counts[warmed.outcome] += 1;
      if (warmed.outcome === 'computed') cells += warmed.cells ?? 0;
      if (warmed.outcome === 'failed') note(reasons, warmed);
    },
    ended: () => counts.there + counts.computed + counts.failed,
    summary: (stopped: boolean): WarmSummary => ({
      ...{ dryRun, stopped, planned, ...counts },
      failures: [...reasons]
        .map(([reason, { count, names }]) => ({ reason, count, names }))
        .toSorted((a, b) => b.count - a.count),
      cells,
      seconds: Math.round(now() - before) / 1000,
    }),
  };
}

function note(
  reasons: Map<string, { count: number; names: string[] }>,
  { name, reason }: Warmed & { outcome: 'failed' },
) {
  const known = reasons.has(reason) || reasons.size < mostReasons ? reason : 'other reasons';
  const entry = reasons.get(known) ?? { count: 0, names: [] };
  entry.count += 1;
  if (entry.names.length < mostNames) entry.names.push(name);
  reasons.set(known, entry);
}

/** The summary for people. */
export function warmSummaryText(summary: WarmSummary): string {
  const { dryRun, stopped, planned, there, computed, failed, failures, cells, seconds } = summary;
  const count = (number: number) => number.toLocaleString('en');
  const ended = there + computed + failed;
  const rate = cells > 0 && seconds > 0 ? `, ${count(Math.round(cells / seconds))} cells per second` : '';
  const work = cells > 0 ? ` (${count(cells)} cells${rate})` : '';
  return [
    ...(stopped ? [`Stopped after ${count(ended)} of ${count(planned)} results; the same command goes on.`] : []),
    `${dryRun ? 'missing' : 'computed'}: ${count(computed)}${work}`,
    `already there: ${count(there)}`,
    `failed: ${count(failed)}`,
    ...failures.flatMap(({ reason, count: times, names }) => [
      `  ${count(times)} × ${reason}`,
      `    ${names.join(', ')}${times > names.length ? ', …' : ''}`,
    ]),
    ...(failed > 0 && !dryRun ? ['Try those again with --failed.'] : []),
    `in ${durationText(1000 * seconds)}`,
  ].join('\n');
}
