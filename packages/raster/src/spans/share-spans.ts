import { type Budget, unlimited } from '@cellshed/budget';
import { type Border, borderOf, countPassages } from '../edges/border.ts';
import { stepsPerVertex } from '../edges/centre-edges.ts';
import { scanSides, stepCounter } from '../edges/side-scan.ts';
import type { SideVisitor, StepCounter } from '../edges/side-visitor.ts';
import type { CellPolygons } from '../grid/cell-polygons.ts';
import type { Window } from '../grid/window.ts';
import { borderWithin } from './border-within.ts';
import { defaultCrossings, mostScanned, type PlacingLimits, squeezed } from './scan-limits.ts';
import { spanList } from './span-list.ts';
import { type Shares, type Spans, wholeCell } from './spans.ts';

/**
 * The cells of the window that have a share in the polygons, and the share: its area to within
 * 1e-12 of a cell, rounded to the nearest of `wholeCell` parts. A cell of no parts is left out, one
 * of all parts is whole. Even–odd within a polygon, union between polygons: where they overlap,
 * area counts once. The columns of an area may span 4,000 for that precision; it falls in
 * proportion to more. Throws IntricateAreaError if the border passes through rows of the window
 * more than `mostCrossings` times, or overlaps itself in rows or runs along them so often that
 * finding its sides would take more than a quarter as many steps.
 */
export function shareSpansOf(polygons: CellPolygons, window: Window, limits: PlacingLimits = {}): Spans {
  return scannedShares(polygons, window, limits).spans;
}

/**
 * The cells of the window, as shareSpansOf finds them, and the area, as shareOf finds it. One scan
 * is enough for both where the window has all of the border.
 */
export function sharesAndArea(
  polygons: CellPolygons,
  window: Window,
  limits: PlacingLimits = {},
): { readonly spans: Spans; readonly area: number } {
  const { spans, area } = scannedShares(polygons, window, limits);
  return { spans, area: area ?? shareOf(polygons, limits) };
}

/** The cells of the window, and the area if it is that of a scan of the whole border. */
function scannedShares(
  polygons: CellPolygons,
  window: Window,
  { mostCrossings, budget = unlimited }: PlacingLimits,
): { readonly spans: Spans; readonly area: number | undefined } {
  const most = mostCrossings ?? defaultCrossings;
  const { border, firstRow, endRow } = borderWithin(polygons, window, { mostCrossings: most, budget });
  const origin = Math.max(window.firstColumn, border.firstColumn);
  const width = Math.max(Math.min(window.endColumn, border.endColumn) - origin, 0);
  const spans = spanList(firstRow, endRow);
  const shares = shareList(firstRow, endRow);
  const step = stepCounter(most / 4, budget);
  const visitor = rowShares(width, step, (at, column, endColumn, parts) => {
    spans.add(at, origin + column, origin + endColumn);
    if (parts < wholeCell) shares.add(at, origin + column, parts);
  });
  const sum = areaSum();
  const both: SideVisitor = {
    ...visitor,
    side: (column, toColumn, height, sign) => {
      sum.side(column, toColumn, height, sign);
      visitor.side(column, toColumn, height, sign);
    },
  };
  scanSides(border, { firstRow, endRow, origin, step, budget }, both);
  const isAll =
    firstRow === border.firstRow &&
    endRow === border.endRow &&
    origin === border.firstColumn &&
    isScannedByRows(border, mostCrossings);
  return { spans: { ...spans.done(), shares: shares.done() }, area: isAll ? sum.area() : undefined };
}

/**
 * The area of the polygons in cells, on rasters or not: the sum of the shares of all cells of the
 * lattice. If the border passes through more rows than `mostCrossings` (by default in proportion to
 * its vertices), several rows are scanned at once, which changes the area only by rounding. Throws
 * IntricateAreaError as shareSpansOf does.
 */
export function shareOf(polygons: CellPolygons, { mostCrossings, budget = unlimited }: PlacingLimits = {}): number {
  const step = stepCounter((mostCrossings ?? defaultCrossings) / 4, budget);
  return scannedArea(polygons, { mostCrossings, step, budget });
}

interface AreaWork {
  readonly mostCrossings: number | undefined;
  readonly step: StepCounter;
  readonly budget: Budget;
}

