import type { Window } from '../grid/window.ts';
import { endRowOf, firstAtOrAfter, spanEndingAfter } from '../spans/span-runs.ts';
import { type Spans, wholeCell } from '../spans/spans.ts';
import { columnBits, columnMask, mostOfBlock, mostOfSquare, type Squares, side, squaresAlong } from './squares.ts';

/** The cells of each combination of a block. */
export interface SquareCounts {
  /** Whole cells. */
  readonly cells: Int32Array;
  /** The shares of others, in parts of `wholeCell`: less than one together. */
  readonly parts: Float64Array;
}

/** Counts that are all zero, with room for any block. */
export function squareCounts(): SquareCounts {
  return { cells: new Int32Array(mostOfBlock + 1), parts: new Float64Array(mostOfBlock + 1) };
}

/** The cells of a block, also beyond the bounds of rasters. */
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
  const { words, starts } = squares;
  // Words that are damaged may have left counts that no square took.
  own.cells.fill(0);
  own.parts.fill(0);
  const across = squaresAlong(squares.width);
  const found = { filled: new Int32Array(across + 1), touched: new Int32Array(across + 1) };
  for (let band = 0; band < squaresAlong(squares.height); band++) {
    const top = block.firstRow + band * side;
    const [first, end] = [Math.max(top, bounds.firstRow), Math.min(top + side, block.endRow, bounds.endRow)];
    const firstRow = Math.max(first, spans.firstRow);
    const endRow = Math.min(end, endRowOf(spans));
    if (firstRow >= endRow) continue;
    findRows(found, spans, [firstRow, endRow], place);
    let [filled, touched] = [0, 0];
    for (let column = 0; column < across; column++) {
      filled += found.filled[column]!;
      touched += found.touched[column]!;
      if (touched === 0) continue;
      const start = starts[band * across + column]!;
      if (filled === end - first) addAll(words, start, counts.cells);
      else {
        const firstColumn = block.firstColumn + column * side;
        const endColumn = Math.min(firstColumn + side, block.endColumn);
        const rows = Math.min(side, block.endRow - top);
        addRuns(words, start, { top, rows }, spans, { firstRow, endRow, firstColumn, endColumn }, counts);
      }
    }
  }
}

/**
 * Finds the rows in which spans fill the squares of a band from side to side, and those in which
 * they have cells there: for each square, how many more than of the square before it.
 */
function findRows(
  { filled, touched }: { readonly filled: Int32Array; readonly touched: Int32Array },
  { firstRow, rowStarts, columns, shares }: Spans,
  [first, end]: readonly [number, number],
  { block, bounds }: BlockPlace,
): void {
  filled.fill(0);
  touched.fill(0);
  const left = block.firstColumn;
  // A square ends where rasters begin or end.
  const from = Math.max(left, bounds.firstColumn);
  const to = Math.min(block.endColumn, bounds.endColumn);
  for (let row = first; row < end; row++) {
    const endSpan = rowStarts[row - firstRow + 1]!;
    for (let k = spanEndingAfter(from, columns, rowStarts[row - firstRow]!, endSpan); k < endSpan; k++) {
      const start = columns[2 * k]!;
      if (start >= to) break;
      const stop = columns[2 * k + 1]!;
      const firstSquare = (Math.max(start, from) - left) >>> columnBits;
      const lastSquare = (Math.min(stop, to) - 1 - left) >>> columnBits;
      touched[firstSquare]!++;
      touched[lastSquare + 1]!--;
      const firstFilled = start <= Math.max(left + firstSquare * side, from) ? firstSquare : firstSquare + 1;
      const endFilled = stop >= Math.min(left + (lastSquare + 1) * side, to) ? lastSquare + 1 : lastSquare;
      if (firstFilled >= endFilled) continue;
      filled[firstFilled]!++;
      filled[endFilled]!--;
    }
    if (shares === undefined) continue;
    const endShare = shares.rowStarts[row - firstRow + 1]!;
    for (let k = firstAtOrAfter(from, shares.columns, shares.rowStarts[row - firstRow]!, endShare); k < endShare; k++) {
      if (shares.columns[k]! >= to) break;
      const square = (shares.columns[k]! - left) >>> columnBits;
      filled[square]!--;
      filled[square + 1]!++;
    }
  }
}

