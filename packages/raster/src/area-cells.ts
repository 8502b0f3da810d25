import type { Budget } from '@catchment/budget';
import type { CellLines, CellPolygons } from './cell-polygons.ts';
import { lineSpansOf } from './line-spans.ts';
import { shareOf, shareSpansOf } from './share-spans.ts';
import { spanList } from './span-list.ts';
import { endRowOf, forEachRun } from './span-runs.ts';
import { cellsOf, type Spans, spansOf, type Window, wholeCell } from './spans.ts';
import { touchedCellsOf, touchedSpansOf } from './touched-spans.ts';

export interface AreaCells {
  /** The area's cells in a window. */
  readonly spans: Spans;
  /** All its cells, in the window or not; those in part by their share. */
  readonly areaCells: number;
}

/** Columns of the lattice that go once around the world; beyond them the same places come again. */
export type World = Pick<Window, 'firstColumn' | 'endColumn'>;

export interface Placing {
  /** None counts beyond it: polygons that reach over its ends are also there where they go on. */
  readonly world?: World | undefined;
  readonly budget?: Budget;
}

/**
 * The cells whose centres lie in the polygons, as spansOf and cellsOf find them, and what these
 * throw.
 */
export function centreCells(polygons: CellPolygons, window: Window, { world, ...limits }: Placing = {}): AreaCells {
  const spans = spansOf(polygons, inWorld(window, world), limits);
  if (isWithin(window, polygons)) return { spans, areaCells: spans.cells };
  const whole = wholeWorld(polygons, world);
  return { spans, areaCells: whole ? spansOf(polygons, whole, limits).cells : cellsOf(polygons, limits) };
}

/**
 * The cells that the polygons touch, as touchedSpansOf and touchedCellsOf find them, and what these
 * throw.
 */
export function touchedCells(polygons: CellPolygons, window: Window, { world, ...limits }: Placing = {}): AreaCells {
  const spans = touchedSpansOf(polygons, inWorld(window, world), limits);
  if (isWithin(window, polygons)) return { spans, areaCells: spans.cells };
  const whole = wholeWorld(polygons, world);
  return { spans, areaCells: whole ? touchedSpansOf(polygons, whole, limits).cells : touchedCellsOf(polygons, limits) };
}

/**
 * The cells of which a share lies in the polygons, as shareSpansOf and shareOf find them, and what
 * these throw.
 */
export function sharedCells(polygons: CellPolygons, window: Window, { world, ...limits }: Placing = {}): AreaCells {
  const spans = shareSpansOf(polygons, inWorld(window, world), limits);
  const whole = wholeWorld(polygons, world);
  return { spans, areaCells: whole ? sharesIn(shareSpansOf(polygons, whole, limits)) : shareOf(polygons, limits) };
}

/** The cells on the lines in the polygons, as lineSpansOf finds them, and what that throws. */
export function lineCells(
  lines: CellLines,
  polygons: CellPolygons,
  window: Window,
  { world, ...limits }: Placing = {},
): AreaCells {
  const bounds = inWorld(window, world);
  if (isWithin(bounds, polygons)) {
    const spans = lineSpansOf(lines, polygons, bounds, limits);
    return { spans, areaCells: spans.cells };
  }
  const around = inWorld(windowAround(polygons), world);
  const all = lineSpansOf(lines, polygons, around, limits);
  // Beyond that cells cannot be told apart: see keyList.
  if ((around.endColumn - around.firstColumn) * (around.endRow - around.firstRow) > Number.MAX_SAFE_INTEGER)
    return { spans: lineSpansOf(lines, polygons, bounds, limits), areaCells: all.cells };
  return { spans: spansWithin(all, bounds), areaCells: all.cells };
}

/** Those of whole cells that lie in a window. */
function spansWithin(all: Spans, window: Window): Spans {
  const firstRow = Math.max(all.firstRow, window.firstRow);
  const spans = spanList(firstRow, Math.max(firstRow, Math.min(endRowOf(all), window.endRow)));
  forEachRun(all, window, (row, start, end) => spans.add(row, start, end));
  return spans.done();
}

/** What of a window is in the world. */
export function inWorld(window: Window, world: World | undefined): Window {
  if (world === undefined) return window;
  const firstColumn = Math.max(window.firstColumn, world.firstColumn);
  return { ...window, firstColumn, endColumn: Math.max(firstColumn, Math.min(window.endColumn, world.endColumn)) };
}

/** All rows of polygons that reach beyond the world, in its columns; undefined: none does. */
function wholeWorld(polygons: CellPolygons, world: World | undefined): Window | undefined {
  if (world === undefined) return undefined;
  const around = windowAround(polygons);
  const isInside = around.firstColumn >= world.firstColumn && around.endColumn <= world.endColumn;
  return isInside ? undefined : { ...around, ...world };
}

function sharesIn({ cells, shares }: Spans): number {
  if (shares === undefined) return cells;
  return cells - shares.parts.length + shares.parts.reduce((sum, part) => sum + part, 0) / wholeCell;
}

/** The smallest window that holds all cells in which there are positions of the polygons. */
export function windowAround(polygons: CellPolygons): Window {
  let [firstColumn, endColumn, firstRow, endRow] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const ring of polygons.flat()) {
    for (let i = 0; i < ring.length; i += 2) {
      const [column, row] = [Math.floor(ring[i]!), Math.floor(ring[i + 1]!)];
      firstColumn = Math.min(firstColumn, column);
      endColumn = Math.max(endColumn, column + 1);
      firstRow = Math.min(firstRow, row);
      endRow = Math.max(endRow, row + 1);
    }
  }
  return { firstColumn, endColumn, firstRow, endRow };
}

/** Whether polygons surely have no cell outside of a window: a position on its edge might. */
function isWithin(window: Window, polygons: CellPolygons): boolean {
  const { firstColumn, endColumn, firstRow, endRow } = windowAround(polygons);
  return (
    firstColumn > window.firstColumn &&
    endColumn < window.endColumn &&
    firstRow > window.firstRow &&
    endRow < window.endRow
  );
}
