import type { Budget } from '@cellshed/budget';
import type { Edges } from '../edges/edges.ts';
import type { CellPolygons } from '../grid/cell-polygons.ts';
import type { Window } from '../grid/window.ts';

/** The limits for finding the cells of polygons. */
export interface PlacingLimits {
  /** The number of times that the border may cross rows. */
  readonly mostCrossings?: number;
  readonly budget?: Budget;
}

/** Keeps the spans of one area under 70 MB, and their computation at about a second. */
export const defaultCrossings = 2 ** 24;

/**
 * The rows of a window in which edges may have cells; none if all edges are left or right of it.
 */
export function rowsWithin(
  { firstRow: first, endRow: end, firstColumn, endColumn }: Pick<Edges, keyof Window>,
  window: Window,
): { readonly firstRow: number; readonly endRow: number } {
  const firstRow = Math.max(window.firstRow, first);
  const isBeside = endColumn <= window.firstColumn || firstColumn >= window.endColumn;
  return { firstRow, endRow: isBeside ? firstRow : Math.max(Math.min(window.endRow, end), firstRow) };
}

/**
 * Rows are counted one by one up to this many crossings, and this many more for each vertex of the
 * border.
 */
const [crossingsScanned, scannedPerVertex] = [2 ** 15, 2 ** 10];

/**
 * The most crossings of rows that are scanned if only the number of cells is wanted: in proportion
 * to the vertices.
 */
export function mostScanned(vertices: number): number {
  return Math.min(crossingsScanned + scannedPerVertex * vertices, defaultCrossings);
}

/** Returns the same polygons with rows `factor` times as high. */
export function squeezed(polygons: CellPolygons, factor: number): CellPolygons {
  return polygons.map((rings) => rings.map((ring) => ring.map((value, i) => (i % 2 === 1 ? value / factor : value))));
}
