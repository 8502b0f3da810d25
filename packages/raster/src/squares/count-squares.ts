import type { Window } from '../grid/window.ts';
import { endRowOf, firstAtOrAfter, spanEndingAfter } from '../spans/span-runs.ts';
import { type Spans, wholeCell } from '../spans/spans.ts';
import { columnBits, columnMask, mostOfBlock, mostOfSquare, type Squares, side, squaresAlong } from './squares.ts';

/** The cells of each combination of a block. */
export interface SquareCounts {
  /** Whole cells. */
  readonly cells: Float64Array;
  /** The shares of others, in parts of `wholeCell`: less than a whole one. */
  readonly parts: Float64Array;
}

/** Counts that are all zero, with room for any block. */
export function squareCounts(): SquareCounts {
  return { cells: new Float64Array(mostOfBlock + 1), parts: new Float64Array(mostOfBlock + 1) };
}

/** The cells of a block that can be counted: those of the block, within the bounds of rasters. */
export interface BlockPlace {
  readonly block: Window;
  readonly bounds: Window;
}

/**
 * Adds the cells of spans in a block. A square that lies wholly in them adds its own counts; the
 * runs of others are cut by the spans. The spans are within the bounds.
 */
export function countSquares(squares: Squares, place: BlockPlace, spans: Spans, counts: SquareCounts): void {
  const { block, bounds } = place;
  const across = squaresAlong(squares.width);
  const filled = new Int32Array(across);
  for (let band = 0; band < squaresAlong(squares.height); band++) {
    const top = block.firstRow + band * side;
    const ends = {
      firstRow: Math.max(top, bounds.firstRow),
      endRow: Math.min(top + side, block.endRow, bounds.endRow),
    };
    const firstRow = Math.max(ends.firstRow, spans.firstRow);
    const endRow = Math.min(ends.endRow, endRowOf(spans));
    if (firstRow >= endRow) continue;
    fillRows(filled, spans, [firstRow, endRow], place);
    for (let column = 0; column < across; column++) {
      if (filled[column] === unseen) continue;
      const start = squares.starts[band * across + column]!;
      if (filled[column] === ends.endRow - ends.firstRow) addAll(squares.words, start, counts.cells);
      else {
        const left = block.firstColumn + column * side;
        const endColumn = Math.min(left + side, block.endColumn);
        const corner = { top, left, rows: Math.min(side, block.endRow - top) };
        addRuns(squares.words, start, corner, spans, { firstRow, endRow, firstColumn: left, endColumn }, counts);
      }
    }
  }
}

/** A square in which spans have no cell. Below: it has cells in part. */
const unseen = -(2 ** 20);

/** Counts, for each square of a band, the rows that spans fill from side to side. */
function fillRows(
  filled: Int32Array,
  { firstRow, rowStarts, columns, shares }: Spans,
  [first, end]: readonly [number, number],
  { block, bounds }: BlockPlace,
): void {
  filled.fill(unseen);
  const left = block.firstColumn;
  const from = Math.max(left, bounds.firstColumn);
  const to = Math.min(block.endColumn, bounds.endColumn);
  for (let row = first; row < end; row++) {
    const endSpan = rowStarts[row - firstRow + 1]!;
    for (let k = spanEndingAfter(from, columns, rowStarts[row - firstRow]!, endSpan); k < endSpan; k++) {
      const start = columns[2 * k]!;
      if (start >= to) break;
      const stop = Math.min(columns[2 * k + 1]!, to);
      const last = (stop - 1 - left) >>> columnBits;
      for (let column = (Math.max(start, from) - left) >>> columnBits; column <= last; column++) {
        if (filled[column]! === unseen) filled[column] = 0;
        const [squareLeft, squareRight] = [left + column * side, left + (column + 1) * side];
        if (start <= Math.max(squareLeft, from) && stop >= Math.min(squareRight, to)) filled[column]!++;
      }
    }
    if (shares === undefined) continue;
    const endShare = shares.rowStarts[row - firstRow + 1]!;
    for (let k = firstAtOrAfter(from, shares.columns, shares.rowStarts[row - firstRow]!, endShare); k < endShare; k++) {
      if (shares.columns[k]! >= to) break;
      filled[(shares.columns[k]! - left) >>> columnBits]!--;
    }
  }
}

/** Adds the own counts of a square. */
function addAll(words: Uint16Array, start: number, cells: Float64Array): void {
  for (let at = start + 1, end = at + 2 * words[start]!; at < end; at += 2) cells[words[at]!]! += words[at + 1]!;
}

/** Whole cells of the square in hand, and the parts of others, by position. */
const own: SquareCounts = { cells: new Float64Array(mostOfSquare), parts: new Float64Array(mostOfSquare) };

interface Corner {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
}

function addRuns(
  words: Uint16Array,
  start: number,
  { top, left, rows }: Corner,
  spans: Spans,
  window: Window,
  { cells, parts }: SquareCounts,
): void {
  const count = words[start]!;
  const lengths = start + 1 + 2 * count;
  let at = count === 1 ? -1 : lengths + ((rows + 1) >> 1);
  for (let row = top; row < window.endRow; row++) {
    if (row >= window.firstRow) countRow(words, at, left, spans, row, window);
    if (at >= 0) at += (words[lengths + ((row - top) >> 1)]! >>> (8 * ((row - top) & 1))) & 0xff;
  }
  for (let i = 0; i < count; i++) {
    const number = words[start + 1 + 2 * i]!;
    cells[number]! += own.cells[i]!;
    parts[number]! += own.parts[i]!;
    own.cells[i] = own.parts[i] = 0;
    if (parts[number]! >= wholeCell) {
      cells[number]! += Math.floor(parts[number]! / wholeCell);
      parts[number]! %= wholeCell;
    }
  }
}

/** Counts a row of the square in hand. Its runs begin at a word; -1: it has one combination. */
function countRow(
  words: Uint16Array,
  first: number,
  left: number,
  { firstRow, rowStarts, columns, shares }: Spans,
  row: number,
  { firstColumn, endColumn }: Window,
): void {
  const end = rowStarts[row - firstRow + 1]!;
  let at = first;
  for (let k = spanEndingAfter(firstColumn, columns, rowStarts[row - firstRow]!, end); k < end; k++) {
    const start = columns[2 * k]!;
    if (start >= endColumn) break;
    let from = Math.max(start, firstColumn) - left;
    const to = Math.min(columns[2 * k + 1]!, endColumn) - left;
    if (at >= 0) {
      while ((words[at]! & columnMask) < from) at++;
      for (let last = words[at]! & columnMask; last < to - 1; last = words[++at]! & columnMask) {
        own.cells[words[at]! >>> columnBits]! += last + 1 - from;
        from = last + 1;
      }
    }
    own.cells[at < 0 ? 0 : words[at]! >>> columnBits]! += to - from;
  }
  if (shares === undefined) return;
  // Cells in part are in the spans, too.
  const endShare = shares.rowStarts[row - firstRow + 1]!;
  at = first;
  for (
    let k = firstAtOrAfter(firstColumn, shares.columns, shares.rowStarts[row - firstRow]!, endShare);
    k < endShare;
    k++
  ) {
    const column = shares.columns[k]! - left;
    if (column >= endColumn - left) break;
    while (at >= 0 && (words[at]! & columnMask) < column) at++;
    const position = at < 0 ? 0 : words[at]! >>> columnBits;
    own.cells[position]!--;
    own.parts[position]! += shares.parts[k]!;
  }
}
