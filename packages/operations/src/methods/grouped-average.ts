import {
  addAverages,
  averageOf,
  cellsWithParts,
  type GroupedAverages,
  groupedAverageAccumulator,
  type Raster,
} from '@catchment/raster';
import { allSquareMetres, chosenRowArea, dataSquareMetres } from './cell-areas.ts';
import type { Method } from './method.ts';

/** The average of a target raster per combination of values of others. */
export const groupedAverage: Method<'groupedAverage', GroupedAverages> = {
  accumulator: (rasters, definition, lattice) =>
    groupedAverageAccumulator({
      rasters: rasters.slice(0, -1),
      target: rasters.at(-1) as Raster,
      rowArea: chosenRowArea(definition, lattice),
    }),
  merge: (parts) => addAverages(parts),
  describe: ({ groups, ...all }) => ({
    cells: cellsWithParts(all),
    ...allSquareMetres(groups),
    groups: groups.map((group) => ({
      values: group.values,
      average: averageOf(group),
      ...dataCells(group),
      ...dataSquareMetres(group),
    })),
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
