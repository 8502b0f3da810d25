import type {
  ChangeResult,
  GroupedAverageResult,
  GroupedCountResult,
  ResultDocument,
  StatisticsResult,
} from '@cellshed/contracts';
import type { CatalogNames } from './catalog-names.ts';
import { alignedAtPoint, columnOfNumbers, numberText } from './number-text.ts';
import { plainTables } from './plain-tables.ts';
import { labelColumns, type ResultTable, rasterTitle, rowsOf, titlesOf, valueText } from './table-columns.ts';

/** The tables of a result. Labels and titles are the catalog's, if there is one. */
export function resultTables(result: ResultDocument, catalog: CatalogNames | undefined): ResultTable[] {
  if ('target' in result) return [averageTable(result, catalog)];
  if ('classes' in result) return [classTable(result, catalog), countTable(result, catalog)];
  if ('groups' in result) return [countTable(result, catalog)];
  if ('count' in result) return [statisticsTable(result), ...valueTables(result, catalog)];
  return plainTables(result, catalog);
}

function countTable(
  { rasters, groups, cells, cellArea }: Omit<GroupedCountResult, 'coverage'>,
  catalog: CatalogNames | undefined,
): ResultTable {
  const rows = groups.toSorted((a, b) => b.cells - a.cells);
  const areas = rows.flatMap((group) => group.squareMetres ?? (cellArea === undefined ? [] : group.cells * cellArea));
  const hasAreas = areas.length === rows.length && (rows.length > 0 || cellArea !== undefined);
  return {
    head: [...titlesOf(rasters, catalog), 'cells', ...(hasAreas ? ['km²'] : []), '%'],
    labels: rasters.length,
    rows: rowsOf([
      ...labelColumns(rows, rasters, catalog),
      columnOfNumbers(rows.map((group) => group.cells)),
      ...(hasAreas ? [areas.map((area) => (area / 1e6).toFixed(2))] : []),
      rows.map((group) => ((100 * group.cells) / cells).toFixed(1)),
    ]),
    noun: 'combinations',
  };
}

/** The gains and losses of each class; the net in square kilometres where cells have a size. */
function classTable({ rasters, classes, cellArea }: ChangeResult, catalog: CatalogNames | undefined): ResultTable {
  const rows = classes.toSorted((a, b) => b.gains + b.losses - a.gains - a.losses || b.before - a.before);
  const first = rasters[0] as string;
  const areas = rows.flatMap(
    ({ squareMetres, net }) => squareMetres?.net ?? (cellArea === undefined ? [] : net * cellArea),
  );
  const hasAreas = areas.length === rows.length;
  const figures = ['before', 'after', 'gains', 'losses', 'net'] as const;
  return {
    head: ['class', ...figures, ...(hasAreas ? ['net km²'] : [])],
    labels: 1,
    rows: rowsOf([
      rows.map(({ value }) => valueText(value, first, catalog)),
      ...figures.map((figure) => columnOfNumbers(rows.map((row) => row[figure]))),
      ...(hasAreas ? [areas.map((area) => (area / 1e6).toFixed(2))] : []),
    ]),
    noun: 'classes',
  };
}

function averageTable(
  { rasters, target, groups }: GroupedAverageResult,
  catalog: CatalogNames | undefined,
): ResultTable {
  const rows = groups.toSorted((a, b) => b.cells + b.noData - a.cells - a.noData);
  const units = catalog?.rasters.get(target)?.units;
  const byArea = rows.flatMap(({ averageByArea }) => (averageByArea === undefined ? [] : [averageByArea]));
  const sizes = rows.flatMap(({ squareMetres }) => squareMetres ?? []);
  return {
    head: [
      ...titlesOf(rasters, catalog),
      units === undefined ? 'average' : `average, ${units}`,
      ...(byArea.length > 0 ? ['by area'] : []),
      'cells',
      ...(sizes.length > 0 ? ['km²'] : []),
      'no data',
    ],
    labels: rasters.length,
    rows: rowsOf([
      ...labelColumns(rows, rasters, catalog),
      columnOfNumbers(rows.map(({ average }) => average)),
      ...(byArea.length > 0 ? [columnOfNumbers(byArea)] : []),
      columnOfNumbers(rows.map(({ cells }) => cells)),
      ...(sizes.length > 0 ? [sizes.map((size) => (size / 1e6).toFixed(2))] : []),
      columnOfNumbers(rows.map(({ noData }) => noData)),
    ]),
    noun: 'combinations',
  };
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
    ['mean by area', result.meanByArea],
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
  // The counts say all if there are no data.
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
