import type { Rectangle } from '../stack/rectangle.ts';
import type { Accumulator } from './accumulator.ts';
import { coarseStatistics } from './coarse-statistics.ts';
import { type DescribedRasters, exactStatistics } from './exact-statistics.ts';
import {
  addStatistics,
  defaultStatisticsLimits,
  type StatisticsLimits,
  type StatisticsTotal,
} from './statistics-total.ts';

/**
 * Gathers the statistics of a raster. Its views are the raster's and, if there are weights, theirs.
 */
export function statisticsAccumulator(
  rasters: DescribedRasters,
  limits: Partial<StatisticsLimits> = {},
): Accumulator<StatisticsTotal> {
  const { distinct } = { ...defaultStatisticsLimits, ...limits };
  let earlier: StatisticsTotal | undefined;
  let exact = exactStatistics(rasters);
  let coarse: Accumulator<StatisticsTotal> | undefined;
  const partial = () =>
    addStatistics(
      [earlier, exact.partial(), coarse?.partial()].filter((part) => part !== undefined),
      { distinct },
    );
  return {
    add(spans, rectangle) {
      for (const band of bandsOf(rectangle)) {
        (coarse ?? exact).add(spans, band);
        if (coarse !== undefined || exact.size() <= distinct) continue;
        earlier = partial();
        exact = exactStatistics(rasters);
        // Otherwise some of the samples have the same meaning: no data, or 0.
        if (earlier.classes !== undefined) coarse = coarseStatistics(rasters);
      }
    },
    partial,
  };
}

const bandCells = 2 ** 18;

/**
 * The rectangle in bands of rows, so that no table becomes much larger than allowed before this is
 * noticed.
 */
function* bandsOf(rectangle: Rectangle): Generator<Rectangle> {
  const { firstRow: top, endRow: end, firstColumn, endColumn, views } = rectangle;
  const rows = Math.max(1, Math.floor(bandCells / (endColumn - firstColumn)));
  for (let firstRow = top; firstRow < end; firstRow += rows) {
    yield {
      ...rectangle,
      firstRow,
      endRow: Math.min(end, firstRow + rows),
      views: views.map((view) => view && { ...view, offset: view.offset + (firstRow - top) * view.stride }),
    };
  }
}
