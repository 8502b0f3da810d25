import { wholeCell } from '../spans/spans.ts';
import type { TileWork } from '../stack/area-visit.ts';
import { presentRasters } from '../stack/present-rasters.ts';
import { forEachRectangle } from '../stack/rectangles.ts';
import { forEachShared } from '../stack/view-runs.ts';
import { addCellCounts, type CellCount, cellCount } from '../sums/cell-count.ts';
import { addSums, type ExactSum } from '../sums/exact-sum.ts';
import type { CellNumbers } from '../tables/cell-numbers.ts';
import { cellNumbers } from '../tables/choose-cell-numbers.ts';
import { countTable } from '../tables/choose-count-table.ts';
import type { CountTable, TableLimits } from '../tables/count-table.ts';
import { tooManyGroups } from '../tables/hash-numbers.ts';
import { sampleRuns } from '../tables/sample-runs.ts';
import type { Raster } from '../tiles/raster.ts';
import type { Words } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { Accumulator } from './accumulator.ts';
import { mergeGroups } from './merge-groups.ts';

/**
 * The cells of each combination of values; plain JSON. Its own cells are those in all groups: those
 * on at least one raster.
 */
export interface GroupedCounts extends CellCount {
  /** The groups in the order of their values, null last. */
  readonly groups: Group[];
}

/** Cells, and their value in each raster, in the order of the rasters. */
export interface Group extends CellCount {
  /** null: no data there, or not a finite number, or the raster has ended. */
  readonly values: (number | null)[];
  /** The square metres of the cells, where their areas were summed. */
  readonly area?: ExactSum;
}

export interface GroupedCountWork extends TileWork {
  readonly limits?: Partial<TableLimits>;
}

/**
 * 8 MiB of counts for each set of rasters that cover a part of the area; half a million groups are
 * 30 MB of JSON.
 */
export const defaultLimits: TableLimits = { denseEntries: 2 ** 20, groups: 500_000 };

/**
 * Counts the cells of these blocks by their combinations of values. A block can be counted
 * anywhere: partial counts add up, with addCounts, to the same result however they were cut. Throws
 * TooManyGroupsError, the signal's reason, and the errors of reading.
 */
export async function countGroups({ limits, ...work }: GroupedCountWork): Promise<GroupedCounts> {
  const rasters = work.stack.rasters.map(({ raster }) => raster);
  const accumulator = groupedCountAccumulator(rasters, limits);
  await forEachRectangle(work, (rectangle) => accumulator.add(rectangle));
  return accumulator.partial();
}

/** Counts rectangles by the values of these rasters. Its methods throw TooManyGroupsError. */
export function groupedCountAccumulator(
  rasters: readonly Raster[],
  limits?: Partial<TableLimits>,
): Accumulator<GroupedCounts> {
  const own = { ...defaultLimits, ...limits };
  const tables = presentRasters(rasters, (types) => ({
    whole: types.length > 0 ? countTable(types, own) : cellCounter(),
    shared: partsTable(types, own.groups),
  }));
  return {
    add(rectangle) {
      const { whole, shared } = tables.at(rectangle.views);
      const views = rectangle.views.filter((view) => view !== undefined);
      const cells = sampleRuns(rectangle, views);
      whole.add(cells);
      const words = cells.rasters.map((raster) => raster.words);
      forEachShared(rectangle, views, (from, parts) => shared.add(words, from, parts));
    },
    partial() {
      const groups: Group[] = [];
      for (const { kept, values } of tables.all()) {
        for (const { samples, cells } of kept.whole.groups()) groups.push({ values: values(samples), cells });
        for (const { samples, ...count } of kept.shared.groups()) groups.push({ values: values(samples), ...count });
      }
      return merged(groups, own.groups);
    },
  };
}

/**
 * Adds partial counts up. An empty list of parts has no cells. Throws TooManyGroupsError as
 * counting at once would.
 */
export function addCounts(parts: Iterable<GroupedCounts>, limits?: Partial<TableLimits>): GroupedCounts {
  const groups = Array.from(parts, (part) => part.groups).flat();
  return merged(groups, { ...defaultLimits, ...limits }.groups);
}

/** The table for no raster at all: cells on a raster, but only on sparse tiles. */
function cellCounter(): CountTable {
  let cells = 0;
  return {
    add(more) {
      cells += more.cells;
    },
    groups: () => (cells > 0 ? [{ samples: [], cells }] : []),
  };
}

/** Adds up the parts of cells that count only in part; these come one by one. */
function partsTable(types: readonly SampleType[], mostGroups: number) {
  // Most areas have none.
  let combinations: CellNumbers | undefined;
  // Cells, and parts that are less than a whole one, each at its number.
  const cells: number[] = [];
  const parts: number[] = [];
  const numbers = new Int32Array(1);
  return {
    add(rasters: readonly Words[], from: readonly number[], more: number): void {
      combinations ??= cellNumbers(types, mostGroups);
      combinations.number(rasters, from, 1, numbers);
      const number = numbers[0]!;
      if (number === parts.length) {
        cells.push(0);
        parts.push(0);
      }
      const sum = parts[number]! + more;
      parts[number] = sum < wholeCell ? sum : sum - wholeCell;
      if (sum >= wholeCell) cells[number]!++;
    },
    groups: () =>
      parts.map((part, number) => ({
        samples: combinations?.samples(number) ?? [],
        ...cellCount(cells[number]!, part),
      })),
  };
}

function merged(groups: readonly Group[], mostGroups: number): GroupedCounts {
  const own = mergeGroups(groups, (a, b) => ({
    values: a.values,
    ...addCellCounts(a, b),
    ...(a.area !== undefined && b.area !== undefined && { area: addSums([a.area, b.area]) }),
  }));
  if (own.length > mostGroups) throw tooManyGroups(mostGroups);
  return { ...own.reduce<CellCount>(addCellCounts, { cells: 0 }), groups: own };
}
