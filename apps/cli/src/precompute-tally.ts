import type { Settled } from './compute-one.ts';

/**
 * What has become of the results so far; plain JSON, so that it can be kept beside the file and
 * gone on with.
 */
export interface Tally {
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

export const emptyTally: Tally = { settled: 0, results: 0, cells: 0, failed: 0, failures: [], last: null };

/** The tally with one more, of area `table/id`. */
export function tallied(tally: Tally, area: string, one: Exclude<Settled, { outcome: 'stopped' }>): Tally {
  const operation = one.operation.name;
  const next = { ...tally, settled: tally.settled + 1, last: `${area} ${operation}` };
  if (one.outcome === 'result') return { ...next, results: tally.results + 1, cells: tally.cells + one.cells };
  const { reason } = one;
  const failures =
    tally.failures.length < mostFailures ? [...tally.failures, { area, operation, reason }] : tally.failures;
  return { ...next, failed: tally.failed + 1, failures };
}
