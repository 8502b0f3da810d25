import { type Budget, unlimited } from '@catchment/budget';

/** What big integers cost. */
const stepsIfExact = 100;

/**
 * On which side of the line from a to b the point p lies: the sign of (b - a) × (p - a), exactly,
 * whatever the numbers; 0 on the line. The bound within which rounding could turn the sign is
 * Shewchuk's (Adaptive Precision Floating-Point Arithmetic, 1997), and so are the errors of
 * products by which most of the others are told. What big integers must tell is spent from the
 * budget.
 */
export function orientation(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  px: number,
  py: number,
  budget: Budget = unlimited,
): number {
  const left = (bx - ax) * (py - ay);
  const right = (px - ax) * (by - ay);
  const difference = left - right;
  if (Math.abs(difference) > roundingBound * (Math.abs(left) + Math.abs(right))) return difference;
  if ((bx === ax || py === ay) && (px === ax || by === ay)) return 0;
  if (
    isMeasured(left) &&
    isDifference(bx, ax) &&
    isDifference(py, ay) &&
    isDifference(px, ax) &&
    isDifference(by, ay)
  ) {
    // Both products are so near to each other that their difference is no rounded one.
    const rest = errorOf(px - ax, by - ay, right) - errorOf(bx - ax, py - ay, left);
    if (difference !== rest || difference === 0) return Math.sign(difference - rest) + 0;
  }
  budget.spend(stepsIfExact);
  const [x, y] = [scaled(ax), scaled(ay)];
  const exact = (scaled(bx) - x) * (scaled(py) - y) - (scaled(px) - x) * (scaled(by) - y);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}

const roundingBound = 4 * 2 ** -53;

/** Whether the parts of a product, and what they come to, are doubles of full precision. */
function isMeasured(product: number): boolean {
  const size = Math.abs(product);
  return size > 2 ** -800 && size < 2 ** 800;
}

/** Whether a - b is a double. */
function isDifference(a: number, b: number): boolean {
  const difference = a - b;
  const taken = a - difference;
  return a - (difference + taken) + (taken - b) === 0;
}

/** What is missing in a product of doubles that was rounded (Dekker, 1971). */
function errorOf(a: number, b: number, product: number): number {
  const [aBig, bBig] = [upperHalf(a), upperHalf(b)];
  const [aSmall, bSmall] = [a - aBig, b - bBig];
  return aSmall * bSmall - (product - aBig * bBig - aSmall * bBig - aBig * bSmall);
}

function upperHalf(value: number): number {
  const moved = (2 ** 27 + 1) * value;
  return moved - (moved - value);
}

/** A number as a whole number of 2^-1092, of which every finite number is a multiple. */
function scaled(value: number): bigint {
  let shift = 1092;
  let whole = value;
  for (; !Number.isInteger(whole); shift -= 52) whole *= 2 ** 52;
  return BigInt(whole) << BigInt(shift);
}
