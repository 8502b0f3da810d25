import { cellsWithParts } from './cell-count.ts';
import { cellsAt, type ValueTable } from './value-table.ts';

/**
 * Where quantiles lie between values:
 * - `cells`: among the cells in the order of their values, as numpy's default does (Hyndman and
 *   Fan's seventh): quantile q of n cells is at cell (n - 1) q, counted from 0, linearly between
 *   that before and that after. n need not be whole.
 * - `values`: among the distinct values, as exactextract does: of n values of weights w and sums C
 *   of the weights before, value i (from 0) has the place i w + (n - 1) C; quantile q is at q times
 *   the last place, linearly between those beside it.
 */
export type Interpolation = 'cells' | 'values';

/** A function that answers quantiles, q from 0 to 1, of a table that is not empty. */
export function quantilesOf(table: ValueTable, interpolation: Interpolation): (q: number) => number {
  const { values } = table;
  const weights = Float64Array.from(values.keys(), (at) => cellsWithParts(cellsAt(table, at)));
  const sums = new Float64Array(values.length + 1);
  for (const [at, weight] of weights.entries()) sums[at + 1] = sums[at]! + weight;
  const last = values.length - 1;
  const total = sums[values.length]!;

  if (interpolation === 'cells') {
    const valueOfCell = (cell: number) =>
      values[
        Math.min(
          last,
          firstWhere(last, (at) => sums[at + 1]! > cell),
        )
      ]!;
    return (q) => {
      const place = Math.max(0, total - 1) * q;
      const cell = Math.floor(place);
      return between(valueOfCell(cell), valueOfCell(cell + 1), place - cell);
    };
  }
  const placeOf = (at: number) => at * weights[at]! + last * sums[at]!;
  return (q) => {
    const place = total * last * q;
    const after = firstWhere(last + 1, (at) => placeOf(at) > place);
    if (after > last) return values[last]!;
    const from = placeOf(after - 1);
    return between(values[after - 1]!, values[after]!, (place - from) / (placeOf(after) - from));
  };
}

/** From the nearer end, as numpy does: then it never leaves the two, and is the second at 1. */
function between(a: number, b: number, share: number): number {
  return share >= 0.5 ? b - (b - a) * (1 - share) : a + (b - a) * share;
}

/**
 * The least number below `end` for which it holds, as it does for all after it; `end` if for none.
 */
function firstWhere(end: number, holds: (at: number) => boolean): number {
  let [from, to] = [0, end];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
