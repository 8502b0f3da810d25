import { type Budget, unlimited } from '@cellshed/budget';
import { orient2d } from 'robust-predicates';

/** The cost of a position so near the line that more than one rounded product is needed. */
const stepsIfNear = 25;

/** The cost of big integers. */
const stepsIfExact = 100;

/**
 * Tells on which side of the line from a to b the point p lies: the sign of (b - a) × (p - a),
 * exactly, for all finite numbers; 0 on the line. The bound for rounding is Shewchuk's (Adaptive
 * Precision Floating-Point Arithmetic, 1997). Positions within it are spent from the budget. Only
 * numbers whose products a double cannot hold need big integers.
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
  if (isMeasured(ax) && isMeasured(ay) && isMeasured(bx) && isMeasured(by) && isMeasured(px) && isMeasured(py)) {
    budget.spend(stepsIfNear);
    return 0 - orient2d(ax, ay, bx, by, px, py);
  }
  budget.spend(stepsIfExact);
  const [x, y] = [scaled(ax), scaled(ay)];
  const exact = (scaled(bx) - x) * (scaled(py) - y) - (scaled(px) - x) * (scaled(by) - y);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}

const roundingBound = 4 * 2 ** -53;

/** Tells whether the products of such numbers, and their rounding errors, are doubles. */
function isMeasured(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size > 2 ** -400 && size < 2 ** 400);
}

/** Converts a number to a whole number of 2^-1092, of which every finite number is a multiple. */
function scaled(value: number): bigint {
  let shift = 1092;
  let whole = value;
  for (; !Number.isInteger(whole); shift -= 52) whole *= 2 ** 52;
  return BigInt(whole) << BigInt(shift);
}
