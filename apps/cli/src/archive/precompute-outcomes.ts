import type { Settled } from './compute-one.ts';

/**
 * The counts of the outcomes so far, as plain JSON, which is kept beside the file so that it can be
 * continued.
 */
export interface OutcomeCounts {
  /** Results and failures. */
  readonly settled: number;
  readonly results: number;
  readonly cells: number;
  readonly failed: number;
  /** The first of them. */
  readonly failures: readonly Failure[];
  /** The area and operation that were settled last. */
  readonly last: string | null;
}

export interface Failure {
  readonly area: string;
  readonly operation: string;
  readonly reason: string;
}

const mostFailures = 1000;

export const noCounts: OutcomeCounts = { settled: 0, results: 0, cells: 0, failed: 0, failures: [], last: null };

/** The counts with one more outcome, of area `table/id`. */
export function counted(
  counts: OutcomeCounts,
  area: string,
  one: Exclude<Settled, { outcome: 'stopped' }>,
): OutcomeCounts {
  const operation = one.operation.name;
  const next = { ...counts, settled: counts.settled + 1, last: `${area} ${operation}` };
  if (one.outcome === 'result') return { ...next, results: counts.results + 1, cells: counts.cells + one.cells };
  const { reason } = one;
  const failures =
    counts.failures.length < mostFailures ? [...counts.failures, { area, operation, reason }] : counts.failures;
  return { ...next, failed: counts.failed + 1, failures };
}
