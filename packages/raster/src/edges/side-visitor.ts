/**
 * Receives the sides of an area in one row of cells, from left to right in clusters; columns are
 * counted from column `origin`. No edge passes between two clusters, so that the place between them
 * is in the area from the upper to the lower line of the row, or not at all.
 */
export interface SideVisitor {
  /**
   * Begins a cluster, which does not reach further left. `inside` tells whether the place between
   * the last cluster and this one is in the area.
   */
  begin(row: number, left: number, inside: boolean): void;
  /**
   * Receives a side of this height, straight from one column to another. The area begins (`sign` 1)
   * or ends (-1) on its right.
   */
  side(column: number, toColumn: number, height: number, sign: number): void;
  /** Ends the cluster, which does not reach further right. */
  end(right: number): void;
  endRow(row: number): void;
}

/** Counts steps before they are made. Throws IntricateAreaError if all together are too many. */
export type StepCounter = (steps: number) => void;
