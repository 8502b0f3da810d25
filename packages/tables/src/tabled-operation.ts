import type { Catalog } from '@cellshed/catalog';
import { contractOf, type Definition, type Refusal } from '@cellshed/contracts';

/** The part of a catalog that gives rasters their titles, values their labels. */
export type Names = Pick<Catalog, 'operations' | 'rasters'>;

/**
 * What a row is, beside its area: a group of values, or a class of what has changed with its gains
 * and losses.
 */
export const rowKinds = ['groups', 'classes'] as const;
export type RowKind = (typeof rowKinds)[number];

/** An operation of the catalog, and what is computed. */
export interface TabledOperation {
  readonly operation: string;
  readonly definition: Definition;
  /** The kind of rows of its results; absent: groups, where they have any. */
  readonly rows?: RowKind;
}

/**
 * Operations with rows of a kind, where their results have it; others have their own. A Refusal
 * where none has.
 */
export function withRows(asked: readonly TabledOperation[], rows: RowKind | undefined): TabledOperation[] | Refusal {
  if (rows !== 'classes') return [...asked];
  const hasClasses = ({ definition }: TabledOperation) => 'classes' in contractOf(definition.type).members;
  if (asked.some(hasClasses)) return asked.map((one) => (hasClasses(one) ? { ...one, rows } : one));
  const names = [...new Set(asked.map(({ operation }) => operation))].join(', ');
  return { path: 'rows', problem: `is classes, but no answer to ${names || 'nothing'} has classes; expected groups` };
}
