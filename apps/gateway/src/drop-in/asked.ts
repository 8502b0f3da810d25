import type { Budget } from '@cellshed/budget';
import type { Catalog } from '@cellshed/catalog';
import type { OperationAhead } from '@cellshed/operations';
import { refused } from '../problems/problem-error.ts';
import type { Asked } from '../processes/asked.ts';
import type { AnswerForm } from './answer-of.ts';

/** The questions of a body, and the form of its answer. */
export interface DropInAsked extends Asked {
  readonly form: AnswerForm;
}

export interface AskedSources {
  readonly catalog: Pick<Catalog, 'rasters'>;
  /**
   * The catalog's operations that are computed beforehand: such a question may be answered from a
   * well-known area's entry.
   */
  readonly ahead: ReadonlyMap<string, OperationAhead>;
  readonly vertexLimit: number;
  /** The most vertices of all areas and lines of a body together. */
  readonly requestVertexLimit: number;
  /** The most results of one body. */
  readonly memberLimit: number;
  readonly budget: Budget;
}

/** Throws a ProblemError (400) when more results are asked for than are allowed. */
export function checkMembers(
  members: number,
  { path, what }: { readonly path: string; readonly what: string },
  { memberLimit }: Pick<AskedSources, 'memberLimit'>,
): void {
  if (members <= memberLimit) return;
  throw refused({ path, problem: `${what} are ${members}, at most ${memberLimit} are allowed` });
}
