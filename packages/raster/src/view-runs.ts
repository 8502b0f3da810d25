import type { Rectangle, View } from './rectangles.ts';
import { forEachRun } from './span-runs.ts';
import type { Spans } from './spans.ts';

/**
 * Takes a run of cells: with which sample of each view it begins, how many cells it has, and how
 * much of each counts, of `wholeCell` parts. The array is the next run's afterwards.
 */
export type ViewRunVisitor = (from: readonly number[], length: number, parts: number) => void;

/**
 * Calls back for every run of cells of the spans in the rectangle; cells that count in part come
 * one by one.
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
    visit(from, endColumn - firstColumn, parts);
  });
}
