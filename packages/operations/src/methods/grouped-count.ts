import type { Definition } from '@catchment/catalog';
import { addCounts, cellsWithParts, type GroupedCounts, groupedCountAccumulator } from '@catchment/raster';
import Type from 'typebox';
import { coverages } from '../request.ts';
import type { Method } from './method.ts';

type GroupedCount = Extract<Definition, { readonly type: 'groupedCount' }>;

/** Values of rasters, in their order; null is no data. */
export const Values = Type.Array(Type.Union([Type.Number(), Type.Null()]));

export const countedGroups = {
  /** Ascending by values; null is no data, and comes last. */
  groups: Type.Array(Type.Object({ values: Values, cells: Type.Number({ minimum: 0 }) })),
};

/** Cells per combination of values. */
export const groupedCount: Method<GroupedCount, GroupedCounts, typeof countedGroups> = {
  coverages,
  members: countedGroups,
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
