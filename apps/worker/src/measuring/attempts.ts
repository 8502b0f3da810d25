import type { AnyRequest } from '@cellshed/contracts';
import type { Attempt, FinishResult, JobData, Outcome } from '@cellshed/jobs';
import type { Metrics } from '@cellshed/metrics';

/** Makes a function that measures each attempt at a job. */
export function attemptMeter({ add, record }: Pick<Metrics, 'add' | 'record'>): (attempt: Attempt) => void {
  return (attempt) => {
    const { outcome, seconds } = attempt;
    const kind = isSweep(attempt) ? 'sweep' : attempt.kind;
    record('catchment_job_seconds', { kind, outcome }, seconds);
    if (kind === 'finish') finished(attempt);
    if (kind === 'compute' || kind === 'sweep') computed(attempt);
  };

  function finished({ outcome, data, result, secondsSinceAdded }: Attempt): void {
    if (outcome !== 'done' && outcome !== 'failed') return;
    const ended = outcome === 'failed' ? 'failed' : outcomeOf(result as FinishResult);
    add('catchment_requests_total', { operation: (data as AnyRequest).operation, outcome: ended });
    record('catchment_request_seconds', { outcome: ended }, secondsSinceAdded);
  }

  function computed({ outcome, data, result }: Attempt): void {
    const ended = result as Outcome | undefined;
    if (outcome !== 'done' || ended?.outcome !== 'done') return;
    const { operation } = (data as JobData<'compute'>).request;
    if (ended.cells !== undefined) add('catchment_cells_counted_total', { operation }, ended.cells);
    if (!ended.tiles) return;
    const { planned, tallied } = ended.tiles;
    add('catchment_tiles_total', { source: 'counted' }, planned - tallied);
    add('catchment_tiles_total', { source: 'tally' }, tallied);
  }
}

function outcomeOf(result: FinishResult): string {
  return result.outcome === 'done' ? result.cache : result.outcome;
}

function isSweep({ kind, data }: Attempt): boolean {
  // Data that do not fit the contract have failed as such, and are measured all the same.
  const { for: reason } = data as Partial<JobData<'compute'>>;
  return kind === 'compute' && reason !== undefined && 'background' in reason && reason.background.isSwept;
}
