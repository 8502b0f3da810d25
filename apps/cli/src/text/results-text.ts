import { type ResultDocument, rastersOf } from '@cellshed/contracts';
import type { AskedAreas } from '../options/asked-areas.ts';
import type { AskedValues } from '../options/asked-values.ts';
import type { CatalogNames } from './catalog-names.ts';
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
  /** The values of parameters, where several were asked for. */
  readonly values?: AskedValues | undefined;
}

/**
 * The text of the results in the areas that were asked for, in their order; of each area one for
 * each of the values that were asked for.
 */
export function resultsText(results: readonly ResultDocument[], asked: AskedAreas, options: ResultsOptions): string {
  const { isMany, each, json, values, catalog } = options;
  const { areas } = asked;
  const width = process.stdout.columns ?? 100;
  const areaOf = (i: number) => areas[values ? Math.floor(i / values.labels.length) : i];
  if (json && each) return results.map((one, i) => JSON.stringify({ ...areaOf(i)?.feature, ...one })).join('\n');
  if (json) return JSON.stringify(isMany || values ? { results } : results[0]);
  if (each || values) return eachText(results, asked, { width, catalog, each, values });
  return results.map((one, i) => resultText(one, { width, catalog, area: areaOf(i)?.name })).join('\n\n');
}

type EachOptions = TextOptions & Pick<ResultsOptions, 'each' | 'values'>;

/**
 * One table, whose first columns say which feature and which value; what is to be said of single
 * ones follows.
 */
export function eachText(results: readonly ResultDocument[], { areas }: AskedAreas, options: EachOptions): string {
  const { each = false, values } = options;
  const catalog = values ? namedAlike(results, options.catalog) : options.catalog;
  const isByArea = each || areas.length > 1;
  const noun = areas.some(({ feature }) => feature) ? 'feature' : 'area';
  const columns = [...(isByArea ? [noun] : []), ...(values?.names ?? [])];
  const labels = areas.flatMap((area) =>
    (values?.labels ?? [[]]).map((label) => [...(isByArea ? [labelOf(area)] : []), ...label]),
  );
  const tables = results.map((result) => resultTables(result, catalog));
  const remarks = results.flatMap((result, i) =>
    remarksOn(result).map((remark) => `${labels[i]?.join(' ')}: ${remark}`),
  );
  const [first] = results;
  const where = isByArea ? '' : ` in ${areas[0]?.name}`;
  const about =
    first === undefined
      ? []
      : [
          `${titleText(first, catalog)}${where}, by ${columns.join(' and ')}`,
          ...aboutLines(first, catalog),
          ...scaleLines(first, catalog),
        ];
  return [
    ...about,
    ...joined(tables, columns, labels).flatMap((table) => [
      '',
      ...tableLines(table, { ...options, catalog, wraps: true }),
    ]),
    ...(remarks.length > 0 ? ['', ...remarks] : []),
  ].join('\n');
}

function labelOf({ name, feature }: AskedAreas['areas'][number]): string {
  return feature === undefined ? name : [feature.feature, feature.name ?? feature.id ?? ''].join(' ').trim();
}

/**
 * Names under which rasters that take the same place in results are the same: those of
 * `landcover_2001` and `landcover_2021` are called landcover.
 */
function namedAlike(results: readonly ResultDocument[], catalog: CatalogNames | undefined): CatalogNames {
  const lists = results.map(rastersOf);
  const rasters = new Map(catalog?.rasters);
  for (const place of lists[0]?.keys() ?? []) {
    const names = [...new Set(lists.flatMap((list) => list[place] ?? []))];
    if (names.length < 2) continue;
    const words = names.map((name) => name.split(/[_-]/));
    const common = words[0]?.filter((word) => words.every((others) => others.includes(word))).join('_');
    for (const name of names) {
      const known = rasters.get(name) ?? { legend: new Map() };
      rasters.set(name, { ...known, title: common || 'value' });
    }
  }
  return { operations: catalog?.operations ?? new Map(), rasters };
}

/** Tables with the same head as one, each row under its labels. */
function joined(
  tables: readonly (readonly ResultTable[])[],
  columns: readonly string[],
  labels: readonly (readonly string[])[],
): ResultTable[] {
  const byHead = new Map<string, ResultTable & { readonly rows: (readonly string[])[] }>();
  for (const [i, ofOne] of tables.entries()) {
    for (const { head, labels: names, rows, noun } of ofOne) {
      const key = head.join('\n');
      const table = byHead.get(key) ?? { head: [...columns, ...head], labels: columns.length + names, rows: [], noun };
      byHead.set(key, table);
      for (const row of rows) table.rows.push([...(labels[i] ?? []), ...row]);
    }
  }
  return [...byHead.values()];
}

function remarksOn({ cells, covered, warnings = [] }: ResultDocument): string[] {
  const share = cells === 0 ? ['no cells'] : covered === 1 ? [] : [shareText(covered)];
  return [...share, ...warnings];
}
