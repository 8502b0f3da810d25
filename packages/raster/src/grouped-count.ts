import { type CountTable, countTable, type TableLimits } from './count-table.ts';
import { tooManyGroups } from './hash-table.ts';
import type { Raster } from './raster.ts';
import { forEachRectangle, forEachRun, type Rectangle, type TileWork } from './rectangles.ts';
import { wordsOf } from './sample-words.ts';
import type { RasterStack } from './stack.ts';

/** Cells of each combination of values; plain JSON. */
export interface GroupedCounts {
  /** Cells in all groups: those of the area that lie on at least one raster. */
  readonly cells: number;
  /** In the order of their values, null last. */
  readonly groups: Group[];
}

/** A value of each raster, in the stack's order; null: no data there, or not a finite number, or the raster has ended. */
export interface Group {
  readonly values: (number | null)[];
  /** At least 1. */
  readonly cells: number;
}

export interface GroupedCountWork extends TileWork {
  readonly limits?: Partial<TableLimits>;
}

/** 8 MiB of counts for each set of rasters that cover a part of the area; half a million groups are 30 MB of JSON. */
export const defaultLimits: TableLimits = { denseEntries: 2 ** 20, groups: 500_000 };

/**
 * Counts the cells of these blocks by their combinations of values. A block can be counted anywhere: partial counts add up, with
 * addCounts, to the same answer however they were cut. Throws TooManyGroupsError, the signal's reason, and what reading throws.
 */
export async function countGroups({ limits, ...work }: GroupedCountWork): Promise<GroupedCounts> {
  const counter = groupCounter(work.stack, { ...defaultLimits, ...limits });
  await forEachRectangle(work, (rectangle) => counter.add(work, rectangle));
  return mergeGroups(counter.groups(), { ...defaultLimits, ...limits }.groups);
}

/** Adds partial counts up. No parts are no cells. Throws TooManyGroupsError as counting them at once would. */
export function addCounts(parts: Iterable<GroupedCounts>, limits?: Partial<TableLimits>): GroupedCounts {
  const groups = Array.from(parts, (part) => part.groups).flat();
  return mergeGroups(groups, { ...defaultLimits, ...limits }.groups);
}

/** Counts rectangles; a table for each set of layers that have samples somewhere. */
function groupCounter({ layers }: RasterStack, limits: TableLimits) {
  const rasters = layers.map(({ raster }) => raster);
  const tables = new Map<string, PresentLayers>();
  const presentLayers = (present: readonly boolean[]): PresentLayers => {
    const key = present.join();
    const known = tables.get(key);
    if (known !== undefined) return known;
    const types = rasters.filter((_, i) => present[i]).map(({ sampleType }) => sampleType);
    const made = { present, table: types.length > 0 ? countTable(types, limits) : cellCounter() };
    tables.set(key, made);
    return made;
  };
  return {
    add({ spans }: TileWork, rectangle: Rectangle): void {
      const { table } = presentLayers(rectangle.views.map((view) => view !== undefined));
      const views = rectangle.views.filter((view) => view !== undefined);
      const words = views.map(({ samples }) => wordsOf(samples));
      const from = views.map(() => 0);
      forEachRun(spans, rectangle, (row, firstColumn, endColumn) => {
        for (let i = 0; i < views.length; i++) {
          const { offset, stride } = views[i]!;
          from[i] = offset + (row - rectangle.firstRow) * stride + firstColumn - rectangle.firstColumn;
        }
        table.add(words, from, endColumn - firstColumn);
      });
    },
    *groups(): Generator<Group> {
      for (const { present, table } of tables.values()) {
        for (const { samples, cells } of table.groups()) {
          let next = 0;
          yield { values: rasters.map((raster, i) => (present[i] ? valueOf(raster, samples[next++]!) : null)), cells };
        }
      }
    },
  };
}

interface PresentLayers {
  readonly present: readonly boolean[];
  readonly table: CountTable;
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

/** JSON has neither NaN nor infinities; -0 is 0. */
function valueOf({ nodata }: Raster, sample: number): number | null {
  return sample === nodata || !Number.isFinite(sample) ? null : sample + 0;
}

function mergeGroups(groups: Iterable<Group>, mostGroups: number): GroupedCounts {
  const sorted = Array.from(groups).sort((a, b) => compareValues(a.values, b.values));
  const merged: Group[] = [];
  let cells = 0;
  for (const group of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && compareValues(last.values, group.values) === 0) {
      merged[merged.length - 1] = { values: last.values, cells: last.cells + group.cells };
    } else {
      merged.push({ values: group.values, cells: group.cells });
    }
    cells += group.cells;
  }
  if (merged.length > mostGroups) throw tooManyGroups(mostGroups);
  return { cells, groups: merged };
}

function compareValues(a: readonly (number | null)[], b: readonly (number | null)[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? Number.POSITIVE_INFINITY, b[i] ?? Number.POSITIVE_INFINITY];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
