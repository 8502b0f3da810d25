import type { Asked } from '../archive/precomputation.ts';
import { failureLines } from '../archive/precompute-summary.ts';
import type { TableSummary } from '../json-documents.ts';
import { countText, durationText } from '../text/figures.ts';
import type { ChosenAreas } from './choose-areas.ts';
import { inOwnWords, type TableAreas } from './table-areas.ts';
import type { ResultsOutcome } from './table-results.ts';

type SomeAreas = NonNullable<TableSummary['leftOut']>;

interface Facts extends ResultsOutcome {
  readonly out: string;
  readonly where: TableAreas;
  readonly asked: Asked;
  readonly chosen: ChosenAreas;
  /** The name that rows have for the table of the areas. */
  readonly title: string;
  readonly rows: number;
  readonly seconds: number;
}

export function tableSummary(outcome: TableSummary['outcome'], facts: Facts): TableSummary {
  const { out, where, asked, chosen, title, rows, seconds, counts } = facts;
  const { shown, drained } = chosen;
  const { results, cells, failed, failures } = counts;
  return {
    ...{ outcome, file: out, areaTable: title },
    operations: asked.operations.map(({ name }) => name),
    areas: shown.length + (drained?.refused.size ?? 0),
    ...figuresOf(chosen),
    ...{ results, rows, cells, failed },
    failures: failures.map(({ area, operation, reason }) => ({
      area: `${title}${area.slice(asked.table.length)}`,
      operation,
      reason: inOwnWords(reason, where),
    })),
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

const mostListed = 10;

function figuresOf({ united, drained }: ChosenAreas): Partial<TableSummary> {
  const some = (ids: readonly string[]): SomeAreas => ({ areas: ids.length, first: ids.slice(0, mostListed) });
  if (drained) {
    const named = drained.outlets.map(([id, into]) => (into === undefined ? id : `${id} (into ${into})`));
    return { united: drained.links.length, outlets: some(named) };
  }
  if (!united) return {};
  const { units, others } = united;
  return {
    united: [...units.values()].reduce((sum, { length }) => sum + length, 0),
    ...(others.length > 0 && { leftOut: some(others) }),
  };
}

/** The summary for people. */
export function summaryText(summary: TableSummary): string {
  const { outcome, file, areaTable, operations, results, rows, cells, failed, failures, leftOut, outlets, seconds } =
    summary;
  const asked = `${areasText(summary)} × ${countText(operations.length, 'operation')}`;
  const time = durationText(1000 * seconds);
  const begin =
    outcome === 'done'
      ? `${file}: ${countText(rows, 'row')} of ${asked}, ${countText(cells, 'cell')}, in ${time}`
      : `${file} is not finished: ${countText(results, 'result')} of ${asked} are kept in ${file}.results, and the same command goes on.`;
  const notes = [
    ...(leftOut
      ? [`${countText(leftOut.areas, 'area')} without a value left out of ${areaTable}: ${someText(leftOut)}`]
      : []),
    ...(outlets
      ? [`${countText(outlets.areas, 'outlet')}, which drain into nothing of the table: ${someText(outlets)}`]
      : []),
  ];
  return [begin, ...notes, ...failureLines(failed, failures, 'failed')].join('\n');
}

function areasText({ areas, united, outlets }: TableSummary): string {
  const shown = countText(areas, 'area');
  if (united === undefined) return shown;
  return `${shown} ${outlets ? 'with all upstream' : 'united'} of ${united.toLocaleString('en')}`;
}

function someText({ areas, first }: SomeAreas): string {
  return [...first, ...(areas > first.length ? ['…'] : [])].join(', ');
}
