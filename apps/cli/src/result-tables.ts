import { labelOf } from '@catchment/catalog';
import type {
  GroupedAverageResult,
  GroupedCountResult,
  ResultDocument,
  StatisticsResult,
  SummaryResult,
} from '@catchment/operations';
import type { CatalogNames } from './catalog-names.ts';
import { alignedAtPoint, columnOfNumbers, numberText } from './number-text.ts';

/** Rows of texts under a head; the first `labels` columns are labels, the others numbers. */
export interface ResultTable {
  readonly head: readonly string[];
  readonly labels: number;
  readonly rows: readonly (readonly string[])[];
  /** What the rows are, in the plural, for those that are left out. */
  readonly noun: string;
  /** Rows worth showing, where nobody says how many. */
  readonly mostRows?: number;
}

/**
 * The tables that say what a result document says. Labels and titles are the catalog's, if there is
 * one.
 */
export function resultTables(result: ResultDocument, catalog: CatalogNames | undefined): ResultTable[] {
  if ('summaries' in result) return [summaryTable(result, catalog)];
  if ('target' in result) return [averageTable(result, catalog)];
  if ('groups' in result) return [countTable(result, catalog)];
  return [statisticsTable(result), ...valueTables(result, catalog)];
}

/** What the catalog calls a raster. */
function rasterTitle(name: string, catalog: CatalogNames | undefined): string {
  return catalog?.rasters.get(name)?.title ?? name;
}

function countTable(
  { rasters, groups, cells, cellArea }: Omit<GroupedCountResult, 'coverage'>,
  catalog: CatalogNames | undefined,
): ResultTable {
  const rows = groups.toSorted((a, b) => b.cells - a.cells);
  return {
    head: [...titlesOf(rasters, catalog), 'cells', ...(cellArea === undefined ? [] : ['km²']), '%'],
    labels: rasters.length,
    rows: rowsOf([
      ...labelColumns(rows, rasters, catalog),
      columnOfNumbers(rows.map((group) => group.cells)),
      ...(cellArea === undefined ? [] : [rows.map((group) => ((group.cells * cellArea) / 1e6).toFixed(2))]),
      rows.map((group) => ((100 * group.cells) / cells).toFixed(1)),
    ]),
    noun: 'combinations',
  };
}

function averageTable(
  { rasters, target, groups }: GroupedAverageResult,
  catalog: CatalogNames | undefined,
): ResultTable {
  const rows = groups.toSorted((a, b) => b.cells + b.noData - a.cells - a.noData);
  const units = catalog?.rasters.get(target)?.units;
  return {
    head: [...titlesOf(rasters, catalog), units === undefined ? 'average' : `average, ${units}`, 'cells', 'no data'],
    labels: rasters.length,
    rows: rowsOf([
      ...labelColumns(rows, rasters, catalog),
      columnOfNumbers(rows.map(({ average }) => average)),
      columnOfNumbers(rows.map(({ cells }) => cells)),
      columnOfNumbers(rows.map(({ noData }) => noData)),
    ]),
    noun: 'combinations',
  };
}

function summaryTable({ summaries }: SummaryResult, catalog: CatalogNames | undefined): ResultTable {
  const figures = (['min', 'average', 'max'] as const).map((name) =>
    alignedAtPoint(summaries.map((summary) => numberText(summary[name]))),
  );
  const counts = (['cells', 'noData'] as const).map((name) => columnOfNumbers(summaries.map((one) => one[name])));
  const names = summaries.map(({ raster }) => raster);
  const units = names.map((raster) => catalog?.rasters.get(raster)?.units ?? '');
  const hasUnits = units.some((unit) => unit !== '');
  return {
    head: ['raster', ...(hasUnits ? ['units'] : []), 'min', 'average', 'max', 'cells', 'no data'],
    labels: hasUnits ? 2 : 1,
    rows: rowsOf([titlesOf(names, catalog), ...(hasUnits ? [units] : []), ...figures, ...counts]),
    noun: 'rasters',
  };
}

/** The title of a raster, and the units of its values. */
export function withUnits(name: string, catalog: CatalogNames | undefined): string {
  const units = catalog?.rasters.get(name)?.units;
  return `${rasterTitle(name, catalog)}${units === undefined ? '' : `, ${units}`}`;
}

function statisticsTable(result: StatisticsResult): ResultTable {
  const weighted: [string, number | null | undefined][] = [
    ['weight', result.weight],
    ['weighted sum', result.weightedSum],
    ['weighted mean', result.weightedMean],
    ['weighted variance', result.weightedVariance],
    ['weighted standard deviation', result.weightedStandardDeviation],
  ];
  const all: [string, number | null | undefined][] = [
    ['cells with data', result.count],
    ['no data', result.noData],
    ['sum', result.sum],
    ['mean', result.mean],
    ['variance', result.variance],
    ['standard deviation', result.standardDeviation],
    ['coefficient of variation', result.coefficientOfVariation],
    ['min', result.min],
    ['median', result.median],
    ['max', result.max],
    ['range', result.range],
    ...result.quantiles.map(({ quantile, value }): [string, number | null] => [`quantile ${quantile}`, value]),
    ['mode', result.mode],
    ['minority', result.minority],
    ['variety', result.variety],
    ...weighted,
  ];
  // Without data there is nothing to be said but that.
  const told = all.filter(([, value]) => value !== undefined && !(result.count === 0 && value === null));
  const texts = alignedAtPoint(told.map(([, value]) => numberText(value as number | null)));
  return { head: ['', ''], labels: 1, rows: rowsOf([told.map(([name]) => name), texts]), noun: 'figures' };
}

function valueTables({ rasters, values = [] }: StatisticsResult, catalog: CatalogNames | undefined): ResultTable[] {
  if (values.length === 0) return [];
  const rows = values.toSorted((a, b) => b.cells - a.cells);
  const weights = rows.flatMap(({ weight }) => (weight === undefined ? [] : [weight]));
  const raster = rasters[0] as string;
  const table = {
    head: [rasterTitle(raster, catalog), 'cells', '%', ...(weights.length > 0 ? ['weight'] : [])],
    labels: 1,
    rows: rowsOf([
      rows.map(({ value }) => valueText(value, raster, catalog)),
      columnOfNumbers(rows.map(({ cells }) => cells)),
      rows.map(({ share }) => (100 * share).toFixed(1)),
      ...(weights.length > 0 ? [columnOfNumbers(weights)] : []),
    ]),
    noun: 'values',
    mostRows: 20,
  };
  return [table];
}

function titlesOf(rasters: readonly string[], catalog: CatalogNames | undefined): string[] {
  return rasters.map((name) => rasterTitle(name, catalog));
}

function labelColumns(
  groups: readonly { readonly values: readonly (number | null)[] }[],
  rasters: readonly string[],
  catalog: CatalogNames | undefined,
): string[][] {
  return rasters.map((raster, i) => groups.map(({ values }) => valueText(values[i] ?? null, raster, catalog)));
}

function valueText(value: number | null, name: string, catalog: CatalogNames | undefined): string {
  const raster = catalog?.rasters.get(name);
  const label = raster && labelOf(raster, value);
  if (value === null) return label ?? 'no data';
  return label === undefined ? String(value) : `${value} ${label}`;
}

/** Columns as rows. */
function rowsOf(columns: readonly (readonly string[])[]): string[][] {
  return (columns[0] ?? []).map((_, row) => columns.map((column) => column[row] as string));
}
