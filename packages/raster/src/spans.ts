import type { CellPolygons } from './cell-polygons.ts';
import { countCrossings, edgesOf, sweepRows } from './row-sweep.ts';
import { spanList } from './span-list.ts';

/** A rectangle of cells: columns from `firstColumn` to before `endColumn`, rows likewise. */
export interface Window {
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly firstRow: number;
  readonly endRow: number;
}

/**
 * The cells of an area, as spans. Row `firstRow + i` has the spans `rowStarts[i]` to before `rowStarts[i + 1]`; span k goes from
 * column `columns[2k]` to before `columns[2k + 1]`. Spans of a row rise and do not touch.
 */
export interface Spans {
  readonly firstRow: number;
  readonly rowStarts: Uint32Array;
  readonly columns: Int32Array;
  /** Cells in all spans. */
  readonly cells: number;
  /** Those of them that lie in the area in part only, and how much of each does; absent: all lie in it whole. */
  readonly shares?: Shares;
}

/** Row `firstRow + i` of the spans has the cells `rowStarts[i]` to before `rowStarts[i + 1]` of these, in rising order. */
export interface Shares {
  readonly rowStarts: Uint32Array;
  readonly columns: Int32Array;
  /** How much of each cell lies in the area: this many of `wholeCell` equal parts; neither none nor all. */
  readonly parts: Uint32Array;
}

/** The parts into which a cell is cut where areas are counted by their share of cells: sums of whole parts are exact. */
export const wholeCell = 2 ** 32;

/** An area's border crosses so many rows of cells that counting by spans would take too much memory. */
export class IntricateAreaError extends Error {
  override readonly name = 'IntricateAreaError';
}

/** Keeps the spans of one area under 70 MB and their making under a second or so. */
export const defaultCrossings = 2 ** 24;

/**
 * The cells of the window whose centres lie in the polygons, each once: even–odd within a polygon, union between polygons.
 * A centre exactly on an edge belongs to the polygon on its left; one exactly on a horizontal edge to the polygon below.
 * Throws IntricateAreaError when the border crosses rows of the window more than `mostCrossings` times.
 */
export function spansOf(polygons: CellPolygons, window: Window, mostCrossings = defaultCrossings): Spans {
  const edges = edgesOf(polygons);
  const firstRow = Math.max(window.firstRow, edges.firstRow);
  const endRow = Math.max(Math.min(window.endRow, edges.endRow), firstRow);
  const crossings = countCrossings(edges, firstRow, endRow);
  if (crossings > mostCrossings) {
    throw new IntricateAreaError(
      `the area's border crosses rows of cells ${crossings} times, expected at most ${mostCrossings}`,
    );
  }
  const spans = spanList(firstRow, endRow);
  sweepRows(edges, firstRow, endRow, (row, starts, ends, count) => {
    for (let i = 0; i < count; i++) {
      const start = Math.max(starts[i]!, window.firstColumn);
      const end = Math.min(ends[i]!, window.endColumn);
      if (start < end) spans.add(row, start, end);
    }
  });
  return spans.done();
}

/**
 * All cells of the lattice whose centres lie in the polygons, on rasters or not. Exact while the border crosses rows at most
 * `mostCrossings` times; in an area beyond that, which no raster can hold, every k-th row stands for k of them.
 */
export function cellsOf(polygons: CellPolygons, mostCrossings = defaultCrossings): number {
  const edges = edgesOf(polygons);
  const work = Math.max(countCrossings(edges, edges.firstRow, edges.endRow), edges.endRow - edges.firstRow);
  if (work > mostCrossings) {
    const thinning = Math.ceil(work / mostCrossings);
    return cellsOf(squeezed(polygons, thinning), mostCrossings) * thinning;
  }
  let cells = 0;
  sweepRows(edges, edges.firstRow, edges.endRow, (_row, starts, ends, count) => {
    for (let i = 0; i < count; i++) cells += ends[i]! - starts[i]!;
  });
  return cells;
}

/** The same polygons with rows `factor` times as high. */
export function squeezed(polygons: CellPolygons, factor: number): CellPolygons {
  return polygons.map((rings) => rings.map((ring) => ring.map((value, i) => (i % 2 === 1 ? value / factor : value))));
}
