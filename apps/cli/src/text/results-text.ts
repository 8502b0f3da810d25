import type { ResultDocument } from '@catchment/contracts';
import type { AskedAreas } from '../options/area-argument.ts';
import { resultTables } from './result-tables.ts';
import {
  aboutLines,
  resultText,
  scaleLines,
  shareText,
  type TextOptions,
  tableLines,
  titleText,
} from './result-text.ts';
import type { ResultTable } from './table-columns.ts';

export interface ResultsOptions extends Pick<TextOptions, 'catalog'> {
  /** Whether the operation takes several areas by itself. */
  readonly isMany: boolean;
  /** Whether the user wants each feature for itself. */
  readonly each?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** The text of the results in the areas that were asked for, in their order. */
export function resultsText(results: readonly ResultDocument[], asked: AskedAreas, options: ResultsOptions): string {
  const { isMany, each, json, catalog } = options;
  const { areas } = asked;
  const width = process.stdout.columns ?? 100;
  if (json && each) return results.map((one, i) => JSON.stringify({ ...areas[i]?.feature, ...one })).join('\n');
  if (json) return JSON.stringify(isMany ? { results } : results[0]);
  if (each) return eachText(results, asked, { width, catalog });
  return results.map((one, i) => resultText(one, { width, catalog, area: areas[i]?.name })).join('\n\n');
}

/** One table, whose first column says which feature; what is to be said of single ones follows. */
export function eachText(results: readonly ResultDocument[], { areas }: AskedAreas, options: TextOptions): string {
  const { catalog } = options;
  const labels = areas.map(({ name, feature }) =>
    feature === undefined ? name : [feature.feature, feature.name ?? feature.id ?? ''].join(' ').trim(),
  );
  const tables = results.map((result) => resultTables(result, catalog));
  const remarks = results.flatMap((result, i) => remarksOn(result).map((remark) => `${labels[i]}: ${remark}`));
  const [first] = results;
  const about =
    first === undefined
      ? []
      : [`${titleText(first, catalog)}, by feature`, ...aboutLines(first, catalog), ...scaleLines(first, catalog)];
  return [
    ...about,
    ...joined(tables, labels).flatMap((table) => ['', ...tableLines(table, options)]),
    ...(remarks.length > 0 ? ['', ...remarks] : []),
  ].join('\n');
}

/** Tables with the same head as one, each row under its label. */
function joined(tables: readonly (readonly ResultTable[])[], labels: readonly string[]): ResultTable[] {
  const byHead = new Map<string, ResultTable & { readonly rows: (readonly string[])[] }>();
  for (const [i, ofOne] of tables.entries()) {
    for (const { head, labels: names, rows, noun } of ofOne) {
      const key = head.join('\n');
      const table = byHead.get(key) ?? { head: ['feature', ...head], labels: names + 1, rows: [], noun };
      byHead.set(key, table);
      for (const row of rows) table.rows.push([labels[i] as string, ...row]);
    }
  }
  return [...byHead.values()];
}

function remarksOn({ cells, covered, warnings = [] }: ResultDocument): string[] {
  const share = cells === 0 ? ['no cells'] : covered === 1 ? [] : [shareText(covered)];
  return [...share, ...warnings];
}
