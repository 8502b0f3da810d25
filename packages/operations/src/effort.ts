import { type Budget, budgetOf, stepsFor, unlimited } from '@catchment/budget';
import type { OperationRequest } from './request.ts';

/** What handling requests may cost, before any cell is read: placing, clipping, drawing, planning. */
export interface Effort {
  /** For areas and lines that came with them: all of them together. */
  readonly sent: Budget;
  /** For areas of tables, which are an operator's. */
  readonly kept: Budget;
}

/** Without limits. */
export const anyEffort: Effort = { sent: unlimited, kept: unlimited };

/** What requests may cost with which so many bytes of geometry came. All work on them throws what `throwIfStopped` does. */
export function effortFor(bytes: number, throwIfStopped: () => void): Effort {
  return {
    sent: budgetOf(stepsFor(bytes), { throwIfStopped }),
    kept: budgetOf(Number.POSITIVE_INFINITY, { throwIfStopped }),
  };
}

/** From which of them a request's own work is spent. */
export function budgetFor({ area, lines }: Pick<OperationRequest, 'area' | 'lines'>, { sent, kept }: Effort): Budget {
  return 'drawn' in area || lines ? sent : kept;
}
