import { type Border, borderOf, countPassages, portionsOf, rowStartsOf } from './border.ts';
import type { CellPolygons } from './cell-polygons.ts';
import { orientation } from './orientation.ts';
import { type RowVisitor, sweepRows, uniteSpans } from './row-sweep.ts';
import { spanList } from './span-list.ts';
import { cellsOf, defaultCrossings, IntricateAreaError, type Spans, type Window } from './spans.ts';

/**
 * The cells of the window that the polygons touch, each once: those whose centres lie in them (see spansOf) and those through
 * whose interior an edge passes. That is: whose interior and the closed area have a point in common. An edge exactly along the
 * line between two cells, or through a corner, touches neither for that; rings without extent are edges like any other.
 * The edges are met exactly, whatever their coordinates.
 *
 * As GDAL's rasterizer with ALL_TOUCHED, but for edges that meet lines between cells exactly: see the package's README.
 *
 * Throws IntricateAreaError when the border passes through rows of the window more than `mostCrossings` times.
 */
export function touchedSpansOf(polygons: CellPolygons, window: Window, mostCrossings = defaultCrossings): Spans {
  const border = borderOf(polygons);
  const firstRow = Math.max(window.firstRow, border.firstRow);
  const endRow = Math.max(Math.min(window.endRow, border.endRow), firstRow);
  const passages = countPassages(border, firstRow, endRow);
  if (passages > mostCrossings) {
    throw new IntricateAreaError(
      `the area's border passes through rows of cells ${passages} times, expected at most ${mostCrossings}`,
    );
  }
  const spans = spanList(firstRow, endRow);
  sweepTouched(border, firstRow, endRow, (row, starts, ends, count) => {
    for (let i = 0; i < count; i++) {
      const start = Math.max(starts[i]!, window.firstColumn);
      const end = Math.min(ends[i]!, window.endColumn);
      if (start < end) spans.add(row, start, end);
    }
  });
  return spans.done();
}

/**
 * All cells of the lattice that the polygons touch, on rasters or not. Exact while the border passes through rows at most
 * `mostCrossings` times. Of an area beyond that, which no raster can hold, half of the cells on the border are taken to have
 * their centres in the area; an edge passes through as many as the columns and rows that it crosses.
 */
export function touchedCellsOf(polygons: CellPolygons, mostCrossings = defaultCrossings): number {
  const border = borderOf(polygons);
  const { firstRow, endRow, count, ends } = border;
  let cells = 0;
  if (countPassages(border, firstRow, endRow) > mostCrossings) {
    for (let e = 0; e < count; e++) {
      cells += (Math.abs(ends[4 * e + 2]! - ends[4 * e]!) + ends[4 * e + 3]! - ends[4 * e + 1]!) / 2;
    }
    return Math.round(cells) + cellsOf(polygons, mostCrossings);
  }
  sweepTouched(border, firstRow, endRow, (_row, starts, ends, count) => {
    for (let i = 0; i < count; i++) cells += ends[i]! - starts[i]!;
  });
  return cells;
}

/** Visits the rows from `firstRow` to before `endRow` in rising order, with their touched cells as spans. */
function sweepTouched(border: Border, firstRow: number, endRow: number, visit: RowVisitor): void {
  const none = new Float64Array(0);
  for (const [top, bottom] of portionsOf(border, firstRow, endRow)) {
    const visitRow = rowToucher(border, top, bottom, visit);
    let next = top;
    sweepRows(border, top, bottom, (row, starts, ends, count) => {
      while (next < row) visitRow(next++, none, none, 0);
      visitRow(next++, starts, ends, count);
    });
    while (next < bottom) visitRow(next++, none, none, 0);
  }
}

/** Takes the spans of centres in a row, unites them with the cells on the border, and hands them on. */
function rowToucher(border: Border, top: number, bottom: number, visit: RowVisitor): RowVisitor {
  const runs = borderRuns(border, top, bottom);
  let starts = new Float64Array(64);
  let ends = new Float64Array(64);
  return (row, centreStarts, centreEnds, centres) => {
    const [from, to] = [runs.rowStarts[row - top]!, runs.rowEnds[row - top]!];
    if (starts.length < to - from + centres) {
      starts = new Float64Array(2 * (to - from + centres));
      ends = new Float64Array(2 * (to - from + centres));
    }
    let count = 0;
    for (let i = from; i < to; i++) {
      starts[count] = runs.starts[i]!;
      ends[count++] = runs.ends[i]!;
    }
    for (let i = 0; i < centres; i++) {
      if (centreStarts[i]! >= centreEnds[i]!) continue;
      starts[count] = centreStarts[i]!;
      ends[count++] = centreEnds[i]!;
    }
    visit(row, starts, ends, uniteSpans(starts, ends, count));
  };
}

/** The cells on the border, as runs in any order: row `top + i` has those from `rowStarts[i]` to before `rowEnds[i]`. */
function borderRuns(border: Border, top: number, bottom: number) {
  const rowStarts = rowStartsOf(border, top, bottom);
  const rowEnds = rowStarts.slice();
  const starts = new Float64Array(rowStarts[bottom - top]!);
  const ends = new Float64Array(starts.length);
  const add = (row: number, start: number, end: number) => {
    const at = rowEnds[row - top]!;
    if (start >= end) return;
    // Neighbouring edges follow each other, so most runs go on where the last has ended.
    if (at > rowStarts[row - top]! && start <= ends[at - 1]! && end >= starts[at - 1]!) {
      if (start < starts[at - 1]!) starts[at - 1] = start;
      if (end > ends[at - 1]!) ends[at - 1] = end;
      return;
    }
    starts[at] = start;
    ends[at] = end;
    rowEnds[row - top]!++;
  };
  for (let e = 0; e < border.count; e++) {
    const end = Math.min(Math.ceil(border.ends[4 * e + 3]!), bottom);
    let row = Math.max(Math.floor(border.ends[4 * e + 1]!), top);
    if (row >= end) continue;
    for (let upper = columnAt(border.ends, 4 * e, row); row < end; row++) {
      const lower = columnAt(border.ends, 4 * e, row + 1);
      if (upper < lower) add(row, Math.floor(upper), Math.ceil(lower));
      else add(row, Math.floor(lower), Math.ceil(upper));
      upper = lower;
    }
  }
  return { rowStarts, rowEnds, starts, ends };
}

/**
 * The column where an edge meets the upper line of a row, or where it ends before it: not to the last bit, but on the right
 * side of all lines between columns, or on one.
 */
function columnAt(ends: Float64Array, e: number, row: number): number {
  const [x1, y1, x2, y2] = [ends[e]!, ends[e + 1]!, ends[e + 2]!, ends[e + 3]!];
  if (row <= y1) return x1;
  if (row >= y2 || x1 === x2) return x2;
  const column = ((row - y1) * (x2 - x1)) / (y2 - y1) + x1;
  const line = Math.round(column);
  if (Math.abs(column - line) > (Math.abs(x1) + Math.abs(x2)) * columnRounding) return column;
  return line + Math.sign(orientation(x1, y1, x2, y2, line, row)) / 4;
}

/** More than the error of a column, of what the columns of its edge's ends add up to. */
const columnRounding = 2 ** -48;
