import type { Asked } from '../archive/precomputation.ts';
import type { Failure } from '../archive/precompute-outcomes.ts';
import { failureLines } from '../archive/precompute-summary.ts';
import { countText, durationText } from '../text/figures.ts';
import { inOwnWords, type TableAreas, titleOf } from './table-areas.ts';
import type { ResultsOutcome } from './table-results.ts';

/** The outcome of making a table, as plain JSON. */
export interface TableSummary {
  readonly outcome: 'done' | 'stopped';
  readonly file: string;
  readonly areaTable: string;
  readonly operations: readonly string[];
  /** Areas that are asked for. */
  readonly areas: number;
  /** The areas of the table that are united to them. */
  readonly united?: number;
  /** Areas without a value by which they could be united, and the first of them. */
  readonly leftOut?: { readonly areas: number; readonly first: readonly string[] };
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
    ...{ outcome, file: out, areaTable: titleOf(where) },
    operations: asked.operations.map(({ name }) => name),
    areas: asked.ids.length,
    ...(where.united && unitedIn(where.united)),
    ...{ results, rows, cells, failed },
    failures: failures.map(({ area, operation, reason }) => ({
      area: `${titleOf(where)}${area.slice(asked.table.length)}`,
      operation,
      reason: inOwnWords(reason, where),
    })),
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

const mostLeftOut = 10;

function unitedIn({ units, others }: NonNullable<TableAreas['united']>): Pick<TableSummary, 'united' | 'leftOut'> {
  const united = [...units.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    united,
    ...(others.length > 0 && { leftOut: { areas: others.length, first: others.slice(0, mostLeftOut) } }),
  };
}

/** The summary for people. */
export function summaryText(summary: TableSummary): string {
  const { outcome, file, areaTable, operations, results, rows, cells, failed, failures, leftOut, seconds } = summary;
  const asked = `${areasText(summary)} × ${countText(operations.length, 'operation')}`;
  const time = durationText(1000 * seconds);
  const begin =
    outcome === 'done'
      ? `${file}: ${countText(rows, 'row')} of ${asked}, ${countText(cells, 'cell')}, in ${time}`
      : `${file} is not finished: ${countText(results, 'result')} of ${asked} are kept in ${file}.results, and the same command goes on.`;
  const without = leftOut
    ? [`${countText(leftOut.areas, 'area')} without a value left out of ${areaTable}: ${someText(leftOut)}`]
    : [];
  return [begin, ...without, ...failureLines(failed, failures, 'failed')].join('\n');
}

function areasText({ areas, united }: TableSummary): string {
  return united === undefined
    ? countText(areas, 'area')
    : `${countText(areas, 'area')} united of ${united.toLocaleString('en')}`;
}

function someText({ areas, first }: NonNullable<TableSummary['leftOut']>): string {
  return [...first, ...(areas > first.length ? ['…'] : [])].join(', ');
}
