import type { Budget } from '@cellshed/budget';
import { type Border, edgesByRow, portionsOf } from './border.ts';
import { clusterScan } from './cluster-scan.ts';
import { IntricateAreaError } from './intricate-area.ts';
import { rowPieces } from './row-pieces.ts';
import type { SideVisitor, StepCounter } from './side-visitor.ts';

export interface ScanWork {
  readonly firstRow: number;
  readonly endRow: number;
  readonly origin: number;
  readonly step: StepCounter;
  readonly budget: Budget;
}

/**
 * Scans the rows from `firstRow` to before `endRow` that have edges. Even–odd within a polygon,
 * union between polygons.
 *
 *     ┌─────╱───────────╲────────╱────┐    The edges in a row form clusters that share no
 *     │    ╱             ╲      ╱     │    column. If a cluster is one chain from the upper line
 *     │    ╲              ╲╱╲  ╱      │    to the lower that nowhere turns back, the area is on
 *     │     ╲              ┄ ╳┄       │    one side of all of it. All others are cut into strips
 *     └──────╲──────────────╱─╲───────┘    where an edge begins, ends or crosses another.
 *
 * In a strip the edges are side by side, and the area begins or ends at each, except within another
 * polygon or at a twin.
 */
export function scanSides(border: Border, work: ScanWork, visitor: SideVisitor): void {
  const row = rowPieces(border, work.origin);
  const scanCluster = clusterScan(border, work.step, visitor);
  let unspent = 0;
  for (const [top, bottom] of portionsOf(border, work.firstRow, work.endRow)) {
    work.budget.spend(2 * border.count + bottom - top);
    const { starts, edges } = edgesByRow(border, top, bottom);
    for (let r = top; r < bottom; r++) {
      const from = starts[r - top]!;
      const to = starts[r - top + 1]!;
      if (from === to) continue;
      unspent += to - from;
      if (unspent >= stepsUnspent) {
        work.budget.spend(unspent * stepsPerPassage);
        unspent = 0;
      }
      row.fill(r, edges, from, to);
      const { pieces } = row;
      const { order, left, right } = pieces;
      for (let first = 0, end = 0; first < to - from; first = end) {
        let reach = right[order[first]!]!;
        for (end = first + 1; end < to - from && left[order[end]!]! <= reach; end++) {
          reach = Math.max(reach, right[order[end]!]!);
        }
        scanCluster(pieces, { row: r, first, end, reach });
      }
      visitor.endRow(r);
    }
  }
}

/** The cost of sorting the piece of an edge in a row, and of reporting it. */
const stepsPerPassage = 6;

/**
 * A step sorts a piece into a strip, or takes a cell that a side crosses; it costs as many steps of
 * a budget.
 */
const stepsPerStep = 4;

/** Steps are spent in groups of this size. */
const stepsUnspent = 2 ** 10;

export function stepCounter(mostSteps: number, budget: Budget): StepCounter {
  let [made, unspent] = [0, 0];
  return (steps) => {
    made += steps;
    unspent += steps;
    if (unspent >= stepsUnspent) {
      budget.spend(Math.ceil(unspent) * stepsPerStep);
      unspent = 0;
    }
    if (made > mostSteps) {
      throw new IntricateAreaError(
        `the area's border overlaps itself or runs along rows so often that telling shares of cells takes more than ${mostSteps} steps`,
      );
    }
  };
}
