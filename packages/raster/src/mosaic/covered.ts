import type { Window } from '../grid/window.ts';
import { intersection } from './sheet.ts';

/** Tells whether each cell of a window is in one of several windows. */
export function areCovered(window: Window, covers: readonly Window[]): boolean {
  const inside = covers.flatMap((cover) => intersection(cover, window) ?? []);
  const cuts = [...new Set([window.firstRow, ...inside.flatMap(({ firstRow, endRow }) => [firstRow, endRow])])];
  const rows = cuts.filter((row) => row < window.endRow).sort((a, b) => a - b);
  const byColumn = inside.toSorted((a, b) => a.firstColumn - b.firstColumn);
  // Between two cuts, all rows are covered alike.
  return rows.every((row) => {
    let end = window.firstColumn;
    for (const cover of byColumn) {
      if (cover.firstRow > row || cover.endRow <= row) continue;
      if (cover.firstColumn > end) return false;
      end = Math.max(end, cover.endColumn);
    }
    return end >= window.endColumn;
  });
}
