import {
  type Catalog,
  type CatalogOperation,
  type Definition,
  definitionOf,
  rastersOf,
  renameRasters,
} from '@catchment/catalog';
import { methodOf } from './methods.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import type { Coverage, OperationRequest } from './request.ts';

/** An operation of the catalog, and what an asker chooses of it. */
export interface OperationChoice {
  readonly operation: string;
  /** Default `centre`. */
  readonly coverage?: Coverage | undefined;
  /** Other rasters in place of the operation's own, by their names or aliases. */
  readonly rasters?: Readonly<Record<string, string>> | undefined;
  /** Values of the operation's parameters; one with a default may be missing. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** In place of those of the catalog, for statistics. */
  readonly quantiles?: readonly number[] | undefined;
}

export type ResolvedOperation = Pick<OperationRequest, 'operation' | 'definition' | 'coverage'>;

/**
 * What a choice asks for, checked against the catalog; a Refusal names the member, its value and
 * what was expected.
 */
export function resolveOperation(
  choice: OperationChoice,
  catalog: Pick<Catalog, 'operations' | 'rasters'>,
): ResolvedOperation | Refusal {
  const { coverage, rasters = {}, quantiles } = choice;
  const operation = catalog.operations.get(choice.operation);
  if (!operation) return { problem: `operation: is ${shown(choice.operation)}, ${oneOf(catalog.operations.keys())}` };
  const parameters = parametersOf(operation, choice.parameters ?? {});
  if (isRefusal(parameters)) return parameters;
  const own = definitionOf(operation, parameters);
  const replaced = replaceRasters(own, rasters, catalog);
  if (isRefusal(replaced)) return replaced;
  const problem = coverageProblem(own.type, coverage) ?? quantilesProblem(own.type, quantiles);
  if (problem !== undefined) return { problem };
  const isOwn = Object.keys(parameters).length + Object.keys(rasters).length === 0 && quantiles === undefined;
  const definition = { ...replaced, ...(quantiles && { quantiles }) } as Definition;
  return { operation: operation.name, ...(!isOwn && { definition }), coverage: coverage ?? 'centre' };
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
    return { problem: `${unknown.slice(0, 100)}: is not known here${expected}` };
  }
  const chosen: Record<string, string> = Object.create(null);
  for (const [name, { values, default: preset }] of Object.entries(parameters)) {
    const value = given[name] ?? preset;
    if (value === undefined) return { problem: `${name}: is missing, ${oneOf(values)}` };
    if (typeof value !== 'string' || !values.includes(value))
      return { problem: `${name}: is ${shown(value)}, ${oneOf(values)}` };
    chosen[name] = value;
  }
  return chosen;
}

function replaceRasters(
  definition: Definition,
  others: Readonly<Record<string, string>>,
  catalog: Pick<Catalog, 'rasters'>,
): Definition | Refusal {
  const own = rastersOf(definition);
  const names = new Map<string, string>();
  for (const [name, other] of Object.entries(others)) {
    if (!own.includes(name)) return { problem: `rasters: ${shown(name)} is no raster of the operation; ${oneOf(own)}` };
    const known = rasterNamed(other, catalog);
    if (known === undefined)
      return { problem: `rasters.${name}: is ${shown(other)}, ${oneOf(catalog.rasters.keys())}` };
    names.set(name, known);
  }
  const replaced = renameRasters(definition, (name) => names.get(name) ?? name);
  const twice = replaced.rasters.find((name, i) => replaced.rasters.indexOf(name) < i);
  return twice === undefined ? replaced : { problem: `rasters: ${shown(twice)} would be listed twice` };
}

function coverageProblem(type: Definition['type'], coverage: Coverage | undefined): string | undefined {
  const { coverages } = methodOf(type);
  if (coverage === undefined || coverages.includes(coverage)) return undefined;
  if (coverages.length > 0) return `coverage: is ${shown(coverage)}, ${oneOf(coverages)}`;
  return `coverage: is ${shown(coverage)}, but the cells of ${type} are those on lines; expected none`;
}

function quantilesProblem(type: Definition['type'], quantiles: readonly number[] | undefined): string | undefined {
  if (quantiles === undefined || type === 'statistics') return undefined;
  return `quantiles: are those of statistics, not of ${type}; expected none`;
}

function oneOf(names: Iterable<string>): string {
  const all = [...names];
  return all.length === 0 ? 'there are none' : `expected one of ${all.slice(0, 100).join(', ')}`;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}
