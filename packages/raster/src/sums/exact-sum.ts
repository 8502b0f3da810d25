import { enlarged } from '../tables/hash-numbers.ts';

/**
 * The exact sum of doubles, as doubles that add up to it: each is the rest after those before it,
 * correctly rounded. None is zero, and an empty list is 0. So equal sums are equal lists, whatever
 * the order of adding. null: out of range. Plain JSON.
 */
export type ExactSum = readonly number[] | null;

/** Exact sums of groups that are numbered from 0. */
export interface ExactSums {
  /** Reserves memory before values are added in bulk: group numbers are below this. */
  reserve(groups: number): void;
  add(group: number, value: number): void;
  /** Adds a × b, exactly. */
  addProduct(group: number, a: number, b: number): void;
  /** Adds each of the first values to the group at the same place; NaN is ignored. */
  addEach(groups: Int32Array, values: Float64Array, length: number): void;
  /** Adds all of the first values to one group; NaN is ignored. */
  addAll(group: number, values: Float64Array, length: number): void;
  sum(group: number): ExactSum;
}

/**
 * Creates exact sums. Every sum is a pair of doubles, to which values are added without error by
 * Knuth's TwoSum (The Art of Computer Programming, vol. 2, 4.2.2, theorem B). The rest that does
 * not fit in their 106 bits is added to an expansion, as Shewchuk grows it (Adaptive Precision
 * Floating-Point Arithmetic, 1997, section 2.4). Values must be `summable`.
 */
export function exactSums(): ExactSums {
  let high = new Float64Array(64);
  let low = new Float64Array(64);
  const rest = new Map<number, number[]>();
  const reserve = (groups: number): void => {
    if (groups <= high.length) return;
    const capacity = Math.max(groups, 2 * high.length);
    high = enlarged(high, new Float64Array(capacity));
    low = enlarged(low, new Float64Array(capacity));
  };
  const spill = (group: number, error: number): void => {
    // The sum is out of range, and the pair itself shows it.
    if (Number.isNaN(error)) return;
    const expansion = rest.get(group);
    if (expansion === undefined) rest.set(group, [error]);
    else grow(expansion, error);
  };
  const add = (group: number, value: number): void => {
    reserve(group + 1);
    const a = high[group]!;
    const sum = a + value;
    const error = sumError(a, value, sum);
    high[group] = sum;
    if (error !== 0) addLow(group, error);
  };
  const addLow = (group: number, value: number): void => {
    const a = low[group]!;
    const sum = a + value;
    const error = sumError(a, value, sum);
    low[group] = sum;
    if (error !== 0) spill(group, error);
  };
  return {
    reserve,
    add,
    addProduct(group, a, b) {
      const product = a * b;
      add(group, product);
      add(group, productError(a, b, product));
    },
    addEach(groups, values, length) {
      for (let i = 0; i < length; i++) {
        const value = values[i]!;
        if (value !== value) continue;
        const group = groups[i]!;
        const a = high[group]!;
        const sum = a + value;
        const error = sumError(a, value, sum);
        high[group] = sum;
        if (error !== 0) addLow(group, error);
      }
    },
    addAll(group, values, length) {
      reserve(group + 1);
      let [a, b] = [high[group]!, low[group]!];
      for (let i = 0; i < length; i++) {
        const value = values[i]!;
        if (value !== value) continue;
        const sum = a + value;
        const error = sumError(a, value, sum);
        a = sum;
        if (error === 0) continue;
        const lowSum = b + error;
        const lowError = sumError(b, error, lowSum);
        b = lowSum;
        if (lowError !== 0) spill(group, lowError);
      }
      high[group] = a;
      low[group] = b;
    },
    sum(group) {
      if (group >= high.length) return [];
      return canonical([high[group]!, low[group]!, ...(rest.get(group) ?? [])]);
    },
  };
}

/** Adds sums up. An empty list of sums is 0. */
export function addSums(sums: Iterable<ExactSum>): ExactSum {
  const terms: number[] = [];
  for (const sum of sums) {
    if (sum === null) return null;
    terms.push(...sum);
  }
  return canonical(terms);
}

/** The sum, correctly rounded; null: out of range. */
export function totalOf(sum: ExactSum): number | null {
  return sum === null ? null : (sum[0] ?? 0);
}

const least = 2 ** -280;
const most = 2 ** 280;

/**
 * Replaces a value so that sums of it, of its square, and of these times a share and another such
 * value are exact: values nearer to 0 than 2^-280 (5e-85) become 0, values beyond 2^280 (2e84)
 * become infinite, and their sum null. NaN stays NaN. Only a float64 holds such values.
 */
export function summable(value: number): number {
  const size = Math.abs(value);
  if (size > most) return Number.POSITIVE_INFINITY;
  return size < least ? 0 : value;
}

/** The error of a + b when it was rounded to `sum`. */
function sumError(a: number, b: number, sum: number): number {
  const taken = sum - a;
  return a - (sum - taken) + (b - taken);
}

/**
 * The error of a × b when it was rounded to `product`: T. J. Dekker, A floating-point technique for
 * extending the available precision, 1971.
 */
export function productError(a: number, b: number, product: number): number {
  const [a1, b1] = [leadingHalf(a), leadingHalf(b)];
  const [a2, b2] = [a - a1, b - b1];
  return a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2);
}

/** Veltkamp's split: the leading 26 bits; the rest also has 26 bits. */
function leadingHalf(value: number): number {
  const scaled = value * (2 ** 27 + 1);
  return scaled - (scaled - value);
}

/** Adds a value to doubles that do not overlap and rise in size; they stay so. */
function grow(expansion: number[], value: number): void {
  let carried = value;
  let kept = 0;
  for (const part of expansion) {
    const sum = carried + part;
    const error = sumError(carried, part, sum);
    if (error !== 0) expansion[kept++] = error;
    carried = sum;
  }
  expansion.length = kept;
  if (carried !== 0) expansion.push(carried);
}

function canonical(terms: readonly number[]): ExactSum {
  if (!terms.every(Number.isFinite)) return null;
  const expansion: number[] = [];
  for (const term of terms) if (term !== 0) grow(expansion, term);
  const parts: number[] = [];
  while (expansion.length > 0) {
    const part = rounded(expansion);
    parts.push(part);
    grow(expansion, -part);
  }
  return parts;
}

/**
 * The double nearest to the sum of an expansion. Adding from the largest on is correct until
 * something is lost. The loss matters only if it is half a unit; then the sign of the next double
 * decides.
 */
function rounded(expansion: readonly number[]): number {
  let at = expansion.length - 1;
  let total = expansion[at]!;
  let error = 0;
  while (at > 0 && error === 0) {
    const part = expansion[--at]!;
    const sum = total + part;
    error = sumError(total, part, sum);
    total = sum;
  }
  if (at === 0 || Math.sign(error) !== Math.sign(expansion[at - 1]!)) return total;
  const twice = total + 2 * error;
  return twice - total === 2 * error ? twice : total;
}
