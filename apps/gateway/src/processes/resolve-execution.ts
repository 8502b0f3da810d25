import { featuresApart, type NamedCrs, parseCrsName } from '@cellshed/areas';
import type { Budget } from '@cellshed/budget';
import { type Catalog, type CatalogOperation, definitionOf } from '@cellshed/catalog';
import { type Choices, choosable, countsOnLines, type Inputs, isRefusal, needsLines } from '@cellshed/contracts';
import {
  definitionFor,
  type OperationChoice,
  type ResolvedOperation,
  resolveOperation,
  spreadChoice,
  whyNotAdded,
} from '@cellshed/operations';
import { refused } from '../problems/problem-error.ts';
import { type Asked, type AskedQuestion, nothingDrawn } from './asked.ts';
import { askedUnits } from './asked-units.ts';
import { inputValue } from './input-value.ts';
import { multiProcess } from './multi-process.ts';
import { resolveArea, resolveLines } from './resolve-area.ts';
import { vertexCount } from './vertex-count.ts';

export interface ExecutionSources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters'>;
  /** The most positions of one geometry. */
  readonly vertexLimit: number;
  /** The most vertices of all areas and lines of a request together. */
  readonly requestVertexLimit: number;
  /** The most areas times operations of one request. */
  readonly memberLimit: number;
  /** The base URL of this gateway, as the client sees it. */
  readonly base: string;
  readonly budget: Budget;
}

/**
 * Reads the questions to a process: to an operation of the catalog on one area, to one that counts
 * each of several, or to `multi`. Each with a list of values of a parameter, or `*`, is a question
 * for each value. Throws a ProblemError (400) with the path, the value and what was
 * expected, or OverBudget.
 */
export function resolveExecution(process: string, inputs: Inputs, sources: ExecutionSources): Asked {
  const drawn = nothingDrawn();
  const { vertexLimit, budget } = sources;
  const crs = crsOf(inputs);
  const operation = sources.catalog.operations.get(process);
  const namesTable = typeof inputs.areas === 'string';
  const answersMany = process === multiProcess || operation?.isMany === true;
  const takesMany = answersMany || namesTable;
  refuseOthers(inputs, { process, takesMany });
  const value = (input: unknown, path: string) => inputValue(input, { path, base: sources.base });
  const vertices = vertexCount(sources.requestVertexLimit);
  const drawing = (path: string) => ({ path, crs, drawn, vertexLimit, vertices, budget });
  const lines =
    inputs.lines === undefined ? undefined : resolveLines(value(inputs.lines, 'inputs.lines'), drawing('inputs.lines'));
  const areas = namesTable ? [] : takesMany ? listOf(inputs.areas) : [inputs.area];
  const chosen = spreadAll(operationsIn(process, inputs, sources), areas.length || 1, sources);
  const questions = chosen.flatMap(({ choices, path }) =>
    choices.map((choice) => ({ request: withLines(resolveOne(choice, path, sources), lines, sources) })),
  );
  const { upstream = false } = inputs;
  if (upstream) refuseWhatDoesNotAddUp(questions, sources);
  const units = askedUnits(inputs, Math.floor(sources.memberLimit / Math.max(1, questions.length)));
  const asked = areas.map((area, i) => {
    const path = takesMany ? `inputs.areas.${i}` : 'inputs.area';
    budget.spend(stepsOfArea);
    return resolveArea(value(area, path), { ...drawing(path), upstream });
  });
  refuseIdle(crs, drawn);
  const listsAreas = namesTable ? units?.isSum !== true : takesMany;
  const isMany = listsAreas || answersMany || chosen.some(({ isSeveral }) => isSeveral);
  return { process, isMany, areas: asked, ...(units && { units }), questions, drawn };
}

function refuseWhatDoesNotAddUp(questions: readonly AskedQuestion[], { catalog }: ExecutionSources): void {
  for (const { request } of questions) {
    const problem = whyNotAdded(definitionFor(request, catalog), request.coverage);
    if (problem !== undefined) throw refused({ path: 'inputs.upstream', problem: `${request.operation}: ${problem}` });
  }
}

/** The costs of looking up an operation, and of an area itself. */
const [stepsOfOperation, stepsOfArea] = [1000, 1000];

function refuseMany(areas: number, operations: number, { memberLimit }: Pick<ExecutionSources, 'memberLimit'>): void {
  const count = areas * operations;
  if (count <= memberLimit) return;
  const product = `${areas} areas by ${operations} operations`;
  throw refused({
    path: 'inputs.areas',
    problem: `${product} are ${count}, at most ${memberLimit} are allowed (MULTI_LIMIT); catchment table answers more`,
  });
}

function crsOf({ crs }: Inputs): NamedCrs | undefined {
  if (crs === undefined) return undefined;
  const named = parseCrsName(crs);
  if (isRefusal(named)) throw refused(named, 'inputs.crs');
  return named;
}

