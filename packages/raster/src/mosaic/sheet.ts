import type { Window } from '../grid/window.ts';
import type { Raster } from '../tiles/raster.ts';

/** A file of a raster, and the cells of the raster that it has. */
export interface Sheet {
  /** An absolute path or a URL. */
  readonly url: string;
  /** The version of the file when the raster was opened. */
  readonly version: string;
  /** The cells of the raster that the file has. */
  readonly to: Window;
  /** The cell of the file that is the first one of `to`. */
  readonly from: { readonly column: number; readonly row: number };
  readonly holes: SheetHoles;
}

/**
 * The rule for cells of a file without a value: `none`, all samples are taken as they are;
 * `hiding`, no data hides the files beneath; `open`, it lets them be seen; or samples of one value
 * do.
 */
export type SheetHoles = 'none' | 'hiding' | 'open' | { readonly value: number };

/** Opens a file for the duration of `work`, or uses the open one. */
export type UseSheet = <T>(sheet: Sheet, work: (raster: Raster) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** The cells in both windows; undefined if there are none. */
export function intersection(a: Window, b: Window): Window | undefined {
  const both = {
    firstColumn: Math.max(a.firstColumn, b.firstColumn),
    endColumn: Math.min(a.endColumn, b.endColumn),
    firstRow: Math.max(a.firstRow, b.firstRow),
    endRow: Math.min(a.endRow, b.endRow),
  };
  return both.firstColumn < both.endColumn && both.firstRow < both.endRow ? both : undefined;
}

/** Tells whether all cells of `inner` are in `outer`. */
export function contains(outer: Window, inner: Window): boolean {
  return (
    outer.firstColumn <= inner.firstColumn &&
    outer.endColumn >= inner.endColumn &&
    outer.firstRow <= inner.firstRow &&
    outer.endRow >= inner.endRow
  );
}

/** Moves a window to the right and down. */
export function moved(window: Window, columns: number, rows: number): Window {
  return {
    firstColumn: window.firstColumn + columns,
    endColumn: window.endColumn + columns,
    firstRow: window.firstRow + rows,
    endRow: window.endRow + rows,
  };
}

/** The window of all cells of a size. */
export function wholeOf({ width, height }: { readonly width: number; readonly height: number }): Window {
  return { firstColumn: 0, firstRow: 0, endColumn: width, endRow: height };
}
