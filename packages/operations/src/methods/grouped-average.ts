import {
  addAverages,
  averageOf,
  cellsWithParts,
  countOfCells,
  type GroupedAverages,
  groupedAverageAccumulator,
  type Raster,
  totalOf,
  type ValueSum,
  valueSum,
} from '@cellshed/raster';
import {
  type AreaFigures,
  allSquareMetres,
  chosenRowArea,
  dataAreasIn,
  dataSquareMetres,
  sumOf,
} from './cell-areas.ts';
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
      sum: totalOf(group.sum),
      ...dataCells(group),
      ...dataSquareMetres(group),
    })),
  }),
  partOf: ({ cells, groups }) => {
    const sums = groups.map(({ values, ...figures }) => {
      const sum = valueSumOf(figures);
      return sum && { values, ...sum };
    });
    return sums.every((sum) => sum !== undefined) ? { ...countOfCells(cells), groups: sums } : undefined;
  },
};

/** The sum of values that a document has; undefined: it is older, and has none. */
export function valueSumOf({
  cells,
  noData,
  sum,
  ...areas
}: AreaFigures & {
  readonly cells: number;
  readonly noData: number;
  readonly sum?: number | null;
}): ValueSum | undefined {
  if (sum === undefined) return undefined;
  return { ...valueSum(countOfCells(cells), countOfCells(noData), sumOf(sum)), ...dataAreasIn(areas) };
}

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
