import type { CellPolygons } from '../grid/cell-polygons.ts';
import { collectEdges, type Edges } from './edges.ts';

/** All edges of polygons that have a length, in the rows and columns of cells that they meet. */
export type Border = Edges;

export function borderOf(polygons: CellPolygons): Border {
  return collectEdges(polygons, {
    isKept: (x1, y1, x2, y2) => x1 !== x2 || y1 !== y2,
    firstRowOf: Math.floor,
    endRowOf: Math.ceil,
  });
}

/**
 * The number of times that edges pass through rows from `firstRow` to before `endRow`: the cost of
 * visiting these rows.
 */
export function countPassages({ count, ends }: Border, firstRow: number, endRow: number): number {
  let passages = 0;
  for (let e = 0; e < count; e++) {
    const rows = Math.min(Math.ceil(ends[4 * e + 3]!), endRow) - Math.max(Math.floor(ends[4 * e + 1]!), firstRow);
    if (rows > 0) passages += rows;
  }
  return passages;
}

/** The most passages that are held at once, if they are spread evenly over the rows. */
const passagesHeld = 2 ** 20;
const rowsHeld = 2 ** 16;

/**
 * Cuts the rows from `firstRow` to before `endRow` into portions whose edges can be held by row.
 */
export function* portionsOf(border: Border, firstRow: number, endRow: number): Generator<readonly [number, number]> {
  const share = passagesHeld / Math.max(countPassages(border, firstRow, endRow), 1);
  const rows = Math.max(1, Math.min(rowsHeld, Math.floor((endRow - firstRow) * share)));
  for (let row = firstRow; row < endRow; row += rows) yield [row, Math.min(row + rows, endRow)];
}

/**
 * The start of each row's edges if they are stored row after row: the edges of row `top + i` are at
 * `starts[i]` to before `starts[i + 1]`.
 */
export function rowStartsOf({ count, ends }: Border, top: number, bottom: number): Uint32Array {
  const begun = new Int32Array(bottom - top + 1);
  for (let e = 0; e < count; e++) {
    const first = Math.max(Math.floor(ends[4 * e + 1]!), top);
    const end = Math.min(Math.ceil(ends[4 * e + 3]!), bottom);
    if (first >= end) continue;
    begun[first - top]!++;
    begun[end - top]!--;
  }
  const starts = new Uint32Array(bottom - top + 1);
  for (let r = 0, size = 0; r < bottom - top; r++) {
    size += begun[r]!;
    starts[r + 1] = starts[r]! + size;
  }
  return starts;
}

/**
 * Lists the edges by row: `edges[starts[i]]` to before `edges[starts[i + 1]]` pass through row `top
 * + i`, in the order of the border.
 */
export function edgesByRow(border: Border, top: number, bottom: number) {
  const { count, ends } = border;
  const starts = rowStartsOf(border, top, bottom);
  const edges = new Uint32Array(starts[bottom - top]!);
  const next = starts.slice();
  for (let e = 0; e < count; e++) {
    const end = Math.min(Math.ceil(ends[4 * e + 3]!), bottom);
    for (let row = Math.max(Math.floor(ends[4 * e + 1]!), top); row < end; row++) edges[next[row - top]!++] = e;
  }
  return { starts, edges };
}
