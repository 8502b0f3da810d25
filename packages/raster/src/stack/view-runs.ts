import { forEachRun } from '../spans/span-runs.ts';
import type { Spans } from '../spans/spans.ts';
import type { Rectangle, View } from './rectangle.ts';

/**
 * Receives a run of cells: the index of its first sample in each view, the number of cells, the
 * share of each, in parts of `wholeCell`, and their row. The array is reused for the next run.
 */
export type ViewRunVisitor = (from: readonly number[], length: number, parts: number, row: number) => void;

/**
 * Calls back for every run of cells of the spans in the rectangle. Cells with a share come one by
 * one.
 */
export function forEachViewRun(
  spans: Spans,
  rectangle: Rectangle,
  views: readonly (View | undefined)[],
  visit: ViewRunVisitor,
): void {
  const from = views.map(() => 0);
  forEachRun(spans, rectangle, (row, firstColumn, endColumn, parts) => {
    for (let i = 0; i < views.length; i++) {
      const view = views[i];
      if (view === undefined) continue;
      from[i] = view.offset + (row - rectangle.firstRow) * view.stride + firstColumn - rectangle.firstColumn;
    }
    visit(from, endColumn - firstColumn, parts, row);
  });
}
