import { unlimited } from '@cellshed/budget';
import { borderOf } from '../edges/border.ts';
import { centreEdgesOf, countCrossings, stepsPerVertex } from '../edges/centre-edges.ts';
import { IntricateAreaError } from '../edges/intricate-area.ts';
import { cellsInBands, centreRule } from '../edges/row-bands.ts';
import { scanRows } from '../edges/row-scan.ts';
import type { CellPolygons } from '../grid/cell-polygons.ts';
import type { Window } from '../grid/window.ts';
import { defaultCrossings, mostScanned, type PlacingLimits, rowsWithin, squeezed } from './scan-limits.ts';
import { spanList } from './span-list.ts';
import type { Spans } from './spans.ts';

/**
 * The cells of the window whose centres are in the polygons, each once: even–odd within a polygon,
 * union between polygons. A centre exactly on an edge belongs to the polygon on its left; one
 * exactly on a horizontal edge to the polygon below. Throws IntricateAreaError if the border
 * crosses rows of the window more than `mostCrossings` times.
 */
export function spansOf(
  polygons: CellPolygons,
  window: Window,
  { mostCrossings = defaultCrossings, budget = unlimited }: PlacingLimits = {},
): Spans {
  const edges = centreEdgesOf(polygons);
  budget.spend(edges.count * stepsPerVertex);
  const { firstRow, endRow } = rowsWithin(edges, window);
  const crossings = countCrossings(edges, firstRow, endRow);
  if (crossings > mostCrossings) {
    throw new IntricateAreaError(
      `the area's border crosses rows of cells ${crossings} times, expected at most ${mostCrossings}`,
    );
  }
  const spans = spanList(firstRow, endRow);
  scanRows(
    edges,
    [firstRow, endRow],
    (row, starts, ends, count) => {
      for (let i = 0; i < count; i++) {
        const start = Math.max(starts[i]!, window.firstColumn);
        const end = Math.min(ends[i]!, window.endColumn);
        if (start < end) spans.add(row, start, end);
      }
    },
    budget,
  );
  return spans.done();
}

/**
 * The number of all cells of the lattice whose centres are in the polygons, on rasters or not. If
 * the border crosses more rows than `mostCrossings` (by default in proportion to its vertices),
 * rows are counted by bands (see cellsInBands). If that is still too much work, every k-th row
 * stands for k rows.
 */
export function cellsOf(polygons: CellPolygons, { mostCrossings, budget = unlimited }: PlacingLimits = {}): number {
  const edges = centreEdgesOf(polygons);
  budget.spend(edges.count * stepsPerVertex);
  const most = mostCrossings ?? mostScanned(edges.count);
  const scan = (firstRow: number, endRow: number): number => {
    let cells = 0;
    const add: Parameters<typeof scanRows>[2] = (_row, starts, ends, count) => {
      for (let i = 0; i < count; i++) cells += ends[i]! - starts[i]!;
    };
    scanRows(edges, [firstRow, endRow], add, budget);
    return cells;
  };
  const work = Math.max(countCrossings(edges, edges.firstRow, edges.endRow), edges.endRow - edges.firstRow);
  if (work <= most) return scan(edges.firstRow, edges.endRow);
  const cells = cellsInBands(borderOf(polygons), { rule: centreRule, scan, most, budget });
  if (cells !== undefined) return cells;
  const thinning = Math.ceil(work / most);
  return cellsOf(squeezed(polygons, thinning), { mostCrossings: 2 * most, budget }) * thinning;
}
