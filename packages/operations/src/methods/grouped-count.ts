import {
  addCounts,
  addSums,
  cellArea,
  cellsWithParts,
  type ExactSum,
  type GroupedCounts,
  groupedAreaAccumulator,
  groupedCountAccumulator,
  rowAreaOf,
  totalOf,
} from '@catchment/raster';
import type { Method } from './method.ts';

/** Cells per combination of values. */
export const groupedCount: Method<'groupedCount', GroupedCounts> = {
  accumulator: (rasters, { cellAreas }, { grid, row: firstRow }) => {
    const rowArea = cellAreas && cellArea(grid) === undefined ? rowAreaOf(grid) : undefined;
    return rowArea
      ? groupedAreaAccumulator(rasters, (row) => rowArea(row - firstRow))
      : groupedCountAccumulator(rasters);
  },
  merge: (parts) => addCounts(parts),
  describe: ({ groups, ...all }) => {
    const areas = groups.flatMap(({ area }) => (area === undefined ? [] : [area]));
    return {
      cells: cellsWithParts(all),
      ...(areas.length > 0 && squareMetresOf(addSums(areas))),
      groups: groups.map(({ values, area, ...count }) => ({
        values,
        cells: cellsWithParts(count),
        ...(area !== undefined && squareMetresOf(area)),
      })),
    };
  },
};

/** The members of an area; none where it is out of range. */
function squareMetresOf(sum: ExactSum): { readonly squareMetres?: number } {
  const total = totalOf(sum);
  return total === null ? {} : { squareMetres: total };
}

export function countMembers({ groups, ...all }: GroupedCounts) {
  return {
    cells: cellsWithParts(all),
    groups: groups.map(({ values, ...count }) => ({ values, cells: cellsWithParts(count) })),
  };
}
