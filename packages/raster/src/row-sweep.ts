import { type Budget, unlimited } from '@catchment/budget';
import type { CellPolygons } from './cell-polygons.ts';

/**
 * The edges of polygons that can meet a row of cell centres, each from its upper end (the smaller
 * row) to its lower end.
 */
export interface Edges {
  readonly count: number;
  /** Upper column, upper row, lower column, lower row of each edge. */
  readonly ends: Float64Array;
  /** Index of the polygon of each edge; never decreases. */
  readonly polygon: Uint32Array;
  /** The rows in which there are edges, and the columns. */
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstColumn: number;
  readonly endColumn: number;
}

/**
 * Takes the united spans of one row: `count` of them in rising order, apart from each other, from
 * `starts[i]` to before `ends[i]`. Some may be empty. The arrays are used again for the next row.
 */
export type RowVisitor = (row: number, starts: Float64Array, ends: Float64Array, count: number) => void;

export function edgesOf(polygons: CellPolygons): Edges {
  const most = polygons.flat().reduce((sum, ring) => sum + ring.length / 2, 0);
  const ends = new Float64Array(4 * most);
  const polygon = new Uint32Array(most);
  let count = 0;
  let firstRow = Number.POSITIVE_INFINITY;
  let endRow = Number.NEGATIVE_INFINITY;
  let [left, right] = [firstRow, endRow];
  for (const [index, rings] of polygons.entries()) {
    for (const ring of rings) {
      let [x1, y1] = [ring.at(-2) as number, ring.at(-1) as number];
      for (let i = 0; i < ring.length; i += 2) {
        const x2 = ring[i]!;
        const y2 = ring[i + 1]!;
        const down = y1 < y2;
        const top = rowBelow(down ? y1 : y2);
        const bottom = rowBelow(down ? y2 : y1);
        if (top < bottom) {
          ends[4 * count] = down ? x1 : x2;
          ends[4 * count + 1] = down ? y1 : y2;
          ends[4 * count + 2] = down ? x2 : x1;
          ends[4 * count + 3] = down ? y2 : y1;
          polygon[count++] = index;
          firstRow = Math.min(firstRow, top);
          endRow = Math.max(endRow, bottom);
          left = Math.min(left, x1, x2);
          right = Math.max(right, x1, x2);
        }
        x1 = x2;
        y1 = y2;
      }
    }
  }
  if (count === 0) return { count, ends, polygon, firstRow: 0, endRow: 0, firstColumn: 0, endColumn: 0 };
  return { count, ends, polygon, firstRow, endRow, firstColumn: Math.floor(left), endColumn: Math.ceil(right) };
}

/**
 * How often the edges meet rows from `firstRow` to before `endRow`: what a sweep of these rows
 * costs.
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

/** Crossings that a sweep holds at a time where they are spread evenly over the rows. */
const crossingsHeld = 2 ** 20;
const rowsHeld = 2 ** 16;

/** Making an edge of a vertex. */
export const stepsPerVertex = 4;

/** Sorting and pairing a crossing, and looking whether an edge is in a portion of rows. */
const [stepsPerCrossing, stepsPerEdge] = [3, 1];

/** Rows with so many crossings are visited between two spendings. */
const crossingsUnspent = 2 ** 12;

/**
 * Visits the rows from `firstRow` to before `endRow` that have spans, in rising order, by the
 * centre rule:
 *
 *      y1 ─•            an edge meets the rows whose centre c has y1 <= c < y2; a horizontal one meets none;
 *           \           it is crossed at x = (c - y1) (x2 - x1) / (y2 - y1) + x1, always from its upper end, so that
 *      c ····x····      the two sides of a shared border agree to the bit;
 *             \         spans run from floor(x + 0.5) to before the next floor(x + 0.5): a centre exactly on an edge
 *      y2 ─────•        belongs to what is on its left.
 *
 * Even–odd within a polygon, union between polygons. As GDAL's rasterizer (alg/llrasterize.cpp)
 * without ALL_TOUCHED, but for an edge that runs exactly through a row of centres: GDAL fills it
 * besides, for both of its neighbours.
 */
export function sweepRows(
  edges: Pick<Edges, 'count' | 'ends' | 'polygon' | 'firstRow' | 'endRow'>,
  [firstRow, endRow]: readonly [number, number],
  visit: RowVisitor,
  budget: Budget = unlimited,
): void {
  const top = Math.max(firstRow, edges.firstRow);
  const bottom = Math.min(endRow, edges.endRow);
  const share = crossingsHeld / Math.max(countCrossings(edges, top, bottom), 1);
  const rows = Math.max(1, Math.min(rowsHeld, Math.floor((bottom - top) * share)));
  for (let row = top; row < bottom; row += rows) {
    budget.spend(edges.count * stepsPerEdge);
    sweepSome(edges, [row, Math.min(row + rows, bottom)], visit, budget);
  }
}

