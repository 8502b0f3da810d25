import { addCellCounts, type CellCount, cellCount } from './cell-count.ts';
import { addSums, type ExactSum } from './exact-sum.ts';

/** Values and their cells, in columns: half a million values are 10 MB of JSON. */
export interface ValueTable {
  /** The values, rising. */
  readonly values: readonly number[];
  /** The whole cells of each value. */
  readonly cells: readonly number[];
  /** The parts of `wholeCell` besides; absent: none. */
  readonly parts?: readonly number[];
  /** Exact sums of weight × share of the cell; absent: no weights, or the values are classes. */
  readonly weights?: readonly ExactSum[];
}

/** The cells of the value at a place in the table. */
export function cellsAt({ cells, parts }: ValueTable, at: number): CellCount {
  return cellCount(cells[at]!, parts?.[at] ?? 0);
}

/** Builds a table of values that arrive in rising order, some of them more than once. */
export function tableBuilder(weighted: boolean) {
  const values: number[] = [];
  const cells: number[] = [];
  const parts: number[] = [];
  const weights: ExactSum[] = [];
  let anyParts = false;
  return {
    add(value: number, count: CellCount, weight: ExactSum = []): void {
      const last = values.length - 1;
      const same = values[last] === value;
      const total = same ? addCellCounts(count, { cells: cells[last]!, parts: parts[last]! }) : count;
      const at = same ? last : last + 1;
      values[at] = value;
      cells[at] = total.cells;
      parts[at] = total.parts ?? 0;
      anyParts ||= parts[at] > 0;
      if (weighted) weights[at] = same ? addSums([weights[at]!, weight]) : weight;
    },
    all: (): ValueTable => ({
      values,
      cells,
      ...(anyParts && parts.some((own) => own > 0) && { parts }),
      ...(weighted && { weights }),
    }),
  };
}

/** Adds two tables up. */
export function addTables(a: ValueTable, b: ValueTable): ValueTable {
  const built = tableBuilder(a.weights !== undefined || b.weights !== undefined);
  const add = (table: ValueTable, at: number) => built.add(table.values[at]!, cellsAt(table, at), table.weights?.[at]);
  let [i, j] = [0, 0];
  while (i < a.values.length && j < b.values.length) {
    if (a.values[i]! < b.values[j]!) add(a, i++);
    else add(b, j++);
  }
  while (i < a.values.length) add(a, i++);
  while (j < b.values.length) add(b, j++);
  return built.all();
}

/**
 * Moves each value towards 0 to the next value of so many bits: the result is the table of their
 * classes. Weights are left out.
 */
export function classTable(table: ValueTable, bits: number): ValueTable {
  const built = tableBuilder(false);
  for (let at = 0; at < table.values.length; at++) built.add(classOf(table.values[at]!, bits), cellsAt(table, at));
  return built.all();
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * The double nearest to 0 of all doubles with the same sign, the same power of two and the same
 * first `bits` (0 to 20) of the fraction. The others are within 2^-bits of it, relatively.
 */
export function classOf(value: number, bits: number): number {
  double[0] = value;
  words[0] = 0;
  words[1] = words[1]! & (-1 << (20 - bits));
  return double[0] + 0;
}
