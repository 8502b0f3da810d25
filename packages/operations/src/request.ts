import { type Definition, rastersOf } from '@catchment/catalog';

/**
 * Which cells lie in an area: those whose centres do; those that it touches, be it in a corner; or
 * each by the share of it that does.
 */
export const coverages = ['centre', 'touched', 'fraction'] as const;
export type Coverage = (typeof coverages)[number];

/** An operation on an area, by their names; what was drawn by the fingerprint of its geometry. */
export interface OperationRequest {
  readonly operation: string;
  /**
   * What is computed, where that is not the operation of this name just as it stands in the
   * catalog.
   */
  readonly definition?: Definition;
  readonly area: { readonly table: string; readonly id: string } | { readonly drawn: string };
  readonly coverage: Coverage;
  /** Lines that came with the request. */
  readonly lines?: { readonly drawn: string };
}

/** `table/id`, or `drawn/` and the fingerprint of the geometry: what results call their area. */
export function areaText({ area }: Pick<OperationRequest, 'area'>): string {
  return 'table' in area ? `${area.table}/${area.id}` : `drawn/${area.drawn}`;
}

/**
 * What keys call an operation: its name, and the rasters in parentheses where they are not the
 * catalog's.
 */
export function operationText({ operation, definition }: Pick<OperationRequest, 'operation' | 'definition'>): string {
  return definition ? `${operation}(${rastersOf(definition).join(',')})` : operation;
}

/** The operation's name and, where they are spelled out, its rasters. */
export function readOperationText(text: string): { readonly operation: string; readonly rasters?: readonly string[] } {
  const [, operation = text, rasters] = /^([^(]*)\((.*)\)$/.exec(text) ?? [];
  return rasters === undefined ? { operation } : { operation, rasters: rasters.split(',') };
}
