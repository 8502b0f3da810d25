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
} from '@cellshed/raster';
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
  if (areas === undefined) return undefined;
  const means = { averageByArea: averageByArea(areas), sumByArea: totalOf(areas.areaSum) };
  return { ...squareMetresOf([areas.area]), ...noDataSquareMetres(areas), ...means };
}

/** The figures of areas that a document has. */
export interface AreaFigures {
  readonly squareMetres?: number;
  readonly noDataSquareMetres?: number;
  readonly sumByArea?: number | null;
}

/** The areas of which a document has these figures; none where they were not summed. */
export function dataAreasIn({ squareMetres, noDataSquareMetres, sumByArea }: AreaFigures): WithAreas {
  if (sumByArea === undefined) return {};
  const areas = { area: sumOf(squareMetres), noDataArea: sumOf(noDataSquareMetres), areaSum: sumOf(sumByArea) };
  return { areas };
}

/** The sum that a document has as this number; none: it is out of range. */
export function sumOf(value: number | null = null): ExactSum {
  return value === null ? null : addSums([[value]]);
}

export function noDataSquareMetres({ noDataArea }: Pick<DataAreas, 'noDataArea'>) {
  const total = totalOf(noDataArea);
  return total === null ? {} : { noDataSquareMetres: total };
}
