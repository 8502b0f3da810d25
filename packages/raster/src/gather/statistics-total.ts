import { addCellCounts, type CellCount, cellCount } from '../sums/cell-count.ts';
import { classBits } from '../sums/class-counts.ts';
import { addAreas, type WithAreas } from '../sums/data-areas.ts';
import { addSums } from '../sums/exact-sum.ts';
import { type Moments, momentSums } from '../sums/moments.ts';
import { addTables, cellsAt, classTable, type ValueTable } from '../sums/value-table.ts';

/**
 * The total from which statistics are described; plain JSON. Its own cells are those with data, and
 * with a weight if there are weights.
 */
export interface StatisticsTotal extends CellCount, WithAreas {
  /** Cells, and parts of `wholeCell`, without data or without a weight. */
  readonly noData: number;
  readonly noDataParts?: number;
  readonly table: ValueTable;
  /** Absent: the table has every value, and all else follows from it. */
  readonly classes?: Classes;
}

/**
 * Present if the values of the table are classes (see `classOf`): the facts that cannot be computed
 * from classes.
 */
export interface Classes {
  readonly bits: number;
  readonly min: number;
  readonly max: number;
  readonly moments: Moments;
}

export interface StatisticsLimits {
  /**
   * The most values of a table. Beyond that they become classes of 12 bits or, if these are still
   * too many, of fewer bits. Above 65,536, rasters of 8 and 16 bits are never coarse.
   */
  readonly distinct: number;
}

/** With this limit a table is at most 10 MB of JSON. */
export const defaultStatisticsLimits: StatisticsLimits = { distinct: 500_000 };

/** Adds partial statistics up. An empty list of parts has no cells, and no weights. */
export function addStatistics(
  parts: Iterable<StatisticsTotal>,
  limits: Partial<StatisticsLimits> = {},
): StatisticsTotal {
  const { distinct } = { ...defaultStatisticsLimits, ...limits };
  let total: StatisticsTotal | undefined;
  for (const part of parts)
    total = total === undefined ? fitting(part, distinct) : fitting(addTwo(total, part), distinct);
  return total ?? { cells: 0, noData: 0, table: { values: [], cells: [] } };
}

/** The sums over all cells. */
export function momentsOf({ table, classes }: StatisticsTotal): Moments {
  if (classes !== undefined) return classes.moments;
  const sums = momentSums(table.weights !== undefined);
  for (const [at, value] of table.values.entries()) sums.add(value, cellsAt(table, at), table.weights?.[at]);
  return sums.all();
}

/** Assembles a total from its members. */
export function statisticsTotal(
  known: CellCount,
  noData: CellCount,
  table: ValueTable,
  classes?: Classes,
): StatisticsTotal {
  return {
    ...known,
    noData: noData.cells,
    ...(noData.parts !== undefined && { noDataParts: noData.parts }),
    table,
    ...(classes !== undefined && { classes }),
  };
}

function addTwo(a: StatisticsTotal, b: StatisticsTotal): StatisticsTotal {
  const known = addCellCounts(a, b);
  const noData = addCellCounts(cellCount(a.noData, a.noDataParts ?? 0), cellCount(b.noData, b.noDataParts ?? 0));
  const areas = addAreas(a, b);
  if (a.classes === undefined && b.classes === undefined)
    return { ...statisticsTotal(known, noData, addTables(a.table, b.table)), ...areas };
  const bits = Math.min(a.classes?.bits ?? classBits, b.classes?.bits ?? classBits);
  const [x, y] = [coarsened(a, bits), coarsened(b, bits)];
  const classes = {
    bits,
    min: Math.min(x.classes.min, y.classes.min),
    max: Math.max(x.classes.max, y.classes.max),
    moments: addMoments(x.classes.moments, y.classes.moments),
  };
  return { ...statisticsTotal(known, noData, addTables(x.table, y.table), classes), ...areas };
}

/** Fits a table into the limit: exact if possible, otherwise with as many bits as fit. */
function fitting(all: StatisticsTotal, distinct: number): StatisticsTotal {
  let fitted = all;
  while (fitted.table.values.length > distinct && fitted.classes?.bits !== 0) {
    fitted = coarsened(fitted, fitted.classes === undefined ? classBits : fitted.classes.bits - 1);
  }
  return fitted;
}

/** Reduces a total to classes of so many bits, at most those it has. */
function coarsened({ areas, ...all }: StatisticsTotal, bits: number): StatisticsTotal & { readonly classes: Classes } {
  const { values } = all.table;
  const { min, max } = all.classes ?? {
    min: values[0] ?? Number.POSITIVE_INFINITY,
    max: values.at(-1) ?? Number.NEGATIVE_INFINITY,
  };
  const classes = { bits, min, max, moments: momentsOf(all) };
  return { ...all, table: classTable(all.table, bits), classes, ...(areas && { areas }) };
}

function addMoments(a: Moments, b: Moments): Moments {
  const [x, y] = [a.weighted, b.weighted];
  return {
    sum: addSums([a.sum, b.sum]),
    squares: addSums([a.squares, b.squares]),
    ...(x !== undefined &&
      y !== undefined && {
        weighted: {
          weight: addSums([x.weight, y.weight]),
          sum: addSums([x.sum, y.sum]),
          squares: addSums([x.squares, y.squares]),
        },
      }),
  };
}
