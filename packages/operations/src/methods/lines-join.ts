import type { Definition } from '@catchment/catalog';
import { addCounts, type GroupedCounts, groupedCountAccumulator } from '@catchment/raster';
import { countedGroups, countMembers } from './grouped-count.ts';
import type { Method } from './method.ts';

type LinesJoin = Extract<Definition, { readonly type: 'linesJoin' }>;

/** The cells on lines in the area, per combination of values: a grouped count of other cells. */
export const linesJoin: Method<LinesJoin, GroupedCounts, typeof countedGroups> = {
  coverages: [],
  members: countedGroups,
  accumulator: (rasters) => groupedCountAccumulator(rasters),
  merge: (parts) => addCounts(parts),
  describe: countMembers,
};
