import type { CellPolygons } from '../grid/cell-polygons.ts';
import { collectEdges, type Edges } from './edges.ts';

/** The edges of polygons that pass a row of cell centres, and the rows that they pass. */
export function centreEdgesOf(polygons: CellPolygons): Edges {
  return collectEdges(polygons, {
    isKept: (_x1, y1, _x2, y2) => rowBelow(y1) !== rowBelow(y2),
    firstRowOf: rowBelow,
    endRowOf: rowBelow,
  });
}

/**
 * The number of times that the edges meet rows from `firstRow` to before `endRow`: the cost of
 * scanning these rows.
 */
export function countCrossings(
  { count, ends }: Pick<Edges, 'count' | 'ends'>,
  firstRow: number,
  endRow: number,
): number {
  let crossings = 0;
  for (let e = 0; e < count; e++) {
    const rows = Math.min(rowBelow(ends[4 * e + 3]!), endRow) - Math.max(rowBelow(ends[4 * e + 1]!), firstRow);
    if (rows > 0) crossings += rows;
  }
  return crossings;
}

/** The cost of making an edge from a vertex. */
export const stepsPerVertex = 4;

/** The first row whose centre is at or below y. */
export function rowBelow(y: number): number {
  // Adding 0 turns -0 into 0.
  return Math.ceil(y - 0.5) + 0;
}