function scannedArea(polygons: CellPolygons, { mostCrossings, step, budget }: AreaWork): number {
  const border = borderOf(polygons);
  budget.spend(border.count * stepsPerVertex);
  const { firstRow, endRow, firstColumn, count } = border;
  if (!isScannedByRows(border, mostCrossings)) {
    const most = mostCrossings ?? mostScanned(count);
    const rows = Math.ceil(workOf(border) / most);
    return scannedArea(squeezed(polygons, rows), { mostCrossings: 2 * most, step, budget }) * rows;
  }
  const sum = areaSum();
  const none = () => undefined;
  scanSides(
    border,
    { firstRow, endRow, origin: firstColumn, step, budget },
    { begin: none, side: sum.side, end: none, endRow: none },
  );
  return sum.area();
}

/** Whether each row is scanned for the area, and not several at once. */
function isScannedByRows(border: Border, mostCrossings: number | undefined): boolean {
  return workOf(border) <= Math.max(mostCrossings ?? mostScanned(border.count), 2 * border.count);
}

function workOf(border: Border): number {
  const { firstRow, endRow } = border;
  return Math.max(countPassages(border, firstRow, endRow), endRow - firstRow);
}

/** Adds up the area on the right of sides. */
function areaSum(): Pick<SideVisitor, 'side'> & { area(): number } {
  let area = 0;
  return {
    side: (column, toColumn, height, sign) => {
      area -= (sign * height * (column + toColumn)) / 2;
    },
    area: () => area,
  };
}

/** Receives cells that have the same share in the area. */
type RunVisitor = (row: number, column: number, endColumn: number, parts: number) => void;

/**
 * Adds up the shares of the cells from column 0 to before `width`, and passes runs of them on, row
 * by row from left to right.
 */
function rowShares(width: number, step: StepCounter, visit: RunVisitor): SideVisitor {
  // The difference between the share of a cell and that of the cell on its left.
  const rises = new Float64Array(width + 1);
  // The cells of clusters that share cells, and whether the place left of them is in the area.
  let first = 0;
  let end = 0;
  let after = false;
  const flush = (row: number) => {
    let share = after ? 1 : 0;
    for (let column = first; column < end; column++) {
      share += rises[column]!;
      rises[column] = 0;
      const parts = Math.round(share * wholeCell);
      if (parts > 0) visit(row, column, column + 1, parts);
    }
    rises[end] = 0;
  };
  return {
    begin(row, left, inside) {
      const column = Math.min(Math.max(Math.floor(left), 0), width);
      if (column < end) return;
      flush(row);
      if (inside && column > end) visit(row, end, column, wholeCell);
      first = column;
      end = column;
      after = inside;
    },
    side(column, toColumn, height, sign) {
      let left = Math.min(column, toColumn);
      let right = Math.max(column, toColumn);
      if (left >= width) return;
      if (left >= 0 && right <= Math.floor(left) + 1) {
        addSide(rises, left, right, sign * height);
        return;
      }
      const slope = (sign * height) / (right - left);
      if (left < 0) {
        rises[0]! += right <= 0 ? sign * height : -left * slope;
        left = 0;
      }
      right = Math.min(right, width);
      step(Math.max(right - left, 0));
      for (let next = left; left < right; left = next) {
        next = Math.min(Math.floor(left) + 1, right);
        addSide(rises, left, next, (next - left) * slope);
      }
    },
    end(right) {
      end = Math.max(end, Math.min(Math.ceil(right), width));
    },
    endRow(row) {
      flush(row);
      first = 0;
      end = 0;
      after = false;
    },
  };
}

/**
 * Adds a side: its own cell gets the part right of it, all cells further right its whole height.
 */
function addSide(rises: Float64Array, left: number, right: number, height: number): void {
  const column = Math.floor(left);
  const beside = ((left + right) / 2 - column) * height;
  rises[column]! += height - beside;
  rises[column + 1]! += beside;
}

/** Collects the shares of cells, row by row and in each row from left to right. */
function shareList(firstRow: number, endRow: number) {
  const rowStarts = new Uint32Array(endRow - firstRow + 1);
  let columns = new Int32Array(256);
  let parts = new Uint32Array(256);
  let length = 0;
  return {
    add(row: number, column: number, part: number): void {
      if (length === columns.length) {
        const [more, moreParts] = [new Int32Array(2 * length), new Uint32Array(2 * length)];
        more.set(columns);
        moreParts.set(parts);
        [columns, parts] = [more, moreParts];
      }
      columns[length] = column;
      parts[length++] = part;
      rowStarts[row - firstRow + 1]!++;
    },
    done(): Shares {
      for (let r = 1; r < rowStarts.length; r++) rowStarts[r]! += rowStarts[r - 1]!;
      return { rowStarts, columns: columns.slice(0, length), parts: parts.slice(0, length) };
    },
  };
}