function sweepSome(
  { count, ends, polygon }: Pick<Edges, 'count' | 'ends' | 'polygon'>,
  [top, bottom]: readonly [number, number],
  visit: RowVisitor,
  budget: Budget,
): void {
  // Crossings are put in buckets by row: first the sizes, from where each edge begins and ends,
  // then their starts.
  const begun = new Int32Array(bottom - top + 1);
  for (let e = 0; e < count; e++) {
    const first = Math.max(rowBelow(ends[4 * e + 1]!), top);
    const end = Math.min(rowBelow(ends[4 * e + 3]!), bottom);
    if (first >= end) continue;
    begun[first - top]!++;
    begun[end - top]!--;
  }
  const bucket = new Uint32Array(bottom - top + 1);
  for (let r = 0, size = 0; r < bottom - top; r++) {
    size += begun[r]!;
    bucket[r + 1] = bucket[r]! + size;
  }
  const columns = new Float64Array(bucket[bottom - top]!);
  const owner = new Uint32Array(columns.length);
  const next = bucket.slice();
  for (let e = 0; e < count; e++) {
    const [x1, y1, x2, y2] = [ends[4 * e]!, ends[4 * e + 1]!, ends[4 * e + 2]!, ends[4 * e + 3]!];
    const end = Math.min(rowBelow(y2), bottom);
    for (let row = Math.max(rowBelow(y1), top); row < end; row++) {
      const at = next[row - top]!++;
      columns[at] = Math.floor(((row + 0.5 - y1) * (x2 - x1)) / (y2 - y1) + x1 + 0.5);
      owner[at] = polygon[e]!;
    }
  }
  const unite = rowUniter(columns, owner);
  let spent = 0;
  for (let row = top; row < bottom; row++) {
    const end = bucket[row - top + 1]!;
    unite(row, bucket[row - top]!, end, visit);
    if (end - spent < crossingsUnspent) continue;
    budget.spend((end - spent) * stepsPerCrossing);
    spent = end;
  }
  budget.spend((columns.length - spent) * stepsPerCrossing + bottom - top);
}

/** Pairs the crossings of each polygon and unites the pairs. */
function rowUniter(columns: Float64Array, owner: Uint32Array) {
  let starts = new Float64Array(64);
  let ends = new Float64Array(64);
  return (row: number, from: number, to: number, visit: RowVisitor): void => {
    if (from === to) return;
    if (starts.length < to - from) {
      starts = new Float64Array(2 * (to - from));
      ends = new Float64Array(2 * (to - from));
    }
    let pairs = 0;
    for (let first = from, end = from; first < to; first = end) {
      while (end < to && owner[end] === owner[first]) end++;
      sort(columns, first, end);
      for (let i = first; i < end; i += 2) {
        starts[pairs] = columns[i]!;
        ends[pairs++] = columns[i + 1]!;
      }
    }
    visit(
      row,
      starts,
      ends,
      owner[from] === owner[to - 1] ? joinSpans(starts, ends, pairs) : uniteSpans(starts, ends, pairs),
    );
  };
}

/**
 * Unites the first `count` spans, which may lie in any order, in place; says how many are left,
 * apart from each other and rising.
 */
export function uniteSpans(starts: Float64Array, ends: Float64Array, count: number): number {
  sort(starts, 0, count);
  sort(ends, 0, count);
  return joinSpans(starts, ends, count);
}

/**
 * With starts and ends each in order, pair i ends a span unless the next start comes before it has
 * ended.
 */
function joinSpans(starts: Float64Array, ends: Float64Array, count: number): number {
  let spans = 0;
  for (let i = 0, start = 0; i < count; i++) {
    if (i + 1 < count && starts[i + 1]! <= ends[i]!) continue;
    starts[spans] = starts[start]!;
    ends[spans++] = ends[i]!;
    start = i + 1;
  }
  return spans;
}

/** The first row whose centre lies at or below y. */
function rowBelow(y: number): number {
  // Adding 0 makes 0 of -0.
  return Math.ceil(y - 0.5) + 0;
}

function sort(numbers: Float64Array, from: number, to: number): void {
  if (to - from > 24) {
    numbers.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const moved = numbers[i]!;
    let j = i - 1;
    for (; j >= from && numbers[j]! > moved; j--) numbers[j + 1] = numbers[j]!;
    numbers[j + 1] = moved;
  }
}
