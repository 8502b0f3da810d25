import type { Window } from '../grid/window.ts';
import { type Shares, type Spans, wholeCell } from './spans.ts';

/**
 * Receives a run of cells: row, first column, end column (exclusive), and the share of each in the
 * area, in parts of `wholeCell`.
 */
export type RunVisitor = (row: number, firstColumn: number, endColumn: number, parts: number) => void;

/**
 * Calls back for every run of cells of the spans in the window, from left to right. Cells with a
 * share come one by one.
 */
export function forEachRun({ firstRow, rowStarts, columns, shares }: Spans, window: Window, visit: RunVisitor): void {
  const endRow = Math.min(window.endRow, firstRow + rowStarts.length - 1);
  for (let row = Math.max(window.firstRow, firstRow); row < endRow; row++) {
    const end = rowStarts[row - firstRow + 1]!;
    for (let k = spanEndingAfter(window.firstColumn, columns, rowStarts[row - firstRow]!, end); k < end; k++) {
      const start = columns[2 * k]!;
      if (start >= window.endColumn) break;
      const from = Math.max(start, window.firstColumn);
      const to = Math.min(columns[2 * k + 1]!, window.endColumn);
      if (shares === undefined) visit(row, from, to, wholeCell);
      else visitShared(shares, row - firstRow, row, from, to, visit);
    }
  }
}

function visitShared(
  { rowStarts, columns, parts }: Shares,
  index: number,
  row: number,
  from: number,
  to: number,
  visit: RunVisitor,
): void {
  const end = rowStarts[index + 1]!;
  let next = from;
  for (let k = firstAtOrAfter(from, columns, rowStarts[index]!, end); k < end && columns[k]! < to; k++) {
    const column = columns[k]!;
    if (column > next) visit(row, next, column, wholeCell);
    visit(row, column, column + 1, parts[k]!);
    next = column + 1;
  }
  if (to > next) visit(row, next, to, wholeCell);
}

/** The row after the last of the spans. */
export function endRowOf({ firstRow, rowStarts }: Spans): number {
  return firstRow + rowStarts.length - 1;
}

/** The first of the sorted columns [from, to) that is not left of a column; `to` if all are. */
export function firstAtOrAfter(column: number, columns: Int32Array, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (columns[middle]! >= column) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * The first of the spans [from, to) of a row that ends right of the beginning of the column; `to`
 * if none does.
 */
export function spanEndingAfter(column: number, columns: Int32Array, from: number, to: number): number {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (columns[2 * middle + 1]! > column) to = middle;
    else from = middle + 1;
  }
  return from;
}
