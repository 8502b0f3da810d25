import type { RowArea } from '../grid/row-area.ts';
import { runsInRows } from '../spans/cell-runs.ts';
import type { Rectangle } from '../stack/rectangle.ts';
import type { Accumulator } from './accumulator.ts';
import { coarseStatistics } from './coarse-statistics.ts';
import { dataAreaTotal } from './data-areas.ts';
import { type DescribedRasters, exactStatistics } from './exact-statistics.ts';
import {
  addStatistics,
  defaultStatisticsLimits,
  type StatisticsLimits,
  type StatisticsTotal,
} from './statistics-total.ts';

/**
 * Gathers the statistics of a raster. Its views are the raster's and, if there are weights, theirs.
 * The areas of cells are summed where they are given; that takes longer.
 */
export function statisticsAccumulator(
  { rowArea, ...rasters }: DescribedRasters & { readonly rowArea?: RowArea | undefined },
  limits: Partial<StatisticsLimits> = {},
): Accumulator<StatisticsTotal> {
  const { distinct } = { ...defaultStatisticsLimits, ...limits };
  const described = [rasters.raster, rasters.weights].filter((raster) => raster !== undefined);
  const areas = rowArea && dataAreaTotal(described, rowArea);
  let earlier: StatisticsTotal | undefined;
  let exact = exactStatistics(rasters);
  let coarse: Accumulator<StatisticsTotal> | undefined;
  const partial = () =>
    addStatistics(
      [earlier, exact.partial(), coarse?.partial()].filter((part) => part !== undefined),
      { distinct },
    );
  return {
    add(rectangle) {
      for (const band of bandsOf(rectangle)) {
        (coarse ?? exact).add(band);
        if (coarse !== undefined || exact.size() <= distinct) continue;
        earlier = partial();
        exact = exactStatistics(rasters);
        // Otherwise some of the samples have the same meaning: no data, or 0.
        if (earlier.classes !== undefined) coarse = coarseStatistics(rasters);
      }
      areas?.add(rectangle);
    },
    partial: () => ({ ...partial(), ...(areas && { areas: areas.all() }) }),
  };
}

const bandCells = 2 ** 18;

/**
 * The rectangle in bands of rows, so that no table becomes much larger than allowed before this is
 * noticed.
 */
function* bandsOf(rectangle: Rectangle): Generator<Rectangle> {
  const { firstRow: top, endRow: end, firstColumn, endColumn, runs, views } = rectangle;
  const rows = Math.max(1, Math.floor(bandCells / (endColumn - firstColumn)));
  for (let firstRow = top; firstRow < end; firstRow += rows) {
    const endRow = Math.min(end, firstRow + rows);
    yield {
      ...rectangle,
      firstRow,
      endRow,
      runs: runsInRows(runs, firstRow, endRow),
      views: views.map((view) => view && { ...view, offset: view.offset + (firstRow - top) * view.stride }),
    };
  }
}
