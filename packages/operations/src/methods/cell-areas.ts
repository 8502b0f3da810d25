import {
  addSums,
  averageByArea,
  cellArea,
  type DataAreas,
  type ExactSum,
  type RowArea,
  rowAreaOf,
  totalOf,
  type WithAreas,
} from '@catchment/raster';
import type { Lattice } from '../stacks.ts';

/** The areas of cells by their rows, where they were chosen and cells differ in size. */
export function chosenRowArea(
  { cellAreas }: { readonly cellAreas?: boolean | undefined },
  { grid, row: firstRow }: Pick<Lattice, 'grid' | 'row'>,
): RowArea | undefined {
  const rowArea = cellAreas && cellArea(grid) === undefined ? rowAreaOf(grid) : undefined;
  return rowArea && ((row) => rowArea(row - firstRow));
}

/** The member of an area in documents; none where it is out of range. */
export function squareMetresOf(sums: Iterable<ExactSum>): { readonly squareMetres?: number } {
  const total = totalOf(addSums(sums));
  return total === null ? {} : { squareMetres: total };
}

/** The same of all cells, with data or without; none where areas were not summed. */
export function allSquareMetres(totals: readonly WithAreas[]) {
  const sums = totals.flatMap(({ areas }) => (areas ? [areas.area, areas.noDataArea] : []));
  return sums.length === 0 ? {} : squareMetresOf(sums);
}

/** The areas of cells whose values are averaged; none where they were not summed. */
export function dataSquareMetres({ areas }: WithAreas) {
  return (
    areas && { ...squareMetresOf([areas.area]), ...noDataSquareMetres(areas), averageByArea: averageByArea(areas) }
  );
}

export function noDataSquareMetres({ noDataArea }: Pick<DataAreas, 'noDataArea'>) {
  const total = totalOf(noDataArea);
  return total === null ? {} : { noDataSquareMetres: total };
}
