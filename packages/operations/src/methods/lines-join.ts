import { addCounts, type GroupedCounts, groupedCountAccumulator } from '@cellshed/raster';
import { countMembers } from './grouped-count.ts';
import type { Method } from './method.ts';

/** A grouped count of the cells on lines in the area. */
export const linesJoin: Method<'linesJoin', GroupedCounts> = {
  accumulator: (rasters) => groupedCountAccumulator(rasters),
  merge: (parts) => addCounts(parts),
  describe: countMembers,
  partOf: {
    whyNot:
      'the cells on lines do not add up, as a cell in which a line leaves one area for another counts in both; ask for each area',
  },
};
