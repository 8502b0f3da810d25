import type { RowArea } from '../grid/row-area.ts';
import { presentRasters } from '../stack/present-rasters.ts';
import { forEachViewRun } from '../stack/view-runs.ts';
import { cellNumbers } from '../tables/choose-cell-numbers.ts';
import { forEachPortion, portion } from '../tables/portions.ts';
import type { Raster } from '../tiles/raster.ts';
import { wordsOf } from '../tiles/sample-words.ts';
import type { Accumulator } from './accumulator.ts';
import { addCounts, defaultLimits, type Group, type GroupedCounts } from './grouped-count.ts';
import { rowAreas } from './row-areas.ts';

/**
 * Counts rectangles by the values of rasters, as groupedCountAccumulator does, and sums up the
 * areas of the cells: each counts with that of its row. Sums are exact. Takes longer than counting
 * alone. Its methods throw TooManyGroupsError.
 */
export function groupedAreaAccumulator(rasters: readonly Raster[], rowArea: RowArea): Accumulator<GroupedCounts> {
  const tables = presentRasters(rasters, (types) => ({
    combinations: cellNumbers(types, defaultLimits.groups),
    sums: rowAreas(rowArea),
  }));
  const numbers = new Int32Array(portion);
  return {
    add(rectangle) {
      const { combinations, sums } = tables.at(rectangle.views);
      const views = rectangle.views.filter((view) => view !== undefined);
      const words = views.map(({ samples }) => wordsOf(samples));
      forEachViewRun(rectangle, views, (first, cells, parts, row) => {
        forEachPortion(first, cells, (from, length) => {
          combinations.number(words, from, length, numbers);
          sums.add(row, numbers, length, parts);
        });
      });
    },
    partial() {
      const groups: Group[] = [];
      for (const { kept, values } of tables.all()) {
        for (let number = 0; number < kept.combinations.size(); number++) {
          groups.push({ values: values(kept.combinations.samples(number)), ...kept.sums.of(number) });
        }
      }
      return addCounts([{ cells: 0, groups }]);
    },
  };
}
