import type { Window } from '../grid/window.ts';
import { forEachRun } from './span-runs.ts';
import { type Spans, wholeCell } from './spans.ts';

/**
 * The cells of an area in a window, from top to bottom, in each row from left to right. They are
 * found once for all that look at them.
 */
export interface CellRuns {
  /** The runs of whole cells: the row, the first column and the end column of each. */
  readonly whole: Int32Array;
  /** The number of whole cells. */
  readonly cells: number;
  /** The cells in part: row and column of each. */
  readonly shared: Int32Array;
  /** Their shares in the area, in parts of `wholeCell`. */
  readonly parts: Uint32Array;
}

const none = { shared: new Int32Array(0), parts: new Uint32Array(0) };

/** Finds the runs of the spans in a window. */
export function cellRuns(spans: Spans, window: Window): CellRuns {
  const [whole, shared, parts]: [number[], number[], number[]] = [[], [], []];
  let cells = 0;
  forEachRun(spans, window, (row, firstColumn, endColumn, share) => {
    if (share === wholeCell) {
      whole.push(row, firstColumn, endColumn);
      cells += endColumn - firstColumn;
    } else {
      shared.push(row, firstColumn);
      parts.push(share);
    }
  });
  const inPart = parts.length === 0 ? none : { shared: Int32Array.from(shared), parts: Uint32Array.from(parts) };
  return { whole: Int32Array.from(whole), cells, ...inPart };
}

export function hasCells({ whole, parts }: CellRuns): boolean {
  return whole.length > 0 || parts.length > 0;
}

/** The runs, and cells in part, of the rows [firstRow, endRow). */
export function runsInRows({ whole, shared, parts }: CellRuns, firstRow: number, endRow: number): CellRuns {
  const inRows = (places: Int32Array, size: number) =>
    [firstInRow(places, size, firstRow), firstInRow(places, size, endRow)] as const;
  const [first, end] = inRows(whole, 3);
  const [firstShared, endShared] = inRows(shared, 2);
  let cells = 0;
  for (let at = 3 * first; at < 3 * end; at += 3) cells += whole[at + 2]! - whole[at + 1]!;
  return {
    whole: whole.subarray(3 * first, 3 * end),
    cells,
    shared: shared.subarray(2 * firstShared, 2 * endShared),
    parts: parts.subarray(firstShared, endShared),
  };
}

/** The first of some places, which begin with their rows, that is in a row or below it. */
function firstInRow(places: Int32Array, size: number, row: number): number {
  let [from, to] = [0, places.length / size];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (places[size * middle]! >= row) to = middle;
    else from = middle + 1;
  }
  return from;
}
