import { type Border, borderOf, countPassages } from '../edges/border.ts';
import { stepsPerVertex } from '../edges/centre-edges.ts';
import { IntricateAreaError } from '../edges/intricate-area.ts';
import type { CellPolygons } from '../grid/cell-polygons.ts';
import type { Window } from '../grid/window.ts';
import { type PlacingLimits, rowsWithin } from './scan-limits.ts';

/**
 * The border of polygons, and the rows of a window through which it passes. Throws
 * IntricateAreaError if it passes through them more than `mostCrossings` times.
 */
export function borderWithin(
  polygons: CellPolygons,
  window: Window,
  { mostCrossings, budget }: Required<PlacingLimits>,
): { readonly border: Border; readonly firstRow: number; readonly endRow: number } {
  const border = borderOf(polygons);
  budget.spend(border.count * stepsPerVertex);
  const { firstRow, endRow } = rowsWithin(border, window);
  const passages = countPassages(border, firstRow, endRow);
  if (passages <= mostCrossings) return { border, firstRow, endRow };
  throw new IntricateAreaError(
    `the area's border passes through rows of cells ${passages} times, expected at most ${mostCrossings}`,
  );
}
