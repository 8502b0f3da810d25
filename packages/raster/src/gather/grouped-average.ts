import type { RowArea } from '../grid/row-area.ts';
import { wholeCell } from '../spans/spans.ts';
import { presentRasters } from '../stack/present-rasters.ts';
import { forEachViewRun } from '../stack/view-runs.ts';
import { addCellCounts, type CellCount, cellCount } from '../sums/cell-count.ts';
import { dyadicOf, quotient } from '../sums/dyadic.ts';
import { addValueSums, type ValueSum, valueSums } from '../sums/value-sums.ts';
import { cellNumbers } from '../tables/choose-cell-numbers.ts';
import { tooManyGroups } from '../tables/hash-numbers.ts';
import { forEachPortion, portion } from '../tables/portions.ts';
import type { Raster } from '../tiles/raster.ts';
import { wordsOf } from '../tiles/sample-words.ts';
import type { Accumulator } from './accumulator.ts';
import { dataAreaSums } from './data-areas.ts';
import { defaultLimits, type GroupedCounts } from './grouped-count.ts';
import { mergeGroups } from './merge-groups.ts';

/**
 * Cells and sums of a target raster, by the values of others; plain JSON. Its own cells are those
 * in all groups, whether the target has data or not.
 */
export interface GroupedAverages extends CellCount {
  /** The groups in the order of their values, null last. */
  readonly groups: AverageGroup[];
}

/** The values of the rasters, as in grouped counts, and the cells whose target has data or none. */
export interface AverageGroup extends ValueSum {
  readonly values: GroupedCounts['groups'][number]['values'];
}

export interface AveragedRasters {
  /** The rasters that group the cells; none: all cells are one group. */
  readonly rasters: readonly Raster[];
  readonly target: Raster;
  /** The areas of cells, if they are summed, too; that takes longer. */
  readonly rowArea?: RowArea | undefined;
}

/**
 * Sums up a target raster by the values of others. Its views are those of the rasters and, last, of
 * the target. Its methods throw TooManyGroupsError.
 */
export function groupedAverageAccumulator(
  { rasters, target, rowArea }: AveragedRasters,
  { groups: mostGroups = defaultLimits.groups }: { readonly groups?: number } = {},
): Accumulator<GroupedAverages> {
  const tables = presentRasters(rasters, (types) => ({
    combinations: cellNumbers(types, mostGroups),
    sums: valueSums(target),
    areas: rowArea && dataAreaSums([target], rowArea),
  }));
  const numbers = new Int32Array(portion);
  return {
    add(rectangle) {
      const { combinations, sums, areas } = tables.at(rectangle.views.slice(0, -1));
      const views = rectangle.views.slice(0, -1).filter((view) => view !== undefined);
      const words = views.map(({ samples }) => wordsOf(samples));
      const targetView = rectangle.views.at(-1);
      forEachViewRun(rectangle, [...views, targetView], (first, cells, parts, row) => {
        forEachPortion(first, cells, (from, length) => {
          combinations.number(words, from, length, numbers);
          const at = from[views.length]!;
          if (parts === wholeCell) sums.add(numbers, combinations.size(), targetView?.samples, at, length);
          else sums.addParts(numbers[0]!, targetView?.samples[at], parts);
          areas?.add(numbers, { row, parts, length, from: [at] }, [targetView]);
        });
      });
    },
    partial() {
      const groups: AverageGroup[] = [];
      for (const { kept, values } of tables.all()) {
        for (let number = 0; number < kept.combinations.size(); number++) {
          const areas = kept.areas && { areas: kept.areas.of(number) };
          groups.push({ values: values(kept.combinations.samples(number)), ...kept.sums.of(number), ...areas });
        }
      }
      return merged(groups, mostGroups);
    },
  };
}

/**
 * Adds partial sums up. An empty list of parts has no cells. Throws TooManyGroupsError as summing
 * up at once would.
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
