import type { Accumulator } from './accumulator.ts';
import { addCellCounts, type CellCount, cellCount } from './cell-count.ts';
import { cellNumbers } from './cell-numbers.ts';
import { dyadicOf, quotient } from './dyadic.ts';
import { defaultLimits, type GroupedCounts } from './grouped-count.ts';
import { tooManyGroups } from './hash-numbers.ts';
import { mergeGroups } from './merge-groups.ts';
import { forEachPortion, portion } from './portions.ts';
import { presentLayers } from './present-layers.ts';
import type { Raster } from './raster.ts';
import { wordsOf } from './sample-words.ts';
import { wholeCell } from './spans.ts';
import { addValueSums, type ValueSum, valueSums } from './value-sums.ts';
import { forEachViewRun } from './view-runs.ts';

/**
 * Cells and sums of a target raster, by the values of others; plain JSON. Its own cells are those
 * in all groups, with target or not.
 */
export interface GroupedAverages extends CellCount {
  /** In the order of their values, null last. */
  readonly groups: AverageGroup[];
}

/**
 * The values of the rasters, as in grouped counts, and the cells there whose target has data, or
 * has none.
 */
export interface AverageGroup extends ValueSum {
  readonly values: GroupedCounts['groups'][number]['values'];
}

export interface AveragedRasters {
  /** By whose values cells are grouped; none: all cells are one group. */
  readonly rasters: readonly Raster[];
  readonly target: Raster;
}

/**
 * Sums up a target raster by the values of others. Its views are those of the rasters and, last, of
 * the target. What it does throws TooManyGroupsError.
 */
export function groupedAverageAccumulator(
  { rasters, target }: AveragedRasters,
  { groups: mostGroups = defaultLimits.groups }: { readonly groups?: number } = {},
): Accumulator<GroupedAverages> {
  const tables = presentLayers(rasters, (types) => ({
    combinations: cellNumbers(types, mostGroups),
    sums: valueSums(target),
  }));
  const numbers = new Int32Array(portion);
  return {
    add(spans, rectangle) {
      const { combinations, sums } = tables.at(rectangle.views.slice(0, -1));
      const views = rectangle.views.slice(0, -1).filter((view) => view !== undefined);
      const words = views.map(({ samples }) => wordsOf(samples));
      const targetView = rectangle.views.at(-1);
      forEachViewRun(spans, rectangle, [...views, targetView], (first, cells, parts) => {
        forEachPortion(first, cells, (from, length) => {
          combinations.number(words, from, length, numbers);
          const at = from[views.length]!;
          if (parts === wholeCell) sums.add(numbers, combinations.size(), targetView?.samples, at, length);
          else sums.addParts(numbers[0]!, targetView?.samples[at], parts);
        });
      });
    },
    partial() {
      const groups: AverageGroup[] = [];
      for (const { kept, values } of tables.all()) {
        for (let number = 0; number < kept.combinations.size(); number++) {
          groups.push({ values: values(kept.combinations.samples(number)), ...kept.sums.of(number) });
        }
      }
      return merged(groups, mostGroups);
    },
  };
}

/**
 * Adds partial sums up. No parts are no cells. Throws TooManyGroupsError as summing up at once
 * would.
 */
export function addAverages(
  parts: Iterable<GroupedAverages>,
  { groups: mostGroups = defaultLimits.groups }: { readonly groups?: number } = {},
): GroupedAverages {
  return merged(Array.from(parts, (part) => part.groups).flat(), mostGroups);
}

/**
 * The mean of value × share over the shares of the cells, correctly rounded; null: no cells with
 * data, or values too large.
 */
export function averageOf({ cells, parts = 0, sum }: CellCount & Pick<ValueSum, 'sum'>): number | null {
  if (sum === null || (cells === 0 && parts === 0)) return null;
  return quotient(dyadicOf(sum), dyadicOf([cells, parts / wholeCell]));
}

function merged(groups: readonly AverageGroup[], mostGroups: number): GroupedAverages {
  const own = mergeGroups(groups, (a, b) => ({ values: a.values, ...addValueSums(a, b) }));
  if (own.length > mostGroups) throw tooManyGroups(mostGroups);
  const total = own.reduce<CellCount>(
    (sum, { cells, parts = 0, noData, noDataParts = 0 }) =>
      addCellCounts(sum, addCellCounts(cellCount(cells, parts), cellCount(noData, noDataParts))),
    { cells: 0 },
  );
  return { ...total, groups: own };
}
