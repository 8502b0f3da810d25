import { type Budget, unlimited } from '@cellshed/budget';
import { IntricateAreaError } from '../edges/intricate-area.ts';
import type { CellLines, CellPolygons } from '../grid/cell-polygons.ts';
import type { Window } from '../grid/window.ts';
import { clipLines } from './clip-lines.ts';
import { spanList } from './span-list.ts';
import type { Spans } from './spans.ts';

/** The most cells of lines, which keeps them under 70 MB. */
const defaultCells = 2 ** 23;

/** The cost of drawing a cell, and sorting it among the others. */
const stepsPerCell = 6;

/**
 * The cells of the window on those parts of the lines that are in the polygons, each once. The
 * lines are clipped to the polygons (see clipLines). Between the cells of two consecutive
 * positions, the cells are those of Bresenham's line, each sharing a side or a corner with the
 * next. If the longer way from cell to cell is n and the shorter m, the k-th cell along the longer
 * way is ceil((k m - floor(n / 2)) / n) along the shorter: half-way between two cells it is the one
 * nearer the beginning, so that a line and its reverse can differ. This equals GeoTrellis's
 * Rasterizer.foreachCellByLineString.
 *
 * Throws IntricateAreaError if lines pass through cells of the window more than `mostCells` times.
 */
export function lineSpansOf(
  lines: CellLines,
  polygons: CellPolygons,
  window: Window,
  { mostCells = defaultCells, budget = unlimited }: { readonly mostCells?: number; readonly budget?: Budget } = {},
): Spans {
  const keys = keyList(window, mostCells);
  clipLines(
    lines,
    polygons,
    (x1, y1, x2, y2) => {
      const [begin, end] = [[Math.floor(x1), Math.floor(y1)] as const, [Math.floor(x2), Math.floor(y2)] as const];
      const steps = stepsWithin(begin, end, window);
      if (steps.last < steps.first) return;
      const cells = steps.last - steps.first + 1;
      if (cells > mostCells + stepsMore) throw tooMany(mostCells);
      budget.spend(cells * stepsPerCell);
      drawLine(begin, end, steps, keys.add);
    },
    budget,
  );
  return spansOfKeys(keys.sorted(), window);
}

function tooMany(mostCells: number): IntricateAreaError {
  return new IntricateAreaError(
    `the lines pass through cells more often than ${mostCells} times, which is the most expected`,
  );
}

/** Collects cells of a window, each as one number. */
function keyList({ firstColumn, endColumn, firstRow, endRow }: Window, mostCells: number) {
  const width = endColumn - firstColumn;
  let keys = new Float64Array(256);
  let length = 0;
  return {
    add(column: number, row: number): void {
      if (column < firstColumn || column >= endColumn || row < firstRow || row >= endRow) return;
      const key = (row - firstRow) * width + column - firstColumn;
      if (length > 0 && keys[length - 1] === key) return;
      if (length === mostCells) throw tooMany(mostCells);
      if (length === keys.length) {
        const larger = new Float64Array(2 * length);
        larger.set(keys);
        keys = larger;
      }
      keys[length++] = key;
    },
    sorted: (): Float64Array => keys.subarray(0, length).sort(),
  };
}

type Cell = readonly [column: number, row: number];

/** Cells along the longer way of a line, numbered from its beginning. */
interface Steps {
  readonly first: number;
  readonly last: number;
}

/** The most steps beside the window. */
const stepsMore = 8;

/** The steps of a line in a window, and a few more. */
function stepsWithin([x1, y1]: Cell, [x2, y2]: Cell, { firstColumn, endColumn, firstRow, endRow }: Window): Steps {
  const columns: Cell = x1 < x2 ? [firstColumn - x1, endColumn - 1 - x1] : [x1 - endColumn + 1, x1 - firstColumn];
  const rows: Cell = y1 < y2 ? [firstRow - y1, endRow - 1 - y1] : [y1 - endRow + 1, y1 - firstRow];
  const [dx, dy] = [Math.abs(x2 - x1), Math.abs(y2 - y1)];
  const [n, m] = [Math.max(dx, dy), Math.min(dx, dy)];
  const [[from, to], [low, high]] = dx > dy ? [columns, rows] : [rows, columns];
  if (m === 0)
    return low > 0 || high < 0 ? { first: 0, last: -1 } : { first: Math.max(from, 0), last: Math.min(to, n) };
  const half = Math.floor(n / 2);
  return {
    first: Math.max(from, 0, Math.floor(((low - 1) * n + half) / m) - 1),
    last: Math.min(to, n, Math.ceil((high * n + half) / m) + 1),
  };
}

/** Draws some steps of the line between two cells. */
function drawLine(
  [x1, y1]: Cell,
  [x2, y2]: Cell,
  { first, last }: Steps,
  add: (column: number, row: number) => void,
): void {
  const [dx, dy] = [Math.abs(x2 - x1), Math.abs(y2 - y1)];
  const [stepX, stepY] = [x1 < x2 ? 1 : -1, y1 < y2 ? 1 : -1];
  const half = Math.floor(Math.max(dx, dy) / 2);
  if (dx > dy) {
    for (let k = first; k <= last; k++) add(x1 + stepX * k, y1 + stepY * Math.ceil((k * dy - half) / dx));
  } else {
    for (let k = first; k <= last; k++)
      add(x1 + (dy === 0 ? 0 : stepX * Math.ceil((k * dx - half) / dy)), y1 + stepY * k);
  }
}

/**
 * The spans of cells given by keys, row by row and from left to right. The keys are sorted, and
 * some are repeated.
 */
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
