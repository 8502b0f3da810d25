import { type Catalog, labelOf } from '@catchment/catalog';
import type { GroupedAverageResult, GroupedCountResult, ResultDocument, SummaryResult } from '@catchment/operations';
import Table from 'cli-table3';

export interface TextOptions {
  /** Characters of a line. */
  readonly width: number;
  /** Gives the values their labels. */
  readonly catalog?: Catalog;
  /** Default: all. */
  readonly mostRows?: number;
}

/** Rows of text under a head; the first `labels` columns are labels, the others numbers. */
interface Rows {
  readonly head: readonly string[];
  readonly labels: number;
  readonly rows: readonly (readonly string[])[];
}

/** A result for people: what it is of, and a table as wide as the terminal at most. */
export function resultText(result: ResultDocument, { width, catalog, mostRows }: TextOptions): string {
  const { head, labels, rows } = rowsOf(result, catalog);
  const shown = rows.slice(0, mostRows);
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index < labels ? 'left' : 'right')),
    colWidths: columnWidths([head, ...shown], head.length - labels, width),
    chars,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
  });
  table.push(...shown.map((row) => [...row]));
  const left = rows.length - shown.length;
  const more = left > 0 ? [`… and ${left} more combinations`] : [];
  return [...summary(result, catalog), '', rows.length > 0 ? table.toString() : 'no cells', ...more].join('\n');
}

function rowsOf(result: ResultDocument, catalog: Catalog | undefined): Rows {
  if ('summaries' in result) return summaryRows(result, catalog);
  if ('target' in result) return averageRows(result, catalog);
  if ('groups' in result) return countRows(result, catalog);
  return statisticsRows(result);
}

function countRows(
  result: Pick<GroupedCountResult, 'rasters' | 'groups' | 'cells' | 'cellArea'>,
  catalog: Catalog | undefined,
): Rows {
  const { rasters, groups, cells, cellArea } = result;
  const head = [...titles(rasters, catalog), 'cells', ...(cellArea === undefined ? [] : ['km²']), '%'];
  const rows = groups
    .toSorted((a, b) => b.cells - a.cells)
    .map((group) => [
      ...valueTexts(group.values, rasters, catalog),
      figure(group.cells),
      ...(cellArea === undefined ? [] : [((group.cells * cellArea) / 1e6).toFixed(2)]),
      ((100 * group.cells) / cells).toFixed(1),
    ]);
  return { head, labels: rasters.length, rows };
}

function averageRows({ rasters, target, groups }: GroupedAverageResult, catalog: Catalog | undefined): Rows {
  const head = [...titles(rasters, catalog), `average ${target}`, 'cells', 'no data'];
  const rows = groups
    .toSorted((a, b) => b.cells + b.noData - a.cells - a.noData)
    .map(({ values, average, cells, noData }) => [
      ...valueTexts(values, rasters, catalog),
      figure(average),
      figure(cells),
      figure(noData),
    ]);
  return { head, labels: rasters.length, rows };
}

function summaryRows({ summaries }: SummaryResult, catalog: Catalog | undefined): Rows {
  const rows = summaries.map(({ raster, min, average, max, cells, noData }) => [
    ...titles([raster], catalog),
    ...[min, average, max, cells, noData].map(figure),
  ]);
  return { head: ['raster', 'min', 'average', 'max', 'cells', 'no data'], labels: 1, rows };
}

/** A row for each figure, whatever they are; quantiles and lists by their places. */
function statisticsRows(result: ResultDocument): Rows {
  const rows = Object.entries(result).flatMap(([name, value]): string[][] => {
    if (frame.includes(name)) return [];
    if (typeof value === 'number' || value === null) return [[name, figure(value)]];
    return [];
  });
  return { head: ['', 'value'], labels: 1, rows };
}

/** Members that the lines above the table tell. */
const frame = ['cells', 'covered', 'cellArea'];

function titles(rasters: readonly string[], catalog: Catalog | undefined): string[] {
  return rasters.map((name) => catalog?.rasters.get(name)?.title ?? name);
}

function figure(value: number | null): string {
  return value === null
    ? 'none'
    : value.toLocaleString('en', { maximumSignificantDigits: 12, maximumFractionDigits: 6 });
}

function summary(result: ResultDocument, catalog: Catalog | undefined): string[] {
  const { operation, area, coverage, cells, covered, cellArea, warnings = [] } = result;
  const title = catalog?.operations.get(operation)?.title ?? operation;
  const size = cellArea === undefined ? '' : ` (${((cells * cellArea) / 1e6).toFixed(2)} km²)`;
  const share = covered === 1 ? '' : `, ${(100 * covered).toFixed(1)} % of the area is on the rasters`;
  const rule = coverage === 'centre' ? '' : coverage === 'lines' ? ' on lines' : ` by the rule "${coverage}"`;
  return [`${title} in ${area}`, `${figure(cells)} cells${size}${rule}${share}`, ...warnings];
}

function valueTexts(
  values: readonly (number | null)[],
  rasters: readonly string[],
  catalog: Catalog | undefined,
): string[] {
  return values.map((value, index) => valueText(catalog, rasters[index] as string, value));
}

function valueText(catalog: Catalog | undefined, name: string, value: number | null): string {
  const raster = catalog?.rasters.get(name);
  const label = raster && labelOf(raster, value);
  if (value === null) return label ?? 'no data';
  return label === undefined ? String(value) : `${value} ${label}`;
}

const none = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
const inner = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
const chars = { ...Object.fromEntries([...none, ...inner].map((place) => [place, ''])), middle: ' ' };

/** Every column as wide as its widest cell; those of labels share what the terminal leaves, so that no line wraps. */
function columnWidths(lines: readonly (readonly string[])[], numbers: number, width: number): number[] {
  const columns = lines[0]?.length ?? 0;
  const widest = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length + 1)),
  );
  const labels = columns - numbers;
  const taken = widest.slice(labels).reduce((sum, one) => sum + one, columns);
  const most = Math.max(8, Math.floor((width - taken) / labels));
  return widest.map((one, column) => (column < labels ? Math.min(one, most) : one));
}