/**
 * A CRS belongs to drawn geometries: a client that names one for other areas may think that it
 * moves them.
 */
function refuseIdle(crs: NamedCrs | undefined, { areas, lines }: Asked['drawn']): void {
  if (crs === undefined || areas.size + lines.size > 0) return;
  const is = JSON.stringify(crs.name);
  throw refused({
    path: 'inputs.crs',
    problem: `is ${is}, but nothing is drawn; well-known areas have a CRS of their own`,
  });
}

function refuseOthers(
  inputs: Inputs,
  { process, takesMany }: { readonly process: string; readonly takesMany: boolean },
): void {
  const isMulti = process === multiProcess;
  const other = [
    ...(takesMany ? (['area'] as const) : (['areas'] as const)),
    ...(isMulti ? [] : (['operations'] as const)),
  ].find((member) => inputs[member] !== undefined);
  if (other !== undefined) throw refused({ path: `inputs.${other}`, problem: `is not known to process ${process}` });
  const needed = [takesMany ? ('areas' as const) : ('area' as const), ...(isMulti ? (['operations'] as const) : [])];
  const missing = needed.find((member) => inputs[member] === undefined);
  if (missing !== undefined) throw refused({ path: `inputs.${missing}`, problem: 'is missing' });
}

/**
 * Splits inputs into the choices of an operation and its parameters, which are all other members.
 */
function choiceOf(operation: string, inputs: Omit<Inputs, 'operations'>): OperationChoice {
  const { area, areas, lines, crs, operations, coverage, rasters, ...others } = inputs as Inputs;
  const isChoice = ([name]: readonly [string, unknown]) => Object.hasOwn(choosable, name);
  const choices = Object.fromEntries(Object.entries(others).filter(isChoice)) as Choices;
  const parameters = Object.fromEntries(Object.entries(others).filter((one) => !isChoice(one)));
  return { operation, coverage, rasters, choices, parameters };
}

/** The operations of a request, each with its path. */
function operationsIn(
  process: string,
  inputs: Inputs,
  { catalog }: Pick<ExecutionSources, 'catalog'>,
): [OperationChoice, path: string][] {
  const { upstream, within, by, sum, ...own } = inputs;
  if (process !== multiProcess) return [[choiceOf(process, own), 'inputs']];
  const { coverage, operations = [] } = inputs;
  return operations.map((chosen, i) => {
    const { operation, ...others } = typeof chosen === 'string' ? { operation: chosen } : chosen;
    // The coverage for all is not for operations that count the cells on lines.
    const known = catalog.operations.get(operation);
    const choice = choiceOf(operation, { ...(!(known && countsOnLines(known)) && { coverage }), ...others });
    return [choice, `inputs.operations.${i}`];
  });
}

/**
 * Spreads the operations of a request for so many areas, one after the other: once they are too
 * many, no more are spread.
 */
function spreadAll(operations: readonly [OperationChoice, path: string][], areas: number, sources: ExecutionSources) {
  const { catalog, memberLimit, budget } = sources;
  refuseMany(areas, operations.length, sources);
  let count = 0;
  return operations.map(([choice, path]) => {
    const spread = spreadChoice(choice, catalog, memberLimit);
    if (isRefusal(spread)) throw refused(spread, path);
    count += spread.choices.length;
    refuseMany(areas, count, sources);
    budget.spend(stepsOfOperation * spread.choices.length);
    return { ...spread, path };
  });
}

function resolveOne(choice: OperationChoice, path: string, { catalog }: ExecutionSources): ResolvedOperation {
  const resolved = resolveOperation(choice, catalog);
  if (isRefusal(resolved)) throw refused(resolved, path);
  return resolved;
}

/**
 * Adds the lines that an operation needs, from the request or from the catalog. Operations that
 * need none ignore those of other operations of a multi request.
 */
function withLines(
  request: AskedQuestion['request'],
  lines: { readonly drawn: string } | undefined,
  { catalog }: Pick<ExecutionSources, 'catalog'>,
): AskedQuestion['request'] {
  const definition = request.definition ?? definitionOf(catalog.operations.get(request.operation) as CatalogOperation);
  if (!needsLines(definition)) return request;
  if (!lines)
    throw refused({ path: 'inputs.lines', problem: `is missing, operation ${request.operation} needs GeoJSON lines` });
  return { ...request, lines };
}

function listOf(areas: Inputs['areas']): readonly unknown[] {
  if (Array.isArray(areas)) return areas;
  const features = featuresApart(areas as Readonly<Record<string, unknown>>);
  if (features.length > 0) return features;
  throw refused({ path: 'inputs.areas', problem: 'is a FeatureCollection without features, expected at least one' });
}
