import { addCounts, cellsWithParts, type GroupedCounts, groupedCountAccumulator } from '@catchment/raster';
import type { Method } from './method.ts';

/** Cells per combination of values. */
export const groupedCount: Method<'groupedCount', GroupedCounts> = {
  accumulator: (rasters) => groupedCountAccumulator(rasters),
  merge: (parts) => addCounts(parts),
  describe: countMembers,
};

export function countMembers({ groups, ...all }: GroupedCounts) {
  return {
    cells: cellsWithParts(all),
    groups: groups.map(({ values, ...count }) => ({ values, cells: cellsWithParts(count) })),
  };
}
