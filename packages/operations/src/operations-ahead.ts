import { type Catalog, type CatalogOperation, choicesOf } from '@cellshed/catalog';
import { type Definition, isRefusal, needsLines } from '@cellshed/contracts';
import { definitionFor } from './known-operations.ts';
import { operationText } from './request.ts';
import { type ResolvedOperation, resolveOperation } from './resolve.ts';

/**
 * An operation that can be done before anybody asks: of the catalog, with a value for each of its
 * parameters.
 */
export interface OperationAhead {
  /**
   * As keys call it: `landcover`, or `precipitation(precipitation_winter)` for what a choice of
   * parameters comes to.
   */
  readonly name: string;
  /** The request, but for its area. */
  readonly resolved: ResolvedOperation;
  readonly definition: Definition;
}

/**
 * All of a catalog by their names: every operation with every choice of its parameters, but those
 * that need lines to come.
 */
export function operationsAhead(catalog: Pick<Catalog, 'operations' | 'rasters'>): ReadonlyMap<string, OperationAhead> {
  const ahead = [...catalog.operations.values()]
    .filter((one) => !needsLines(one))
    .flatMap((one) => chosen(one, catalog));
  return new Map(ahead.map((one) => [one.name, one]));
}

function chosen(operation: CatalogOperation, catalog: Pick<Catalog, 'operations' | 'rasters'>): OperationAhead[] {
  return Array.from(choicesOf(operation), (parameters): OperationAhead[] => {
    const resolved = resolveOperation({ operation: operation.name, parameters }, catalog);
    // Nobody can ask for it either.
    if (isRefusal(resolved)) return [];
    return [{ name: operationText(resolved), resolved, definition: definitionFor(resolved, catalog) }];
  }).flat();
}
