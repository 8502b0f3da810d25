import { type Budget, unlimited } from '@catchment/budget';
import { borderOf } from './border.ts';
import type { CellPolygons } from './cell-polygons.ts';
import { cellsInBands, centreRule } from './row-bands.ts';
import { countCrossings, type Edges, edgesOf, stepsPerVertex, sweepRows } from './row-sweep.ts';
import { spanList } from './span-list.ts';

/** A rectangle of cells: columns from `firstColumn` to before `endColumn`, rows likewise. */
export interface Window {
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly firstRow: number;
  readonly endRow: number;
}

/**
 * The cells of an area, as spans. Row `firstRow + i` has the spans `rowStarts[i]` to before
 * `rowStarts[i + 1]`; span k goes from column `columns[2k]` to before `columns[2k + 1]`. Spans of a
 * row rise and do not touch.
 */
export interface Spans {
  readonly firstRow: number;
  readonly rowStarts: Uint32Array;
  readonly columns: Int32Array;
  /** Cells in all spans. */
  readonly cells: number;
  /**
   * Those of them that lie in the area in part only, and how much of each does; absent: all lie in
   * it whole.
   */
  readonly shares?: Shares;
}

/**
 * Row `firstRow + i` of the spans has the cells `rowStarts[i]` to before `rowStarts[i + 1]` of
 * these, in rising order.
 */
export interface Shares {
  readonly rowStarts: Uint32Array;
  readonly columns: Int32Array;
  /**
   * How much of each cell lies in the area: this many of `wholeCell` equal parts; neither none nor
   * all.
   */
  readonly parts: Uint32Array;
}

/**
 * The parts into which a cell is cut where areas are counted by their share of cells: sums of whole
 * parts are exact.
 */
export const wholeCell = 2 ** 32;

/**
 * An area's border crosses so many rows of cells that counting by spans would take too much memory.
 */
export class IntricateAreaError extends Error {
  override readonly name = 'IntricateAreaError';
}

/** Keeps the spans of one area under 70 MB and their making under a second or so. */
export const defaultCrossings = 2 ** 24;

/** What finding the cells of polygons may cost. */
export interface PlacingLimits {
  /** How often the border may cross rows. */
  readonly mostCrossings?: number;
  readonly budget?: Budget;
}

/**
 * The cells of the window whose centres lie in the polygons, each once: even–odd within a polygon,
 * union between polygons. A centre exactly on an edge belongs to the polygon on its left; one
 * exactly on a horizontal edge to the polygon below. Throws IntricateAreaError when the border
 * crosses rows of the window more than `mostCrossings` times.
 */
export function spansOf(
  polygons: CellPolygons,
  window: Window,
  { mostCrossings = defaultCrossings, budget = unlimited }: PlacingLimits = {},
): Spans {
  const edges = edgesOf(polygons);
  budget.spend(edges.count * stepsPerVertex);
  const { firstRow, endRow } = rowsWithin(edges, window);
  const crossings = countCrossings(edges, firstRow, endRow);
  if (crossings > mostCrossings) {
    throw new IntricateAreaError(
      `the area's border crosses rows of cells ${crossings} times, expected at most ${mostCrossings}`,
    );
  }
  const spans = spanList(firstRow, endRow);
  sweepRows(
    edges,
    [firstRow, endRow],
    (row, starts, ends, count) => {
      for (let i = 0; i < count; i++) {
        const start = Math.max(starts[i]!, window.firstColumn);
        const end = Math.min(ends[i]!, window.endColumn);
        if (start < end) spans.add(row, start, end);
      }
    },
    budget,
  );
  return spans.done();
}

/**
 * The rows of a window in which something may have cells; none, where it lies on the left or on the
 * right of it.
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
 * Rows are counted one by one while the border crosses at most so many, and so many more for each
 * of its vertices.
 */
const [crossingsSwept, sweptPerVertex] = [2 ** 15, 2 ** 10];

/**
 * How often the border of an area may cross rows that are swept where only their cells are counted:
 * in proportion to its vertices.
 */
export function mostSwept(vertices: number): number {
  return Math.min(crossingsSwept + sweptPerVertex * vertices, defaultCrossings);
}

/**
 * All cells of the lattice whose centres lie in the polygons, on rasters or not. Where the border
 * crosses more rows than `mostCrossings`, which is by default what its vertices are worth, rows are
 * counted by bands (see cellsInBands); an area for which that is still too much work is told by
 * every k-th row, which stands for k of them.
 */
export function cellsOf(polygons: CellPolygons, { mostCrossings, budget = unlimited }: PlacingLimits = {}): number {
  const edges = edgesOf(polygons);
  budget.spend(edges.count * stepsPerVertex);
  const most = mostCrossings ?? mostSwept(edges.count);
  const sweep = (firstRow: number, endRow: number): number => {
    let cells = 0;
    const add: Parameters<typeof sweepRows>[2] = (_row, starts, ends, count) => {
      for (let i = 0; i < count; i++) cells += ends[i]! - starts[i]!;
    };
    sweepRows(edges, [firstRow, endRow], add, budget);
    return cells;
  };
  const work = Math.max(countCrossings(edges, edges.firstRow, edges.endRow), edges.endRow - edges.firstRow);
  if (work <= most) return sweep(edges.firstRow, edges.endRow);
  const cells = cellsInBands(borderOf(polygons), { rule: centreRule, sweep, most, budget });
  if (cells !== undefined) return cells;
  const thinning = Math.ceil(work / most);
  return cellsOf(squeezed(polygons, thinning), { mostCrossings: 2 * most, budget }) * thinning;
}

/** The same polygons with rows `factor` times as high. */
export function squeezed(polygons: CellPolygons, factor: number): CellPolygons {
  return polygons.map((rings) => rings.map((ring) => ring.map((value, i) => (i % 2 === 1 ? value / factor : value))));
}
