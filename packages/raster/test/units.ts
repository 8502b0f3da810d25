/** The units of 2^-1074 in a sum of doubles: whole numbers, so that it is exact. */
export function unitsOf(doubles: readonly number[]): bigint {
  return doubles.reduce((sum, value) => sum + toUnits(value), 0n);
}

/** The units of 2^-1074 in a double, by multiplying instead of by looking at bits. */
export function toUnits(value: number): bigint {
  let [scaled, shift] = [value, 1074];
  while (!Number.isInteger(scaled)) [scaled, shift] = [scaled * 2, shift - 1];
  return BigInt(scaled) << BigInt(shift);
}

/** The double nearest to units of 2^-1074: the engine rounds whole numbers right. */
export function toDouble(units: bigint): number {
  const size = units < 0n ? -units : units;
  const shift = Math.max(0, size.toString(2).length - 66);
  const sticky = size % (1n << BigInt(shift)) === 0n ? 0n : 1n;
  const exponent = shift - 1075;
  const half = Math.trunc(exponent / 2);
  const double = Number(((size >> BigInt(shift)) << 1n) | sticky) * 2 ** half * 2 ** (exponent - half);
  return units < 0n ? -double : double;
}
