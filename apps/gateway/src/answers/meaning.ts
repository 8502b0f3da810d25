import { hash } from 'node:crypto';
import type { Catalog, CatalogOperation } from '@cellshed/catalog';
import { isRefusal, needsLines, type Refusal } from '@cellshed/contracts';
import { definitionFor, noLinks, type ResolvedOperation, resolveOperation, whyNotAdded } from '@cellshed/operations';
import { namesVersion, type RowKind, type TabledOperation, withRows } from '@cellshed/tables';
import type { FastifyRequest } from 'fastify';
import { exception, ProblemError, refused } from '../problems/problem-error.ts';
import { multiProcess } from '../processes/multi-process.ts';
import type { CachedAnswers, Found } from './cached-answers.ts';
import { type ChoiceQuery, choiceIn } from './choice-query.ts';
import { chooseFormat, chooseRows } from './form.ts';
import type { Format, FormatName } from './formats.ts';

/** A request for the answer to an operation on a well-known area. */
export interface AnswerRequest extends Pick<FastifyRequest, 'headers'> {
  readonly params: { readonly table: string; readonly id: string; readonly operation: string };
  readonly query: ChoiceQuery;
}

/** The meaning of such a request. */
export interface Meant {
  readonly operation: CatalogOperation;
  readonly found: Found;
  readonly format: Format;
  /** The version of all that is joined to the result when it is shown. */
  readonly labels: string;
  /** The kind of rows of a table. */
  readonly rows: RowKind | undefined;
  /** The name of the answer as a file, without its ending. */
  readonly file: string;
}

export interface MeaningSources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters' | 'areas'>;
  readonly answers: Pick<CachedAnswers, 'find'>;
}

/**
 * Finds what a request means. Throws a ProblemError with the place, the value and what was
 * expected: 404 for what the path names, 406 for a format in `Accept`, 400 for the query.
 */
export async function meaningOf(
  { params, query, headers }: AnswerRequest,
  { catalog, answers }: MeaningSources,
): Promise<Meant> {
  const { table, id } = params;
  if (!catalog.areas.has(table))
    throw new ProblemError(404, `no area table is called ${shown(table)}; ${oneOf(catalog.areas.keys())}`);
  const operation = operationNamed(params.operation, catalog);
  const format = chooseFormat({ headers, f: query.f as FormatName | undefined });
  const choice = choiceIn(operation.name, query);
  if (isRefusal(choice)) throw refused(choice);
  const resolved = resolveOperation(choice, catalog);
  if (isRefusal(resolved)) throw refused(resolved);
  const { upstream = false } = query;
  const refusal = upstream ? upstreamRefusal(table, resolved, catalog) : undefined;
  if (refusal) throw refused(refusal);
  const found = await answers.find({ ...resolved, area: { table, ...(upstream ? { upstream: id } : { id }) } });
  if (!found) throw new ProblemError(404, `area table ${table} has no area ${shown(id)}`);
  const rows = chooseRows(query as { readonly rows?: RowKind }, format);
  const named = withRows([{ operation: operation.name, definition: definitionFor(resolved, catalog) }], rows);
  if (isRefusal(named)) throw refused(named);
  const labels =
    namesVersion(named[0] as TabledOperation, catalog) + hash('sha256', found.tableVersion, 'hex').slice(0, 8);
  return {
    operation,
    found,
    format,
    labels,
    rows,
    file: [table, id, ...(upstream ? ['upstream'] : []), operation.name].join('-'),
  };
}

/** Why there is no answer for an area and all that drain into it. */
export function upstreamRefusal(
  table: string,
  question: ResolvedOperation,
  catalog: Pick<Catalog, 'operations' | 'areas'>,
): Refusal | undefined {
  if (catalog.areas.get(table)?.downstream === undefined) return noLinks(table);
  const problem = whyNotAdded(definitionFor(question, catalog), question.coverage);
  return problem === undefined ? undefined : { path: 'upstream', problem };
}

function operationNamed(name: string, { operations }: Pick<Catalog, 'operations'>): CatalogOperation {
  const operation = operations.get(name);
  const more = oneAreaProblem(name, operation);
  if (more !== undefined)
    throw new ProblemError(404, `operation ${name} takes ${more}: POST it to /api/processes/${name}/execution`);
  if (operation) return operation;
  const detail = `no operation is called ${shown(name)}; ${oneOf(operations.keys())}`;
  throw new ProblemError(404, detail, exception('no-such-process'));
}

/** The inputs that an operation, or `multi`, takes beside one area; undefined: none. */
export function oneAreaProblem(name: string, operation: CatalogOperation | undefined): string | undefined {
  if (name === multiProcess || operation?.isMany) return 'several areas';
  return operation && needsLines(operation) ? 'lines that come with the request' : undefined;
}

function oneOf(names: Iterable<string>): string {
  return `expected one of ${[...names].join(', ') || 'none'}`;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
