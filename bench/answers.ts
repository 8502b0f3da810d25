/** Cells by values. */
type Counts = Readonly<Record<string, number>>;

/** Compares two answers. Says how they differ; undefined if they agree. */
export type Agreement = (ours: Counts, theirs: Counts) => string | undefined;

/** The same number of cells of everything. */
export const equalCounts: Agreement = (ours, theirs) => differing(ours, theirs, (a, b) => a === b);

/** The same to this share of all cells: for those who add up floats. */
export function equalWithin(share: number): Agreement {
  return (ours, theirs) => {
    const allowed = share * cellsIn(ours);
    return differing(ours, theirs, (a, b) => Math.abs(a - b) <= allowed);
  };
}

/**
 * Nowhere more than ours, and all that is missing at most this share of all cells: for those who
 * are known to drop some.
 */
export function fewerWithin(share: number): Agreement {
  return (ours, theirs) => {
    const missing = cellsIn(ours) - cellsIn(theirs);
    if (missing > share * cellsIn(ours)) return `${missing} of ${cellsIn(ours)} cells are missing`;
    return differing(ours, theirs, (a, b) => a >= b);
  };
}

export function cellsIn(counts: Counts): number {
  return Object.values(counts).reduce((sum, cells) => sum + cells, 0);
}

function differing(ours: Counts, theirs: Counts, agree: (a: number, b: number) => boolean): string | undefined {
  for (const values of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [a, b] = [ours[values] ?? 0, theirs[values] ?? 0];
    if (!agree(a, b)) return `${a} cells of ${values}, the other has ${b}`;
  }
  return undefined;
}
