import type { Asked } from '../archive/precomputation.ts';
import type { Failure } from '../archive/precompute-outcomes.ts';
import { failureLines } from '../archive/precompute-summary.ts';
import { countText, durationText } from '../text/figures.ts';
import { inOwnWords, type TableAreas } from './table-areas.ts';
import type { ResultsOutcome } from './table-results.ts';

/** The outcome of making a table, as plain JSON. */
export interface TableSummary {
  readonly outcome: 'done' | 'stopped';
  readonly file: string;
  readonly areaTable: string;
  readonly operations: readonly string[];
  /** Areas that are asked for. */
  readonly areas: number;
  readonly results: number;
  readonly rows: number;
  readonly cells: number;
  /** Results that could not be computed. */
  readonly failed: number;
  /** The first of them. */
  readonly failures: readonly Failure[];
  /** The duration of this run. */
  readonly seconds: number;
}

interface Facts extends ResultsOutcome {
  readonly out: string;
  readonly where: TableAreas;
  readonly asked: Asked;
  readonly rows: number;
  readonly seconds: number;
}

export function tableSummary(outcome: TableSummary['outcome'], facts: Facts): TableSummary {
  const { out, where, asked, rows, seconds, counts } = facts;
  const { results, cells, failed, failures } = counts;
  return {
    ...{ outcome, file: out, areaTable: where.shownAs },
    operations: asked.operations.map(({ name }) => name),
    areas: asked.ids.length,
    ...{ results, rows, cells, failed },
    failures: failures.map(({ area, operation, reason }) => ({
      area: `${where.shownAs}${area.slice(asked.table.length)}`,
      operation,
      reason: inOwnWords(reason, where),
    })),
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

/** The summary for people. */
export function summaryText(summary: TableSummary): string {
  const { outcome, file, areas, operations, results, rows, cells, failed, failures, seconds } = summary;
  const asked = `${countText(areas, 'area')} × ${countText(operations.length, 'operation')}`;
  const time = durationText(1000 * seconds);
  const begin =
    outcome === 'done'
      ? `${file}: ${countText(rows, 'row')} of ${asked}, ${countText(cells, 'cell')}, in ${time}`
      : `${file} is not finished: ${countText(results, 'result')} of ${asked} are kept in ${file}.results, and the same command goes on.`;
  return [begin, ...failureLines(failed, failures, 'failed')].join('\n');
}
