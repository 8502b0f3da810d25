import type { Raster } from '../raster.ts';
import type { Window } from '../spans.ts';

/** One of the files that make a raster, and which of the raster's cells are its own. */
export interface Sheet {
  /** An absolute path or a URL. */
  readonly url: string;
  /** What the file held when the raster was opened. */
  readonly version: string;
  /** The cells of the raster that are the file's, within the raster. */
  readonly to: Window;
  /** The file's cell that is the first one of `to`. */
  readonly from: { readonly column: number; readonly row: number };
  readonly holes: SheetHoles;
}

/**
 * What becomes of cells of a file that have no value: all of its samples are taken as they are; its
 * no data hides what lies beneath, or lets it be seen; or samples of one value do.
 */
export type SheetHoles = 'none' | 'hiding' | 'open' | { readonly value: number };

/** Opens a file for as long as `work` takes, or uses it where it is open. */
export type UseSheet = <T>(sheet: Sheet, work: (raster: Raster) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** The cells that lie in both windows; undefined: there are none. */
export function intersection(a: Window, b: Window): Window | undefined {
  const both = {
    firstColumn: Math.max(a.firstColumn, b.firstColumn),
    endColumn: Math.min(a.endColumn, b.endColumn),
    firstRow: Math.max(a.firstRow, b.firstRow),
    endRow: Math.min(a.endRow, b.endRow),
  };
  return both.firstColumn < both.endColumn && both.firstRow < both.endRow ? both : undefined;
}

/** Whether all cells of `inner` lie in `outer`. */
export function contains(outer: Window, inner: Window): boolean {
  return (
    outer.firstColumn <= inner.firstColumn &&
    outer.endColumn >= inner.endColumn &&
    outer.firstRow <= inner.firstRow &&
    outer.endRow >= inner.endRow
  );
}

/** A window so many columns to the right and rows down. */
export function moved(window: Window, columns: number, rows: number): Window {
  return {
    firstColumn: window.firstColumn + columns,
    endColumn: window.endColumn + columns,
    firstRow: window.firstRow + rows,
    endRow: window.endRow + rows,
  };
}

/** All cells of something of a size. */
export function wholeOf({ width, height }: { readonly width: number; readonly height: number }): Window {
  return { firstColumn: 0, firstRow: 0, endColumn: width, endRow: height };
}
