import { cellsWithParts } from './cell-count.ts';
import { cellsAt, type ValueTable } from './value-table.ts';

/**
 * The place of quantiles between values:
 * - `cells`: among the cells in the order of their values, as in numpy's default (Hyndman and Fan's
 *   seventh). Quantile q of n cells is at cell (n - 1) q, counted from 0, linearly between the
 *   cells before and after. n need not be whole.
 * - `values`: among the distinct values, as in exactextract. Of n values with weights w, and sums C
 *   of the weights before, value i (from 0) has the place i w + (n - 1) C. Quantile q is at q times
 *   the last place, linearly between the values beside it.
 */
export type Interpolation = 'cells' | 'values';

/** Makes a function that returns quantiles, q from 0 to 1, of a table that is not empty. */
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

/**
 * The interpolation starts from the nearer end, as in numpy: then it never leaves the two values,
 * and is the second at 1.
 */
function between(a: number, b: number, share: number): number {
  return share >= 0.5 ? b - (b - a) * (1 - share) : a + (b - a) * share;
}

/**
 * The least number below `end` for which the condition holds, as it does for all after it; `end` if
 * there is none.
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
