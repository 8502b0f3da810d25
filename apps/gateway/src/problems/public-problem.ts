import { ChangedTableError, UnreachableTableError } from '@cellshed/areas';
import { OverBudget } from '@cellshed/budget';
import { ProblemError } from './problem-error.ts';

/**
 * The problem of an error whose sentence is for clients, as plain data: it may come from a thread.
 */
export interface PublicProblem {
  readonly status: ProblemError['status'];
  readonly detail: string;
  readonly type?: string;
  /** The cause, for the log alone. */
  readonly cause?: string;
}

/**
 * The problem of an error that reading a request, or an area table, may throw. Undefined: clients
 * receive nothing of this error.
 */
export function publicProblemOf(error: unknown): PublicProblem | undefined {
  if (error instanceof ProblemError) return { status: error.status, detail: error.message, type: error.type };
  if (error instanceof OverBudget) return { status: 400, detail: error.message };
  if (error instanceof UnreachableTableError || error instanceof ChangedTableError)
    return { status: 503, detail: error.publicMessage, cause: error.message };
  return undefined;
}
