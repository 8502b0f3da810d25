import type { Budget } from '@catchment/budget';
import { type Border, edgesByRow, portionsOf } from './border.ts';
import { clusterSweep } from './cluster-sweep.ts';
import { rowPieces } from './row-pieces.ts';
import { IntricateAreaError } from './spans.ts';

/**
 * Is told the sides of an area in one row of cells, from left to right in clusters; columns are
 * counted from column `origin`. Between two clusters no edge passes, so that what lies there is in
 * the area from the upper to the lower line of the row, or not.
 */
export interface SideVisitor {
  /**
   * A cluster begins: nothing of it lies further left. `inside`: whether what lies between the last
   * one and it is in the area.
   */
  begin(row: number, left: number, inside: boolean): void;
  /**
   * A side of this height, straight from one column to another, right of which the area begins
   * (`sign` 1) or ends (-1).
   */
  side(column: number, toColumn: number, height: number, sign: number): void;
  /** The cluster ends: nothing of it lies further right. */
  end(right: number): void;
  endRow(row: number): void;
}

/**
 * Is called before so many steps are made, and throws IntricateAreaError when all together are too
 * many.
 */
export type StepCounter = (steps: number) => void;

export interface SweepWork {
  readonly firstRow: number;
  readonly endRow: number;
  readonly origin: number;
  readonly step: StepCounter;
  readonly budget: Budget;
}

/**
 * Sweeps the rows from `firstRow` to before `endRow` in which there are edges. Even–odd within a
 * polygon, union between polygons.
 *
 *      ┌─────╱───────────╲────────╱────┐    The edges in a row fall into clusters, apart from each other in columns. Where a
 *      │    ╱             ╲      ╱     │    cluster is one chain from the upper line to the lower that nowhere turns back, the
 *      │    ╲              ╲╱╲  ╱      │    area lies on one side of all of it. All others are cut into strips wherever an edge
 *      │     ╲              ┄ ╳┄       │    begins, ends or crosses another; in a strip the edges lie side by side, and the
 *      └──────╲──────────────╱─╲───────┘    area begins or ends at each or, within another polygon or at a twin, does not.
 */
export function sweepSides(border: Border, work: SweepWork, visitor: SideVisitor): void {
  const row = rowPieces(border, work.origin);
  const sweepCluster = clusterSweep(border, work.step, visitor);
  let unspent = 0;
  for (const [top, bottom] of portionsOf(border, work.firstRow, work.endRow)) {
    work.budget.spend(2 * border.count + bottom - top);
    const { starts, edges } = edgesByRow(border, top, bottom);
    for (let r = top; r < bottom; r++) {
      const [from, to] = [starts[r - top]!, starts[r - top + 1]!];
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
        sweepCluster(pieces, { row: r, first, end, reach });
      }
      visitor.endRow(r);
    }
  }
}

/** Sorting the piece of an edge in a row, and telling of it. */
const stepsPerPassage = 6;

/**
 * A step sorts a piece into a strip, or takes a cell that a side crosses; it takes as many steps of
 * a budget.
 */
const stepsPerStep = 4;

/** Steps are spent some at a time. */
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
