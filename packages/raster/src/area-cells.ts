import type { CellPolygons } from './cell-polygons.ts';
import { shareOf, shareSpansOf } from './share-spans.ts';
import { cellsOf, type Spans, spansOf, type Window } from './spans.ts';
import { touchedCellsOf, touchedSpansOf } from './touched-spans.ts';

export interface AreaCells {
  /** The area's cells in a window. */
  readonly spans: Spans;
  /** All its cells, in the window or not; those in part by their share. */
  readonly areaCells: number;
}

/** The cells whose centres lie in the polygons, as spansOf and cellsOf find them, and what these throw. */
export function centreCells(polygons: CellPolygons, window: Window): AreaCells {
  const spans = spansOf(polygons, window);
  return { spans, areaCells: isWithin(window, polygons) ? spans.cells : cellsOf(polygons) };
}

/** The cells that the polygons touch, as touchedSpansOf and touchedCellsOf find them, and what these throw. */
export function touchedCells(polygons: CellPolygons, window: Window): AreaCells {
  const spans = touchedSpansOf(polygons, window);
  return { spans, areaCells: isWithin(window, polygons) ? spans.cells : touchedCellsOf(polygons) };
}

/** The cells of which a share lies in the polygons, as shareSpansOf and shareOf find them, and what these throw. */
export function sharedCells(polygons: CellPolygons, window: Window): AreaCells {
  return { spans: shareSpansOf(polygons, window), areaCells: shareOf(polygons) };
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
