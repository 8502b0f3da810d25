import type { Cell, Row } from './figures.ts';

/** The column that sorts a table, and its direction. */
export interface Order {
  readonly column: number;
  readonly isUp: boolean;
}

/** The rows in the order of a column; what is not known comes last. */
export function sorted(rows: readonly Row[], order: Order | undefined): readonly Row[] {
  if (!order) return rows;
  const { column, isUp } = order;
  const isNames = rows.some(({ cells }) => typeof cells[column] === 'string');
  const keyOf = ({ cells, order: own }: Row) => (own && column in own && isNames ? own[column] : cells[column]) ?? null;
  return rows.toSorted((a, b) => compare(keyOf(a), keyOf(b), isUp ? 1 : -1));
}

function compare(a: Cell, b: Cell, direction: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * String(a).localeCompare(String(b));
}
