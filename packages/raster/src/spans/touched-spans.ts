import { type Budget, unlimited } from '@cellshed/budget';
import { type Border, borderOf, countPassages, portionsOf, rowStartsOf } from '../edges/border.ts';
import { stepsPerVertex } from '../edges/centre-edges.ts';
import { orientation } from '../edges/orientation.ts';
import { cellsInBands, touchedRule } from '../edges/row-bands.ts';
import { type RowVisitor, scanRows } from '../edges/row-scan.ts';
import { uniteSpans } from '../edges/unite-spans.ts';
import type { CellPolygons } from '../grid/cell-polygons.ts';
import type { Window } from '../grid/window.ts';
import { borderWithin } from './border-within.ts';
import { cellsOf } from './centre-spans.ts';
import { defaultCrossings, mostScanned, type PlacingLimits } from './scan-limits.ts';
import { spanList } from './span-list.ts';
import type { Spans } from './spans.ts';

/**
 * The cells of the window that the polygons touch, each once: those whose centres are in them (see
 * spansOf) and those through whose interior an edge passes. In other words, the interior of the
 * cell and the closed area have a point in common. An edge exactly along the line between two
 * cells, or through a corner, does not touch them; rings without extent are edges like any other.
 * The result is exact for all coordinates.
 *
 * This equals GDAL's rasterizer with ALL_TOUCHED, except for edges that meet lines between cells
 * exactly: see the package's README.
 *
 * Throws IntricateAreaError if the border passes through rows of the window more than
 * `mostCrossings` times.
 */
export function touchedSpansOf(
  polygons: CellPolygons,
  window: Window,
  { mostCrossings = defaultCrossings, budget = unlimited }: PlacingLimits = {},
): Spans {
  const { border, firstRow, endRow } = borderWithin(polygons, window, { mostCrossings, budget });
  const spans = spanList(firstRow, endRow);
  const visit: RowVisitor = (row, starts, ends, count) => {
    for (let i = 0; i < count; i++) {
      const start = Math.max(starts[i]!, window.firstColumn);
      const end = Math.min(ends[i]!, window.endColumn);
      if (start < end) spans.add(row, start, end);
    }
  };
  scanTouched(border, [firstRow, endRow], visit, budget);
  return spans.done();
}

/**
 * The number of all cells of the lattice that the polygons touch, on rasters or not. If the border
 * passes through more rows than `mostCrossings` (by default in proportion to its vertices), rows
 * are counted by bands (see cellsInBands). If that is still too much work, half of the cells on the
 * border are assumed to have their centres in the area; an edge passes through as many cells as the
 * columns and rows that it crosses.
 */
export function touchedCellsOf(
  polygons: CellPolygons,
  { mostCrossings, budget = unlimited }: PlacingLimits = {},
): number {
  const border = borderOf(polygons);
  budget.spend(border.count * stepsPerVertex);
  const { firstRow, endRow, count, ends } = border;
  const most = mostCrossings ?? mostScanned(count);
  const scan = (from: number, to: number): number => {
    let cells = 0;
    const add: RowVisitor = (_row, starts, ends, count) => {
      for (let i = 0; i < count; i++) cells += ends[i]! - starts[i]!;
    };
    scanTouched(border, [from, to], add, budget);
    return cells;
  };
  if (countPassages(border, firstRow, endRow) <= most) return scan(firstRow, endRow);
  const cells = cellsInBands(border, { rule: touchedRule, scan, most, budget });
  if (cells !== undefined) return cells;
  let onBorder = 0;
  for (let e = 0; e < count; e++) {
    onBorder += Math.abs(ends[4 * e + 2]! - ends[4 * e]!) + ends[4 * e + 3]! - ends[4 * e + 1]!;
  }
  return Math.round(onBorder / 2) + cellsOf(polygons, { mostCrossings: most, budget });
}

/** The cost of sorting and uniting the cells of an edge in a row. */
const stepsPerPassage = 4;

/**
 * Visits the rows from `firstRow` to before `endRow` in rising order, with their touched cells as
 * spans.
 */
function scanTouched(
  border: Border,
  [firstRow, endRow]: readonly [number, number],
  visit: RowVisitor,
  budget: Budget,
): void {
  const none = new Float64Array(0);
  for (const [top, bottom] of portionsOf(border, firstRow, endRow)) {
    budget.spend(border.count + bottom - top);
    const visitRow = rowToucher(border, [top, bottom], visit, budget);
    let next = top;
    const unite: RowVisitor = (row, starts, ends, count) => {
      while (next < row) visitRow(next++, none, none, 0);
      visitRow(next++, starts, ends, count);
    };
    scanRows(border, [top, bottom], unite, budget);
    while (next < bottom) visitRow(next++, none, none, 0);
  }
}

/**
 * Receives the spans of centres in a row, unites them with the cells on the border, and passes them
 * on.
 */
function rowToucher(
  border: Border,
  [top, bottom]: readonly [number, number],
  visit: RowVisitor,
  budget: Budget,
): RowVisitor {
  const runs = borderRuns(border, [top, bottom], budget);
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

/**
 * The cells on the border, as runs in any order: row `top + i` has those from `rowStarts[i]` to
 * before `rowEnds[i]`.
 */
function borderRuns(border: Border, [top, bottom]: readonly [number, number], budget: Budget) {
  const rowStarts = rowStartsOf(border, top, bottom);
  const rowEnds = rowStarts.slice();
  const starts = new Float64Array(rowStarts[bottom - top]!);
  const ends = new Float64Array(starts.length);
  const add = (row: number, start: number, end: number) => {
    const at = rowEnds[row - top]!;
    if (start >= end) return;
    // Neighbouring edges follow each other, so most runs continue where the last one ended.
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
    budget.spend((end - row) * stepsPerPassage);
    for (let upper = columnAt(border.ends, 4 * e, row, budget); row < end; row++) {
      const lower = columnAt(border.ends, 4 * e, row + 1, budget);
      if (upper < lower) add(row, Math.floor(upper), Math.ceil(lower));
      else add(row, Math.floor(lower), Math.ceil(upper));
      upper = lower;
    }
  }
  return { rowStarts, rowEnds, starts, ends };
}

/**
 * The column where an edge meets the upper line of a row, or its end before that. It is not exact
 * to the last bit, but on the right side of all lines between columns, or exactly on one.
 */
function columnAt(ends: Float64Array, e: number, row: number, budget: Budget): number {
  const [x1, y1, x2, y2] = [ends[e]!, ends[e + 1]!, ends[e + 2]!, ends[e + 3]!];
  if (row <= y1) return x1;
  if (row >= y2 || x1 === x2) return x2;
  const column = ((row - y1) * (x2 - x1)) / (y2 - y1) + x1;
  const line = Math.round(column);
  if (Math.abs(column - line) > (Math.abs(x1) + Math.abs(x2)) * columnRounding) return column;
  return line + Math.sign(orientation(x1, y1, x2, y2, line, row, budget)) / 4;
}

/** A bound of the error of a column, relative to the sum of the columns of its edge's ends. */
const columnRounding = 2 ** -48;
