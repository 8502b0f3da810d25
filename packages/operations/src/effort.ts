import { type Budget, budgetOf, stepsFor, unlimited } from '@catchment/budget';
import type { OperationRequest } from './request.ts';

/**
 * What handling requests may cost, before any cell is read: placing, clipping, drawing, planning.
 */
export interface Effort {
  /** For areas and lines that came with them: all of them together. */
  readonly sent: Budget;
  /** For areas of tables, which are an operator's. */
  readonly kept: Budget;
}

/** Without limits. */
export const anyEffort: Effort = { sent: unlimited, kept: unlimited };

/**
 * What requests may cost with which so many bytes of geometry came. All work on them throws what
 * `throwIfStopped` does.
 */
export function effortFor(bytes: number, throwIfStopped: () => void): Effort {
  return {
    sent: budgetOf(stepsFor(bytes), { throwIfStopped }),
    kept: budgetOf(Number.POSITIVE_INFINITY, { throwIfStopped }),
  };
}

/** From which of them each part of placing a request is spent. */
export interface PlaceBudgets {
  /** Projecting the area, and the lines. */
  readonly area: Budget;
  readonly lines: Budget;
  /** Finding cells in one by the other: whoever sent either of them pays. */
  readonly cells: Budget;
}

export function budgetsFor(
  { area, lines }: Pick<OperationRequest, 'area' | 'lines'>,
  { sent, kept }: Effort,
): PlaceBudgets {
  const [ofArea, ofLines] = ['drawn' in area ? sent : kept, lines ? sent : kept];
  return { area: ofArea, lines: ofLines, cells: 'drawn' in area || lines ? sent : kept };
}
