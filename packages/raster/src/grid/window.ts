/** A rectangle of cells: columns from `firstColumn` to before `endColumn`, rows likewise. */
export interface Window {
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly firstRow: number;
  readonly endRow: number;
}

/** The columns of the lattice that go once around the world; beyond them the same places repeat. */
export type World = Pick<Window, 'firstColumn' | 'endColumn'>;
