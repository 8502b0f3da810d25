import { type Request, rastersOf } from '@cellshed/contracts';

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
