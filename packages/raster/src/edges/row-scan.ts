import { type Budget, unlimited } from '@cellshed/budget';
import { countCrossings, rowBelow } from './centre-edges.ts';
import type { Edges } from './edges.ts';
import { joinSpans, sortNumbers, uniteSpans } from './unite-spans.ts';

/**
 * Receives the united spans of one row: `count` of them in rising order, apart from each other,
 * from `starts[i]` to before `ends[i]`. Some may be empty. The arrays are reused for the next row.
 */
export type RowVisitor = (row: number, starts: Float64Array, ends: Float64Array, count: number) => void;

/** The most crossings that a scan holds at once, if they are spread evenly over the rows. */
const crossingsHeld = 2 ** 20;
const rowsHeld = 2 ** 16;

/**
 * The cost of sorting and pairing a crossing, and of finding whether an edge is in a portion of
 * rows.
 */
const [stepsPerCrossing, stepsPerEdge] = [3, 1];

/** The number of crossings that are visited between two calls of the budget. */
const crossingsUnspent = 2 ** 12;

/**
 * Visits the rows from `firstRow` to before `endRow` that have spans, in rising order, by the
 * centre rule:
 *
 *      y1 ─•            An edge meets the rows whose centre c has y1 <= c < y2; a horizontal one
 *           \           meets none. It is crossed at x = (c - y1) (x2 - x1) / (y2 - y1) + x1,
 *      c ····x····      always from its upper end, so that the two sides of a shared border agree
 *             \         to the bit. Spans run from floor(x + 0.5) to before the next
 *      y2 ─────•        floor(x + 0.5): a centre exactly on an edge belongs to its left side.
 *
 * Even–odd within a polygon, union between polygons. This equals GDAL's rasterizer
 * (alg/llrasterize.cpp) without ALL_TOUCHED, except for an edge exactly through a row of centres,
 * which GDAL fills for both of its neighbours.
 */
export function scanRows(
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
    scanSome(edges, [row, Math.min(row + rows, bottom)], visit, budget);
  }
}

function scanSome(
  { count, ends, polygon }: Pick<Edges, 'count' | 'ends' | 'polygon'>,
  [top, bottom]: readonly [number, number],
  visit: RowVisitor,
  budget: Budget,
): void {
  // Crossings are put in buckets by row: first their sizes, from the beginnings and ends of edges,
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
    const x1 = ends[4 * e]!;
    const y1 = ends[4 * e + 1]!;
    const x2 = ends[4 * e + 2]!;
    const y2 = ends[4 * e + 3]!;
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
    if (to - from === 2) {
      starts[0] = Math.min(columns[from]!, columns[from + 1]!);
      ends[0] = Math.max(columns[from]!, columns[from + 1]!);
      visit(row, starts, ends, 1);
      return;
    }
    if (starts.length < to - from) {
      starts = new Float64Array(2 * (to - from));
      ends = new Float64Array(2 * (to - from));
    }
    let pairs = 0;
    for (let first = from, end = from; first < to; first = end) {
      while (end < to && owner[end] === owner[first]) end++;
      sortNumbers(columns, first, end);
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
