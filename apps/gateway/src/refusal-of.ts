import { UnreachableTableError } from '@catchment/areas';
import { OverBudget } from '@catchment/budget';
import { ProblemError } from './problem-error.ts';

/**
 * What a client is told of an error that reading a request, or an area table, may throw. Plain
 * data: it may come from a thread.
 */
export interface Refusal {
  readonly status: ProblemError['status'];
  readonly detail: string;
  readonly type?: string;
  /** For the log alone. */
  readonly cause?: string;
}

/** Undefined for all other errors. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof ProblemError) return { status: error.status, detail: error.message, type: error.type };
  if (error instanceof OverBudget) return { status: 400, detail: error.message };
  if (error instanceof UnreachableTableError) return { status: 503, detail: error.publicMessage, cause: error.message };
  return undefined;
}
