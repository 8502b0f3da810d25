import type { GroupedCountResult } from '@cellshed/contracts';
import {
  addCounts,
  cellsWithParts,
  countOfCells,
  type GroupedCounts,
  groupedAreaAccumulator,
  groupedCountAccumulator,
} from '@cellshed/raster';
import { chosenRowArea, squareMetresOf, sumOf } from './cell-areas.ts';
import type { Method } from './method.ts';

/** Cells per combination of values. */
export const groupedCount: Method<'groupedCount', GroupedCounts> = {
  accumulator: (rasters, definition, lattice) => {
    const rowArea = chosenRowArea(definition, lattice);
    return rowArea ? groupedAreaAccumulator(rasters, rowArea) : groupedCountAccumulator(rasters);
  },
  merge: (parts) => addCounts(parts),
  describe: ({ groups, ...all }) => {
    const areas = groups.flatMap(({ area }) => (area === undefined ? [] : [area]));
    return {
      cells: cellsWithParts(all),
      ...(areas.length > 0 && squareMetresOf(areas)),
      groups: groups.map(({ values, area, ...count }) => ({
        values,
        cells: cellsWithParts(count),
        ...(area !== undefined && squareMetresOf([area])),
      })),
    };
  },
  isFromSquares: true,
  partOf: countsOf,
};

/** The counts of which a result is the description; its groups are in order. */
export function countsOf({ cells, groups }: Pick<GroupedCountResult, 'cells' | 'groups'>): GroupedCounts {
  const counted = groups.map(({ values, cells, squareMetres }) => ({
    values,
    ...countOfCells(cells),
    ...(squareMetres !== undefined && { area: sumOf(squareMetres) }),
  }));
  return { ...countOfCells(cells), groups: counted };
}

export function countMembers({ groups, ...all }: GroupedCounts) {
  return {
    cells: cellsWithParts(all),
    groups: groups.map(({ values, ...count }) => ({ values, cells: cellsWithParts(count) })),
  };
}
