import { type Budget, budgetOf, stepsFor, unlimited } from '@cellshed/budget';
import type { Request } from '@cellshed/contracts';

/**
 * The budgets of requests before any cell is read: for placing, clipping, drawing, planning.
 */
export interface Effort {
  /** The budget for all areas and lines that came with the requests. */
  readonly sent: Budget;
  /** The budget for areas of tables, which are an operator's. */
  readonly kept: Budget;
}

/** Without limits. */
export const anyEffort: Effort = { sent: unlimited, kept: unlimited };

/**
 * The steps that requests may cost, by the bytes of their drawn geometry. All work on them throws
 * what `throwIfStopped` throws.
 */
export function effortFor(bytes: number, throwIfStopped: () => void): Effort {
  return {
    sent: budgetOf(stepsFor(bytes), { throwIfStopped }),
    kept: budgetOf(Number.POSITIVE_INFINITY, { throwIfStopped }),
  };
}

/** The budget that pays for each part of placing a request. */
export interface PlaceBudgets {
  /** Projecting the area, and the lines. */
  readonly area: Budget;
  readonly lines: Budget;
  /** Finding the cells: if the area or the lines were drawn, the client pays. */
  readonly cells: Budget;
}

export function budgetsFor({ area, lines }: Pick<Request, 'area' | 'lines'>, { sent, kept }: Effort): PlaceBudgets {
  const [ofArea, ofLines] = ['drawn' in area ? sent : kept, lines ? sent : kept];
  return { area: ofArea, lines: ofLines, cells: 'drawn' in area || lines ? sent : kept };
}
