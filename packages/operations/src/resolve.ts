import { isDeepStrictEqual } from 'node:util';
import { type Catalog, type CatalogOperation, definitionOf } from '@cellshed/catalog';
import {
  type Choices,
  type Coverage,
  choosable,
  contractOf,
  countsOnLines,
  coverages,
  type Definition,
  defaultCoverage,
  isRefusal,
  type OperationType,
  type Refusal,
  type Request,
  rastersOf,
  renameRasters,
} from '@cellshed/contracts';

/** An operation of the catalog, and all that a client chooses of it. */
export interface OperationChoice {
  readonly operation: string;
  /** Default: `defaultCoverage`. */
  readonly coverage?: Coverage | undefined;
  /** Other rasters in place of the operation's own, by their names or aliases. */
  readonly rasters?: Readonly<Record<string, string>> | undefined;
  /** Values of the operation's parameters; one with a default may be missing. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** Members of the definition in place of the catalog's, for the types that have them. */
  readonly choices?: Choices | undefined;
}

export type ResolvedOperation = Pick<Request, 'operation' | 'definition' | 'coverage'>;

/**
 * Checks a choice against the catalog, and answers what it asks for. A Refusal names the member,
 * its value and what was expected.
 */
export function resolveOperation(
  choice: OperationChoice,
  catalog: Pick<Catalog, 'operations' | 'rasters'>,
): ResolvedOperation | Refusal {
  const { coverage, rasters = {} } = choice;
  const operation = catalog.operations.get(choice.operation);
  if (!operation)
    return { path: 'operation', problem: `is ${shown(choice.operation)}, ${oneOf(catalog.operations.keys())}` };
  const parameters = parametersOf(operation, choice.parameters ?? {});
  if (isRefusal(parameters)) return parameters;
  const own = definitionOf(operation, parameters);
  const same = sameRasterRefusal(operation, own.rasters, parameters);
  if (same) return same;
  const replaced = replaceRasters(own, rasters, catalog);
  if (isRefusal(replaced)) return replaced;
  const chosen = givenIn(choice.choices ?? {}, own);
  const refusal = coverageRefusal(own.type, coverage) ?? choicesRefusal(own.type, chosen);
  if (refusal) return refusal;
  const definition = { ...replaced, ...chosen } as Definition;
  // A choice of what the operation has anyway is no choice: it has the same key.
  const isOwn = Object.keys(parameters).length === 0 && isDeepStrictEqual(definition, own);
  return { operation: operation.name, ...(!isOwn && { definition }), coverage: coverage ?? defaultCoverage };
}

/** The name of the catalog's raster that is called this, be it by an alias; undefined: none is. */
export function rasterNamed(name: string, { rasters }: Pick<Catalog, 'rasters'>): string | undefined {
  if (rasters.has(name)) return name;
  return [...rasters.values()].find(({ aliases }) => aliases.includes(name))?.name;
}

function parametersOf(
  { name: operation, parameters = {} }: CatalogOperation,
  given: Readonly<Record<string, unknown>>,
): Record<string, string> | Refusal {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(parameters, name));
  if (unknown !== undefined) {
    const names = Object.keys(parameters);
    const expected = names.length > 0 ? `, nor a parameter of operation ${operation}; ${oneOf(names)}` : '';
    return { path: unknown.slice(0, 100), problem: `is not known here${expected}` };
  }
  const chosen: Record<string, string> = Object.create(null);
  for (const [name, { values, default: preset }] of Object.entries(parameters)) {
    const value = given[name] ?? preset;
    if (value === undefined) return { path: name, problem: `is missing, ${oneOf(values)}` };
    const problem = valueProblem(value, values);
    if (problem !== undefined) return { path: name, problem };
    chosen[name] = value as string;
  }
  return chosen;
}

/** Why a parameter with these values cannot have this one; undefined: it can. */
export function valueProblem(value: unknown, values: readonly string[]): string | undefined {
  if (typeof value !== 'string') return `is ${shown(value)}, which is no text, ${oneOf(values)}`;
  return values.includes(value) ? undefined : `is ${shown(value)}, ${oneOf(values)}`;
}

/** Refuses values that name one raster twice, such as the change from a year to itself. */
function sameRasterRefusal(
  { rasters }: CatalogOperation,
  own: readonly string[],
  parameters: Readonly<Record<string, string>>,
): Refusal | undefined {
  const second = own.findIndex((name, i) => own.indexOf(name) < i);
  const path = Object.keys(parameters).findLast((name) => rasters[second]?.includes(`{${name}}`));
  if (path === undefined) return undefined;
  return { path, problem: `is ${shown(parameters[path])}, which names raster ${own[second]} twice; expected another` };
}

function replaceRasters(
  definition: Definition,
  others: Readonly<Record<string, string>>,
  catalog: Pick<Catalog, 'rasters'>,
): Definition | Refusal {
  const own = rastersOf(definition);
  const names = new Map<string, string>();
  for (const [name, other] of Object.entries(others)) {
    if (!own.includes(name))
      return { path: 'rasters', problem: `${shown(name)} is no raster of the operation; ${oneOf(own)}` };
    const known = rasterNamed(other, catalog);
    if (known === undefined)
      return { path: `rasters.${name}`, problem: `is ${shown(other)}, ${oneOf(catalog.rasters.keys())}` };
    names.set(name, known);
  }
  const replaced = renameRasters(definition, (name) => names.get(name) ?? name);
  const twice = replaced.rasters.find((name, i) => replaced.rasters.indexOf(name) < i);
  return twice === undefined ? replaced : { path: 'rasters', problem: `${shown(twice)} would be listed twice` };
}

function coverageRefusal(type: OperationType, coverage: Coverage | undefined): Refusal | undefined {
  if (coverage === undefined) return undefined;
  const path = 'coverage';
  if (countsOnLines({ type }))
    return { path, problem: `is ${shown(coverage)}, but the cells of ${type} are those on lines; expected none` };
  return coverages.includes(coverage) ? undefined : { path, problem: `is ${shown(coverage)}, ${oneOf(coverages)}` };
}

function choicesRefusal(type: OperationType, chosen: Choices): Refusal | undefined {
  const { choices } = contractOf(type);
  const path = Object.keys(chosen).find((name) => !Object.hasOwn(choices, name));
  if (path === undefined) return undefined;
  return { path, problem: `are those of ${choosable[path]?.types.join(', ')}, not of ${type}; expected none` };
}

/** The members that are there; `false` is as good as none where the definition has none. */
function givenIn(choices: Choices, own: Definition): Choices {
  const isGiven = ([name, value]: [string, unknown]) =>
    value !== undefined && (value !== false || Object.hasOwn(own, name));
  return Object.fromEntries(Object.entries(choices).filter(isGiven));
}

function oneOf(names: Iterable<string>): string {
  const all = [...names];
  return all.length === 0 ? 'there are none' : `expected one of ${all.slice(0, 100).join(', ')}`;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}
