import type { Segment } from './segment.ts';

/**
 * The sum of floor(column + more) where a line that is not horizontal meets `count` heights from
 * `first` on, each 1 below the other. It is exact, in a number of steps that grows with the digits
 * of `count` only.
 */
export function floorsAlong([x1, y1, x2, y2]: Segment, first: number, count: number, more: number): number {
  const whole = wholeNumbers([x1, y1, x2, y2, first, more, 1]);
  const [a, b, c, d, from, plus, one] = whole as [bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  const [dx, dy] = [c - a, d - b];
  // All numbers are in units, and over dy: a unit is the `one`th part of a cell.
  const begin = (from - b) * dx + (a + plus) * dy;
  return Number(floorSum(BigInt(count), dy * one, one * dx, begin));
}

/**
 * The sum of floor((a i + b) / m) over whole i from 0 to before n, where m > 0, by Euclid's
 * algorithm.
 */
export function floorSum(n: bigint, m: bigint, a: bigint, b: bigint): bigint {
  let [count, divisor, slope, begin, sum] = [n, m, a, b, 0n];
  for (;;) {
    const [steep, high] = [floorOf(slope, divisor), floorOf(begin, divisor)];
    sum += ((count * (count - 1n)) / 2n) * steep + count * high;
    slope -= steep * divisor;
    begin -= high * divisor;
    const end = slope * count + begin;
    if (end < divisor) return sum;
    // The same points are counted the other way: columns become rows.
    [count, begin] = [end / divisor, end % divisor];
    [divisor, slope] = [slope, divisor];
  }
}

function floorOf(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return quotient * b > a ? quotient - 1n : quotient;
}

/** Converts numbers to whole numbers of one unit, a power of two. */
function wholeNumbers(values: readonly number[]): bigint[] {
  const scaled = values.map((value) => {
    let [whole, shift] = [value, 0];
    for (; !Number.isInteger(whole); shift++) whole *= 2;
    return { whole: BigInt(whole), shift };
  });
  const most = BigInt(Math.max(...scaled.map(({ shift }) => shift)));
  return scaled.map(({ whole, shift }) => whole << (most - BigInt(shift)));
}
