import { featuresApart, type NamedCrs, parseCrsName } from '@catchment/areas';
import type { Budget } from '@catchment/budget';
import { type Catalog, type CatalogOperation, definitionOf } from '@catchment/catalog';
import { isRefusal, type OperationChoice, type ResolvedOperation, resolveOperation } from '@catchment/operations';
import { type Asked, type AskedQuestion, nothingDrawn } from './asked.ts';
import type { Inputs } from './execution.ts';
import { inputValue } from './input-value.ts';
import { ProblemError } from './problem-error.ts';
import { resolveArea, resolveLines } from './resolve-area.ts';
import { vertexCount } from './vertex-count.ts';

/** The process that does several operations on several areas in one pass. */
export const multiProcess = 'multi';

export interface ExecutionSources {
  readonly catalog: Pick<Catalog, 'operations' | 'rasters'>;
  /** Positions of one geometry. */
  readonly vertexLimit: number;
  /** Of all areas and lines of a request together. */
  readonly requestVertexLimit: number;
  /** Areas times operations of one request. */
  readonly memberLimit: number;
  /** Of this gateway, as the client sees it. */
  readonly base: string;
  readonly budget: Budget;
}

/**
 * What a client asks of a process: of an operation of the catalog on one area, of one that counts
 * each of several, or of `multi`. Throws a ProblemError (400) that names the member, its value and
 * what was expected, or OverBudget.
 */
export function resolveExecution(process: string, inputs: Inputs, sources: ExecutionSources): Asked {
  const drawn = nothingDrawn();
  const { vertexLimit, budget } = sources;
  const crs = crsOf(inputs);
  const operation = sources.catalog.operations.get(process);
  const isMany = process === multiProcess || operation?.type === 'groupedCountMany';
  refuseOthers(inputs, { process, isMany });
  const value = (input: unknown, member: string) => inputValue(input, { member, base: sources.base });
  const vertices = vertexCount(sources.requestVertexLimit);
  const drawing = (member: string) => ({ member, crs, drawn, vertexLimit, vertices, budget });
  const lines =
    inputs.lines === undefined ? undefined : resolveLines(value(inputs.lines, 'inputs.lines'), drawing('inputs.lines'));
  const areas = isMany ? listOf(inputs.areas) : [inputs.area];
  const chosen = isMany ? operationsIn(process, inputs, sources) : [[choiceOf(process, inputs), 'inputs'] as const];
  refuseMany(areas.length, chosen.length, sources);
  const questions = chosen.map(([choice, member]) => {
    budget.spend(stepsOfOperation);
    return { request: withLines(resolveOne(choice, member, sources), lines, sources) };
  });
  const asked = areas.map((area, i) => {
    const member = isMany ? `inputs.areas.${i}` : 'inputs.area';
    budget.spend(stepsOfArea);
    return resolveArea(value(area, member), drawing(member));
  });
  refuseIdle(crs, drawn);
  return { process, isMany, areas: asked, questions, drawn };
}

/** Of an operation that is looked up, and of an area's own costs. */
const [stepsOfOperation, stepsOfArea] = [1000, 1000];

function refuseMany(areas: number, operations: number, { memberLimit }: Pick<ExecutionSources, 'memberLimit'>): void {
  const count = areas * operations;
  if (count <= memberLimit) return;
  const product = `${areas} areas by ${operations} operations`;
  throw new ProblemError(400, `inputs.areas: ${product} are ${count}, at most ${memberLimit} are allowed`);
}

function crsOf({ crs }: Inputs): NamedCrs | undefined {
  if (crs === undefined) return undefined;
  const named = parseCrsName(crs);
  if ('problem' in named) throw new ProblemError(400, `inputs.crs: ${named.problem}`);
  return named;
}

/**
 * A CRS is that of what is drawn: who names one for areas that are not may think that it moves
 * them.
 */
function refuseIdle(crs: NamedCrs | undefined, { areas, lines }: Asked['drawn']): void {
  if (crs === undefined || areas.size + lines.size > 0) return;
  const is = JSON.stringify(crs.name);
  throw new ProblemError(400, `inputs.crs: is ${is}, but nothing is drawn; well-known areas have a CRS of their own`);
}

function refuseOthers(
  inputs: Inputs,
  { process, isMany }: { readonly process: string; readonly isMany: boolean },
): void {
  const isMulti = process === multiProcess;
  const refused = [
    ...(isMany ? (['area'] as const) : (['areas'] as const)),
    ...(isMulti ? [] : (['operations'] as const)),
  ].find((member) => inputs[member] !== undefined);
  if (refused !== undefined) throw new ProblemError(400, `inputs.${refused}: is not known to process ${process}`);
  const needed = [isMany ? ('areas' as const) : ('area' as const), ...(isMulti ? (['operations'] as const) : [])];
  const missing = needed.find((member) => inputs[member] === undefined);
  if (missing !== undefined) throw new ProblemError(400, `inputs.${missing}: is missing`);
}

/** What inputs choose of an operation: their own members, and all others as its parameters. */
function choiceOf(operation: string, inputs: Omit<Inputs, 'operations'>): OperationChoice {
  const { area, areas, lines, crs, operations, coverage, rasters, quantiles, ...parameters } = inputs as Inputs;
  return { operation, coverage, rasters, quantiles, parameters };
}

/** The operations of a request for several, each with the member that chooses it. */
function operationsIn(
  process: string,
  inputs: Inputs,
  { catalog }: Pick<ExecutionSources, 'catalog'>,
): [OperationChoice, member: string][] {
  if (process !== multiProcess) return [[choiceOf(process, inputs), 'inputs']];
  const { coverage, operations = [] } = inputs;
  return operations.map((chosen, i) => {
    const { operation, ...others } = typeof chosen === 'string' ? { operation: chosen } : chosen;
    // Joins with lines have a rule of their own, and are not meant by one for all.
    const isJoin = catalog.operations.get(operation)?.type === 'linesJoin';
    const choice = choiceOf(operation, { ...(!isJoin && { coverage }), ...others });
    return [choice, `inputs.operations.${i}`];
  });
}

function resolveOne(choice: OperationChoice, member: string, { catalog }: ExecutionSources): ResolvedOperation {
  const resolved = resolveOperation(choice, catalog);
  if (isRefusal(resolved)) throw new ProblemError(400, `${member}.${resolved.problem}`);
  return resolved;
}

/**
 * A request that joins with lines needs some, of its own or of the catalog; others ignore what
 * others of a multi request need.
 */
function withLines(
  request: AskedQuestion['request'],
  lines: { readonly drawn: string } | undefined,
  { catalog }: Pick<ExecutionSources, 'catalog'>,
): AskedQuestion['request'] {
  const definition = request.definition ?? definitionOf(catalog.operations.get(request.operation) as CatalogOperation);
  if (definition.type !== 'linesJoin' || definition.lines !== undefined) return request;
  if (!lines)
    throw new ProblemError(400, `inputs.lines: is missing, operation ${request.operation} needs GeoJSON lines`);
  return { ...request, lines };
}

function listOf(areas: Inputs['areas']): readonly unknown[] {
  if (Array.isArray(areas)) return areas;
  const features = featuresApart(areas as Readonly<Record<string, unknown>>);
  if (features.length > 0) return features;
  throw new ProblemError(400, 'inputs.areas: is a FeatureCollection without features, expected at least one');
}
