/**
 * On which side of the line from a to b the point p lies: the sign of (b - a) × (p - a), exactly, whatever the numbers; 0 on the
 * line. The bound within which rounding could turn the sign is Shewchuk's (Adaptive Precision Floating-Point Arithmetic, 1997).
 */
export function orientation(ax: number, ay: number, bx: number, by: number, px: number, py: number): number {
  const left = (bx - ax) * (py - ay);
  const right = (px - ax) * (by - ay);
  const difference = left - right;
  if (Math.abs(difference) > roundingBound * (Math.abs(left) + Math.abs(right))) return difference;
  const [x, y] = [scaled(ax), scaled(ay)];
  const exact = (scaled(bx) - x) * (scaled(py) - y) - (scaled(px) - x) * (scaled(by) - y);
  return exact > 0n ? 1 : exact < 0n ? -1 : 0;
}

const roundingBound = 4 * 2 ** -53;

/** A number as a whole number of 2^-1092, of which every finite number is a multiple. */
function scaled(value: number): bigint {
  let shift = 1092;
  let whole = value;
  for (; !Number.isInteger(whole); shift -= 52) whole *= 2 ** 52;
  return BigInt(whole) << BigInt(shift);
}
