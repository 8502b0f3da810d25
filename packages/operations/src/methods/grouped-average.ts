import type { Definition } from '@catchment/catalog';
import {
  addAverages,
  averageOf,
  cellsWithParts,
  type GroupedAverages,
  groupedAverageAccumulator,
  type Raster,
} from '@catchment/raster';
import Type from 'typebox';
import { coverages } from '../request.ts';
import { Values } from './grouped-count.ts';
import type { Method } from './method.ts';

type GroupedAverage = Extract<Definition, { readonly type: 'groupedAverage' }>;

const members = {
  /** Ascending by values; without rasters to group by one group, whose values are empty. */
  groups: Type.Array(
    Type.Object({
      values: Values,
      /**
       * The mean of the target where it has data, cells in part by their share; null: it has none
       * there.
       */
      average: Type.Union([Type.Number(), Type.Null()]),
      /** Cells where the target has data. */
      cells: Type.Number({ minimum: 0 }),
      /** Cells where it has none. */
      noData: Type.Number({ minimum: 0 }),
    }),
  ),
};

/** The average of a target raster per combination of values of others. */
export const groupedAverage: Method<GroupedAverage, GroupedAverages, typeof members> = {
  coverages,
  members,
  accumulator: (rasters) =>
    groupedAverageAccumulator({ rasters: rasters.slice(0, -1), target: rasters.at(-1) as Raster }),
  merge: (parts) => addAverages(parts),
  describe: ({ groups, ...all }) => ({
    cells: cellsWithParts(all),
    groups: groups.map((group) => ({ values: group.values, average: averageOf(group), ...dataCells(group) })),
  }),
};

interface WithNoData {
  readonly cells: number;
  readonly parts?: number;
  readonly noData: number;
  readonly noDataParts?: number;
}

/** Cells with data and without, as documents have them. */
export function dataCells({ cells, parts = 0, noData, noDataParts = 0 }: WithNoData) {
  return { cells: cellsWithParts({ cells, parts }), noData: cellsWithParts({ cells: noData, parts: noDataParts }) };
}
