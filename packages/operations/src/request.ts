import { type Request, rastersOf } from '@catchment/contracts';

/** The name of an area in results: `table/id`, or `drawn/` and the fingerprint of the geometry. */
export function areaText({ area }: Pick<Request, 'area'>): string {
  return 'table' in area ? `${area.table}/${area.id}` : `drawn/${area.drawn}`;
}

/**
 * The name of an operation in keys, with the rasters in parentheses where they are not the
 * catalog's.
 */
export function operationText({ operation, definition }: Pick<Request, 'operation' | 'definition'>): string {
  return definition ? `${operation}(${rastersOf(definition).join(',')})` : operation;
}

/** The operation and the rasters in its name in a key; without the latter: the catalog's. */
export function readOperationText(text: string): { readonly operation: string; readonly rasters?: readonly string[] } {
  const [, operation = text, rasters] = /^([^(]*)\((.*)\)$/.exec(text) ?? [];
  return rasters === undefined ? { operation } : { operation, rasters: rasters.split(',') };
}