/** Adds the own counts of a square. */
function addAll(words: Uint16Array, start: number, cells: Int32Array): void {
  for (let at = start + 1, end = at + 2 * words[start]!; at < end; at += 2) cells[words[at]!]! += words[at + 1]!;
}

/** The cells of the square in hand, by position, and the parts of others. */
const own = { cells: new Int32Array(mostOfSquare), parts: new Float64Array(mostOfSquare) };

function addRuns(
  words: Uint16Array,
  start: number,
  { top, rows }: { readonly top: number; readonly rows: number },
  spans: Spans,
  window: Window,
  { cells, parts }: SquareCounts,
): void {
  const count = words[start]!;
  const lengths = start + 1 + 2 * count;
  let at = count === 1 ? theOnly : lengths + ((rows + 1) >> 1);
  for (let row = top; row < window.endRow; row++) {
    if (row >= window.firstRow) {
      countRow(words, at, spans, row, window);
      if (spans.shares) countShares(words, at, spans, row, window);
    }
    if (at !== theOnly) at += (words[lengths + ((row - top) >> 1)]! >>> (8 * ((row - top) & 1))) & 0xff;
  }
  for (let i = 0; i < count; i++) {
    const number = words[start + 1 + 2 * i]!;
    cells[number]! += own.cells[i]!;
    own.cells[i] = 0;
    if (own.parts[i] === 0) continue;
    const inParts = parts[number]! + own.parts[i]!;
    parts[number] = inParts % wholeCell;
    cells[number]! += Math.floor(inParts / wholeCell);
    own.parts[i] = 0;
  }
}

/** Stands for the runs of a square of one combination, which has none. */
const theOnly = -1;

/** Stands beyond the words: whoever walks along runs ends, whatever has been written into them. */
const lastRun = columnMask;

/** Counts a row of the square in hand, whose runs begin at a word. */
function countRow(
  words: Uint16Array,
  first: number,
  { firstRow, rowStarts, columns }: Spans,
  row: number,
  { firstColumn, endColumn }: Window,
): void {
  const { cells } = own;
  const end = rowStarts[row - firstRow + 1]!;
  let at = first;
  for (let k = spanEndingAfter(firstColumn, columns, rowStarts[row - firstRow]!, end); k < end; k++) {
    const start = columns[2 * k]!;
    if (start >= endColumn) break;
    let from = start <= firstColumn ? 0 : start - firstColumn;
    const to = Math.min(columns[2 * k + 1]!, endColumn) - firstColumn;
    if (at === theOnly) {
      cells[0]! += to - from;
      continue;
    }
    let word = words[at] ?? lastRun;
    while ((word & columnMask) < from) word = words[++at] ?? lastRun;
    for (let next = (word & columnMask) + 1; next < to; next = (word & columnMask) + 1) {
      cells[word >>> columnBits]! += next - from;
      from = next;
      word = words[++at] ?? lastRun;
    }
    cells[word >>> columnBits]! += to - from;
  }
}

/** Takes cells in part, which are in spans, too, out of the whole ones, and adds their shares. */
function countShares(
  words: Uint16Array,
  first: number,
  { firstRow, shares }: Spans,
  row: number,
  { firstColumn, endColumn }: Window,
): void {
  const { rowStarts, columns, parts } = shares!;
  const end = rowStarts[row - firstRow + 1]!;
  let at = first;
  for (let k = firstAtOrAfter(firstColumn, columns, rowStarts[row - firstRow]!, end); k < end; k++) {
    if (columns[k]! >= endColumn) break;
    while (at !== theOnly && ((words[at] ?? lastRun) & columnMask) < columns[k]! - firstColumn) at++;
    const position = at === theOnly ? 0 : (words[at] ?? lastRun) >>> columnBits;
    own.cells[position]!--;
    own.parts[position]! += parts[k]!;
  }
}
