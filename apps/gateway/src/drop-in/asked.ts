import type { Budget } from '@catchment/budget';
import type { Catalog } from '@catchment/catalog';
import type { OperationAhead } from '@catchment/operations';
import type { Asked } from '../asked.ts';
import { ProblemError } from '../problem-error.ts';
import type { AnswerForm } from './answer-of.ts';

/** What a body asks for, and how its results are answered. */
export interface DropInAsked extends Asked {
  readonly form: AnswerForm;
}

export interface AskedSources {
  readonly catalog: Pick<Catalog, 'rasters'>;
  /**
   * What the catalog can do beforehand: a question that is one of these may be answered from a
   * well-known area's entry.
   */
  readonly ahead: ReadonlyMap<string, OperationAhead>;
  readonly vertexLimit: number;
  /** Of all areas and lines of a body together. */
  readonly requestVertexLimit: number;
  /** Results of one body. */
  readonly memberLimit: number;
  readonly budget: Budget;
}

/** Throws a ProblemError (400) when more results are asked for than are allowed. */
export function checkMembers(members: number, what: string, { memberLimit }: Pick<AskedSources, 'memberLimit'>): void {
  if (members > memberLimit) throw new ProblemError(400, `${what} are ${members}, at most ${memberLimit} are allowed`);
}
