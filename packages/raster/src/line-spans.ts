import type { CellLines, CellPolygons } from './cell-polygons.ts';
import { clipLines } from './clip-lines.ts';
import { spanList } from './span-list.ts';
import { IntricateAreaError, type Spans, type Window } from './spans.ts';

/** Keeps the cells of lines under 70 MB. */
const defaultCells = 2 ** 23;

/**
 * The cells of the window on those parts of the lines that lie in the polygons, each once. The lines are clipped to the polygons
 * (see clipLines); then, between the cells in which two consecutive positions of what is left lie, the cells on the line that
 * Bresenham draws, each sharing a side or a corner with the next. With the longer way from cell to cell n and the shorter m, the
 * k-th cell along the longer way is ceil((k m - floor(n / 2)) / n) along the shorter: half-way between two cells is the one
 * nearer the beginning, so that a line and its reverse can differ. This is what GeoTrellis's Rasterizer.foreachCellByLineString does.
 *
 * Throws IntricateAreaError when lines pass through cells of the window more than `mostCells` times.
 */
export function lineSpansOf(lines: CellLines, polygons: CellPolygons, window: Window, mostCells = defaultCells): Spans {
  const { firstColumn, endColumn, firstRow, endRow } = window;
  const width = endColumn - firstColumn;
  let keys = new Float64Array(256);
  let length = 0;
  const add = (column: number, row: number) => {
    if (column < firstColumn || column >= endColumn || row < firstRow || row >= endRow) return;
    const key = (row - firstRow) * width + column - firstColumn;
    if (length > 0 && keys[length - 1] === key) return;
    if (length === mostCells) {
      throw new IntricateAreaError(
        `the lines pass through cells more often than ${mostCells} times, which is the most expected`,
      );
    }
    if (length === keys.length) {
      const larger = new Float64Array(2 * length);
      larger.set(keys);
      keys = larger;
    }
    keys[length++] = key;
  };
  clipLines(lines, polygons, (x1, y1, x2, y2) =>
    drawLine([Math.floor(x1), Math.floor(y1)], [Math.floor(x2), Math.floor(y2)], window, add),
  );
  return spansOfKeys(keys.subarray(0, length).sort(), window);
}

type Cell = readonly [column: number, row: number];

/** Draws the line between two cells; of those outside of the window at least most along its longer way are left out. */
function drawLine([x1, y1]: Cell, [x2, y2]: Cell, window: Window, add: (column: number, row: number) => void): void {
  const { firstColumn, endColumn, firstRow, endRow } = window;
  const [dx, dy] = [Math.abs(x2 - x1), Math.abs(y2 - y1)];
  const [stepX, stepY] = [x1 < x2 ? 1 : -1, y1 < y2 ? 1 : -1];
  const half = Math.floor(Math.max(dx, dy) / 2);
  if (dx > dy) {
    const [from, to] = stepX > 0 ? [firstColumn - x1, endColumn - 1 - x1] : [x1 - endColumn + 1, x1 - firstColumn];
    for (let k = Math.max(from, 0); k <= Math.min(to, dx); k++)
      add(x1 + stepX * k, y1 + stepY * Math.ceil((k * dy - half) / dx));
  } else {
    const [from, to] = stepY > 0 ? [firstRow - y1, endRow - 1 - y1] : [y1 - endRow + 1, y1 - firstRow];
    for (let k = Math.max(from, 0); k <= Math.min(to, dy); k++) {
      add(x1 + (dy === 0 ? 0 : stepX * Math.ceil((k * dx - half) / dy)), y1 + stepY * k);
    }
  }
}

/** The spans of cells of which each has a key, row by row and from left to right: sorted, some more than once. */
function spansOfKeys(keys: Float64Array, { firstColumn, endColumn, firstRow }: Window): Spans {
  const width = endColumn - firstColumn;
  const rowOf = (key: number) => firstRow + Math.floor(key / width);
  if (keys.length === 0) return spanList(firstRow, firstRow).done();
  const spans = spanList(rowOf(keys[0]!), rowOf(keys[keys.length - 1]!) + 1);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (i > 0 && key === keys[i - 1]) continue;
    const column = firstColumn + (key % width);
    spans.add(rowOf(key), column, column + 1);
  }
  return spans.done();
}
