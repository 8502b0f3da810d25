import { wholeCell } from '../spans/spans.ts';
import type { Rectangle, View } from './rectangle.ts';

/**
 * Receives the index of the first sample in each view, in an array that is reused for the next run.
 */
type FromVisitor<Rest extends readonly unknown[]> = (from: readonly number[], ...rest: Rest) => void;

/**
 * Receives a run of cells: the index of its first sample in each view, the number of cells, the
 * share of each, in parts of `wholeCell`, and their row.
 */
export type ViewRunVisitor = FromVisitor<[length: number, parts: number, row: number]>;

/**
 * Calls back for every run of an area's whole cells in the rectangle, and then for each of its
 * cells in part.
 */
export function forEachViewRun(rectangle: Seen, views: readonly (View | undefined)[], visit: ViewRunVisitor): void {
  const { whole } = rectangle.runs;
  const fromAt = viewIndexes(rectangle, views);
  for (let at = 0; at < whole.length; at += 3) {
    const row = whole[at]!;
    const column = whole[at + 1]!;
    visit(fromAt(row, column), whole[at + 2]! - column, wholeCell, row);
  }
  forEachShared(rectangle, views, (from, parts, row) => visit(from, 1, parts, row));
}

/** Calls back for each of an area's cells in part in the rectangle, with its share and its row. */
export function forEachShared(
  rectangle: Seen,
  views: readonly (View | undefined)[],
  visit: FromVisitor<[parts: number, row: number]>,
): void {
  const { shared, parts } = rectangle.runs;
  if (parts.length === 0) return;
  const fromAt = viewIndexes(rectangle, views);
  for (let k = 0; k < parts.length; k++) {
    const row = shared[2 * k]!;
    visit(fromAt(row, shared[2 * k + 1]!), parts[k]!, row);
  }
}

type Seen = Omit<Rectangle, 'views'>;

function viewIndexes({ firstRow, firstColumn }: Seen, views: readonly (View | undefined)[]) {
  const from = views.map(() => 0);
  return (row: number, column: number): readonly number[] => {
    for (let i = 0; i < views.length; i++) {
      const view = views[i];
      if (view !== undefined) from[i] = view.offset + (row - firstRow) * view.stride + column - firstColumn;
    }
    return from;
  };
}
