import type { PrecomputeSummary } from '../json-documents.ts';
import { countText, durationText } from '../text/figures.ts';
import type { Asked, AskedResult } from './precomputation.ts';
import type { FileOutcome, FinishedFile } from './precompute-file.ts';
import type { Failure } from './precompute-outcomes.ts';

/** The summary of a run that computed. */
export function runSummary(
  file: string,
  asked: Asked,
  { outcome, counts, before, seconds }: FileOutcome & { readonly seconds: number },
): PrecomputeSummary {
  const { results, cells, failed, failures } = counts;
  const perSecond = (number: number) => (seconds > 0 ? Math.round(number / seconds) : 0);
  return {
    ...frame(file, asked),
    outcome,
    results,
    failed,
    failures,
    cells,
    seconds: Math.round(seconds * 1000) / 1000,
    cellsPerSecond: perSecond(cells - before.cells),
    resultsPerSecond: perSecond(results - before.results),
  };
}

/** The summary of a run that found everything done. */
export function finishedSummary(
  file: string,
  asked: Asked,
  { results, missing, firstMissing }: FinishedFile,
): PrecomputeSummary {
  const failures = firstMissing.map((one) => failureOf(asked, one));
  return { ...frame(file, asked), outcome: 'already done', results, failed: missing, failures };
}

const mostShown = 10;

/** The summary for people. */
export function summaryText(summary: PrecomputeSummary): string {
  const { outcome, file, operations, areas, results, failed, failures, cells = 0, seconds = 0 } = summary;
  const { cellsPerSecond = 0, resultsPerSecond = 0 } = summary;
  const asked = `${countText(areas, 'area')} × ${countText(operations.length, 'operation')}`;
  const figures = [
    `${countText(results, 'result')} of ${asked}, ${countText(cells, 'cell')}`,
    `${durationText(1000 * seconds)}: ${cellsPerSecond.toLocaleString('en')} cells and ${countText(resultsPerSecond, 'result')} per second`,
  ];
  const begin = {
    done: [`${file} is finished.`, ...figures],
    stopped: [`${file} is not finished: the same command goes on with it.`, ...figures],
    'already done': [
      `${file} is there already: nothing was computed (--overwrite begins anew).`,
      `${countText(results, 'result')} of ${asked}`,
    ],
  };
  const what =
    outcome === 'already done' ? 'not in it, as they failed before or only a part of it was copied' : 'failed';
  return [...begin[outcome], ...failureLines(failed, failures, what)].join('\n');
}

/** The first failures, a line each. */
export function failureLines(failed: number, failures: readonly Failure[], what: string): string[] {
  if (failed === 0) return [];
  const shown = failures.slice(0, mostShown).map(({ area, operation, reason }) => `  ${area} ${operation}: ${reason}`);
  const left = failed - shown.length;
  return [
    `${failed.toLocaleString('en')} ${what}:`,
    ...shown,
    ...(left > 0 ? [`  … and ${left.toLocaleString('en')} more`] : []),
  ];
}

function failureOf({ table }: Asked, { id, operation }: AskedResult): Failure {
  return { area: `${table}/${id}`, operation: operation.name, reason: 'is not in the file' };
}

function frame(file: string, { table, ids, operations }: Asked) {
  return { file, table, operations: operations.map(({ name }) => name), areas: ids.length };
}
