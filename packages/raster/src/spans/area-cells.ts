import type { Budget } from '@cellshed/budget';
import type { CellLines, CellPolygons } from '../grid/cell-polygons.ts';
import type { Window, World } from '../grid/window.ts';
import { cellsOf, spansOf } from './centre-spans.ts';
import { lineSpansOf } from './line-spans.ts';
import { shareSpansOf, sharesAndArea } from './share-spans.ts';
import { spanList } from './span-list.ts';
import { endRowOf, forEachRun } from './span-runs.ts';
import { type Spans, wholeCell } from './spans.ts';
import { touchedCellsOf, touchedSpansOf } from './touched-spans.ts';

export interface AreaCells {
  /** The area's cells in a window. */
  readonly spans: Spans;
  /** The number of all its cells, in the window or not; cells in part count by their share. */
  readonly areaCells: number;
}

export interface Placing {
  /** Cells beyond it do not count: polygons that cross its ends also occur where they continue. */
  readonly world?: World | undefined;
  readonly budget?: Budget;
}

/**
 * The cells whose centres are in the polygons, as spansOf and cellsOf find them. Throws as these
 * do.
 */
export function centreCells(polygons: CellPolygons, window: Window, { world, ...limits }: Placing = {}): AreaCells {
  const spans = spansOf(polygons, inWorld(window, world), limits);
  if (isWithin(window, polygons)) return { spans, areaCells: spans.cells };
  const whole = wholeWorld(polygons, world);
  return { spans, areaCells: whole ? spansOf(polygons, whole, limits).cells : cellsOf(polygons, limits) };
}

/**
 * The cells that the polygons touch, as touchedSpansOf and touchedCellsOf find them. Throws as
 * these do.
 */
export function touchedCells(polygons: CellPolygons, window: Window, { world, ...limits }: Placing = {}): AreaCells {
  const spans = touchedSpansOf(polygons, inWorld(window, world), limits);
  if (isWithin(window, polygons)) return { spans, areaCells: spans.cells };
  const whole = wholeWorld(polygons, world);
  return { spans, areaCells: whole ? touchedSpansOf(polygons, whole, limits).cells : touchedCellsOf(polygons, limits) };
}

/**
 * The cells with a share in the polygons, as shareSpansOf and shareOf find them. Throws as these
 * do.
 */
export function sharedCells(polygons: CellPolygons, window: Window, { world, ...limits }: Placing = {}): AreaCells {
  const bounds = inWorld(window, world);
  const whole = wholeWorld(polygons, world);
  if (whole)
    return {
      spans: shareSpansOf(polygons, bounds, limits),
      areaCells: sharesIn(shareSpansOf(polygons, whole, limits)),
    };
  const { spans, area } = sharesAndArea(polygons, bounds, limits);
  return { spans, areaCells: area };
}

/** The rules by which cells are in polygons. */
export const cellRules = { centre: centreCells, touched: touchedCells, fraction: sharedCells };

/** The cells on the lines in the polygons, as lineSpansOf finds them. Throws as it does. */
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
  // In a larger window cells have no numbers of their own: see keyList.
  if ((around.endColumn - around.firstColumn) * (around.endRow - around.firstRow) > Number.MAX_SAFE_INTEGER)
    return { spans: lineSpansOf(lines, polygons, bounds, limits), areaCells: all.cells };
  return { spans: spansWithin(all, bounds), areaCells: all.cells };
}

/** The whole cells of spans in a window. */
function spansWithin(all: Spans, window: Window): Spans {
  const firstRow = Math.max(all.firstRow, window.firstRow);
  const spans = spanList(firstRow, Math.max(firstRow, Math.min(endRowOf(all), window.endRow)));
  forEachRun(all, window, (row, start, end) => spans.add(row, start, end));
  return spans.done();
}

/** The part of a window in the world. */
export function inWorld(window: Window, world: World | undefined): Window {
  if (world === undefined) return window;
  const firstColumn = Math.max(window.firstColumn, world.firstColumn);
  return { ...window, firstColumn, endColumn: Math.max(firstColumn, Math.min(window.endColumn, world.endColumn)) };
}

/** All rows of polygons that reach beyond the world, in its columns; undefined if none does. */
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

/** The smallest window of all cells that contain positions of the polygons. */
function windowAround(polygons: CellPolygons): Window {
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (const ring of polygons.flat()) {
    for (let i = 0; i < ring.length; i += 2) {
      left = Math.min(left, ring[i]!);
      right = Math.max(right, ring[i]!);
      top = Math.min(top, ring[i + 1]!);
      bottom = Math.max(bottom, ring[i + 1]!);
    }
  }
  return {
    firstColumn: Math.floor(left),
    endColumn: Math.floor(right) + 1,
    firstRow: Math.floor(top),
    endRow: Math.floor(bottom) + 1,
  };
}

/**
 * Tells whether polygons surely have no cell outside a window; a position on its edge might have
 * one.
 */
function isWithin(window: Window, polygons: CellPolygons): boolean {
  const { firstColumn, endColumn, firstRow, endRow } = windowAround(polygons);
  return (
    firstColumn > window.firstColumn &&
    endColumn < window.endColumn &&
    firstRow > window.firstRow &&
    endRow < window.endRow
  );
}
