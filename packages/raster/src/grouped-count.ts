import type { Accumulator } from './accumulator.ts';
import { addCellCounts, type CellCount } from './cell-count.ts';
import { type CellNumbers, cellNumbers } from './cell-numbers.ts';
import { type CountTable, countTable, type TableLimits } from './count-table.ts';
import { tooManyGroups } from './hash-numbers.ts';
import { mergeGroups } from './merge-groups.ts';
import { presentLayers } from './present-layers.ts';
import type { Raster, SampleType } from './raster.ts';
import { forEachRectangle, type TileWork } from './rectangles.ts';
import { type Words, wordsOf } from './sample-words.ts';
import { wholeCell } from './spans.ts';
import { forEachViewRun } from './view-runs.ts';

/**
 * Cells of each combination of values; plain JSON. Its own cells are those in all groups: those on
 * at least one raster.
 */
export interface GroupedCounts extends CellCount {
  /** In the order of their values, null last. */
  readonly groups: Group[];
}

/** Cells, and the value of each raster that they have, in the rasters' order. */
export interface Group extends CellCount {
  /** null: no data there, or not a finite number, or the raster has ended. */
  readonly values: (number | null)[];
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
 * anywhere: partial counts add up, with addCounts, to the same answer however they were cut. Throws
 * TooManyGroupsError, the signal's reason, and what reading throws.
 */
export async function countGroups({ limits, ...work }: GroupedCountWork): Promise<GroupedCounts> {
  const rasters = work.stack.layers.map(({ raster }) => raster);
  const accumulator = groupedCountAccumulator(rasters, limits);
  await forEachRectangle(work, (rectangle) => accumulator.add(work.spans, rectangle));
  return accumulator.partial();
}

/** Counts rectangles by the values of these rasters. What it does throws TooManyGroupsError. */
export function groupedCountAccumulator(
  rasters: readonly Raster[],
  limits?: Partial<TableLimits>,
): Accumulator<GroupedCounts> {
  const own = { ...defaultLimits, ...limits };
  const tables = presentLayers(rasters, (types) => ({
    whole: types.length > 0 ? countTable(types, own) : cellCounter(),
    shared: partsTable(types, own.groups),
  }));
  return {
    add(spans, rectangle) {
      const { whole, shared } = tables.at(rectangle.views);
      const views = rectangle.views.filter((view) => view !== undefined);
      const words = views.map(({ samples }) => wordsOf(samples));
      forEachViewRun(spans, rectangle, views, (from, length, parts) => {
        if (parts === wholeCell) whole.add(words, from, length);
        else shared.add(words, from, parts);
      });
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
 * Adds partial counts up. No parts are no cells. Throws TooManyGroupsError as counting them at once
 * would.
 */
export function addCounts(parts: Iterable<GroupedCounts>, limits?: Partial<TableLimits>): GroupedCounts {
  const groups = Array.from(parts, (part) => part.groups).flat();
  return merged(groups, { ...defaultLimits, ...limits }.groups);
}

/** The table for no layer at all: cells on a raster, but on sparse tiles only. */
function cellCounter(): CountTable {
  let cells = 0;
  return {
    add(_layers, _from, length) {
      cells += length;
    },
    groups: () => (cells > 0 ? [{ samples: [], cells }] : []),
  };
}

/** Adds up the parts of cells that count in part only; these come one by one. */
function partsTable(types: readonly SampleType[], mostGroups: number) {
  // Most areas have none.
  let combinations: CellNumbers | undefined;
  const counts: CellCount[] = [];
  const numbers = new Int32Array(1);
  return {
    add(layers: readonly Words[], from: readonly number[], parts: number): void {
      combinations ??= cellNumbers(types, mostGroups);
      combinations.number(layers, from, 1, numbers);
      const number = numbers[0]!;
      counts[number] = addCellCounts(counts[number] ?? { cells: 0 }, { cells: 0, parts });
    },
    groups: () => counts.map((count, number) => ({ samples: combinations?.samples(number) ?? [], ...count })),
  };
}

function merged(groups: readonly Group[], mostGroups: number): GroupedCounts {
  const own = mergeGroups(groups, (a, b) => ({ values: a.values, ...addCellCounts(a, b) }));
  if (own.length > mostGroups) throw tooManyGroups(mostGroups);
  return { ...own.reduce<CellCount>(addCellCounts, { cells: 0 }), groups: own };
}
