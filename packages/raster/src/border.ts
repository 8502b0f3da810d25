import type { CellPolygons } from './cell-polygons.ts';

/**
 * The edges of polygons, each from its upper end (the smaller row) to its lower end; none has no
 * length.
 */
export interface Border {
  readonly count: number;
  /** Upper column, upper row, lower column, lower row of each edge. */
  readonly ends: Float64Array;
  /** Index of the polygon of each edge; never decreases. */
  readonly polygon: Uint32Array;
  /** The rows and columns of cells between which all edges lie. */
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstColumn: number;
  readonly endColumn: number;
}

export function borderOf(polygons: CellPolygons): Border {
  let most = 0;
  for (const rings of polygons) for (const ring of rings) most += ring.length / 2;
  const ends = new Float64Array(4 * most);
  const polygon = new Uint32Array(most);
  let count = 0;
  let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [top, bottom] = [left, right];
  for (let p = 0; p < polygons.length; p++) {
    for (const ring of polygons[p]!) {
      let [x1, y1] = [ring.at(-2) as number, ring.at(-1) as number];
      for (let i = 0; i < ring.length; i += 2) {
        const [x2, y2] = [ring[i]!, ring[i + 1]!];
        if (x1 !== x2 || y1 !== y2) {
          const down = y1 < y2;
          ends[4 * count] = down ? x1 : x2;
          ends[4 * count + 1] = down ? y1 : y2;
          ends[4 * count + 2] = down ? x2 : x1;
          ends[4 * count + 3] = down ? y2 : y1;
          polygon[count++] = p;
          left = Math.min(left, x1, x2);
          right = Math.max(right, x1, x2);
          top = Math.min(top, y1, y2);
          bottom = Math.max(bottom, y1, y2);
        }
        [x1, y1] = [x2, y2];
      }
    }
  }
  if (count === 0) return { count, ends, polygon, firstRow: 0, endRow: 0, firstColumn: 0, endColumn: 0 };
  return {
    count,
    ends,
    polygon,
    // Adding 0 makes 0 of -0.
    firstRow: Math.floor(top) + 0,
    endRow: Math.ceil(bottom) + 0,
    firstColumn: Math.floor(left) + 0,
    endColumn: Math.ceil(right) + 0,
  };
}

/**
 * How often edges pass through rows from `firstRow` to before `endRow`: what visiting these rows
 * costs.
 */
export function countPassages({ count, ends }: Border, firstRow: number, endRow: number): number {
  let passages = 0;
  for (let e = 0; e < count; e++) {
    const rows = Math.min(Math.ceil(ends[4 * e + 3]!), endRow) - Math.max(Math.floor(ends[4 * e + 1]!), firstRow);
    if (rows > 0) passages += rows;
  }
  return passages;
}

/** Passages that are held at a time where they are spread evenly over the rows. */
const passagesHeld = 2 ** 20;
const rowsHeld = 2 ** 16;

/**
 * Cuts the rows from `firstRow` to before `endRow` into portions of which the edges can be held by
 * row.
 */
export function* portionsOf(border: Border, firstRow: number, endRow: number): Generator<readonly [number, number]> {
  const share = passagesHeld / Math.max(countPassages(border, firstRow, endRow), 1);
  const rows = Math.max(1, Math.min(rowsHeld, Math.floor((endRow - firstRow) * share)));
  for (let row = firstRow; row < endRow; row += rows) yield [row, Math.min(row + rows, endRow)];
}

/**
 * Where each row's edges would start if they lay row after row: those of row `top + i` from
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
 * The edges by row: `edges[starts[i]]` to before `edges[starts[i + 1]]` pass through row `top + i`,
 * in the order of the border.
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
