import type { Catalog, CatalogOperation } from '@cellshed/catalog';
import { isRefusal } from '@cellshed/contracts';
import { definitionFor, resolveOperation, type TableQuestion } from '@cellshed/operations';
import { type RowKind, type TabledOperation, withRows } from '@cellshed/tables';
import Type, { type Static } from 'typebox';
import { choiceIn, choiceLists, choiceMembers, parameterValue } from '../answers/choice-query.ts';
import { rowsQuery } from '../answers/formats.ts';
import { oneAreaProblem } from '../answers/meaning.ts';
import { splitLists } from '../http/paging.ts';
import { ProblemError, refused } from '../problems/problem-error.ts';
import { uniteRepeats } from './repeats.ts';

/** The members of a query that ask for the answers to an operation as properties of areas. */
export const answerQuery = {
  operation: Type.Optional(
    Type.String({ description: 'An operation, whose cached answers are properties of the areas; nothing is computed' }),
  ),
  ...choiceMembers,
  ...rowsQuery,
};

/** A query of these members alone. */
export const AnswerQuery = Type.Object(answerQuery, { additionalProperties: parameterValue });
export type AnswerQuery = Static<typeof AnswerQuery>;

/** The steps that prepare such a query for validation. */
export const beforeAnswerQuery = [uniteRepeats, splitLists(choiceLists)];

/** An operation whose answers are asked for, for areas that are still to be named. */
export interface AskedAnswers {
  readonly operation: CatalogOperation;
  readonly question: TableQuestion;
  /** The operation, as tables name it. */
  readonly tabled: TabledOperation;
  /** Whether the answers are for each area and all that drain into it. */
  readonly upstream: boolean;
  /** The query that asks for them, for links. */
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Reads the answers that a query asks for; undefined: none. Throws a ProblemError (400) that names
 * the member, its value and what was expected.
 */
export function askedAnswers(
  query: AnswerQuery,
  catalog: Pick<Catalog, 'operations' | 'rasters'>,
): AskedAnswers | undefined {
  const { operation: name, ...choices } = query as AnswerQuery & Readonly<Record<string, unknown>>;
  const given = Object.entries(choices).filter(([, value]) => value !== undefined);
  // Areas have one format, so this is no choice, and no parameter either.
  if (choices.f !== undefined) throw new ProblemError(400, 'f: is not known here');
  if (name === undefined) {
    const [first] = given;
    const without = first && Object.hasOwn(answerQuery, first[0]) ? ' without an operation' : '';
    if (first) throw new ProblemError(400, `${first[0]}: is not known here${without}`);
    return undefined;
  }
  const operation = catalog.operations.get(name);
  const problem = oneAreaProblem(name, operation);
  if (!operation || problem !== undefined)
    throw refused({ path: 'operation', problem: expected(name, problem, catalog) });
  const choice = choiceIn(name, choices);
  const question = isRefusal(choice) ? choice : resolveOperation(choice, catalog);
  if (isRefusal(question)) throw refused(question);
  const definition = definitionFor(question, catalog);
  const tabled = withRows([{ operation: name, definition }], choices.rows as RowKind | undefined);
  if (isRefusal(tabled)) throw refused(tabled);
  const texts = given.map(([member, value]) => [member, String(value)]);
  return {
    operation,
    question,
    tabled: tabled[0] as TabledOperation,
    upstream: query.upstream ?? false,
    query: { operation: name, ...Object.fromEntries(texts) },
  };
}

/** Why an operation cannot be asked for; `problem`: it takes more than an area. */
function expected(name: string, problem: string | undefined, { operations }: Pick<Catalog, 'operations'>): string {
  const possible = [...operations.values()].filter((one) => oneAreaProblem(one.name, one) === undefined);
  const takes = problem === undefined ? '' : `, which takes ${problem}`;
  const names = possible.map((one) => one.name).join(', ') || 'none';
  return `is ${JSON.stringify(name.slice(0, 100))}${takes}, expected one of ${names}`;
}
