/** An exact number: units × 2^exponent. */
export interface Dyadic {
  readonly units: bigint;
  readonly exponent: number;
}

/** The exact sum of finite doubles. */
export function dyadicOf(doubles: readonly number[]): Dyadic {
  return doubles.map(dyadicOfDouble).reduce(plus, { units: 0n, exponent: 0 });
}

export function plus(a: Dyadic, b: Dyadic): Dyadic {
  if (a.exponent < b.exponent) return plus(b, a);
  return { units: (a.units << BigInt(a.exponent - b.exponent)) + b.units, exponent: b.exponent };
}

export function minus(a: Dyadic, b: Dyadic): Dyadic {
  return plus(a, { ...b, units: -b.units });
}

export function times(a: Dyadic, b: Dyadic): Dyadic {
  return { units: a.units * b.units, exponent: a.exponent + b.exponent };
}

/** a / b, correctly rounded unless it is nearer to 0 than 2^-1022; b is not 0. */
export function quotient(a: Dyadic, b: Dyadic): number {
  if (a.units === 0n) return 0;
  const negative = a.units < 0n !== b.units < 0n;
  const [dividend, divisor] = [size(a.units), size(b.units)];
  const shift = Math.max(0, 72 + 4 * (divisor.toString(16).length - dividend.toString(16).length));
  const shifted = dividend << BigInt(shift);
  // The last bit stands for all digits that are cut off. There are so many bits before it that it
  // only decides a tie.
  const units = ((shifted / divisor) << 1n) | (shifted % divisor === 0n ? 0n : 1n);
  const exponent = a.exponent - b.exponent - shift - 1;
  const half = Math.trunc(exponent / 2);
  const value = Number(units) * 2 ** half * 2 ** (exponent - half);
  return negative ? -value : value;
}

const size = (units: bigint) => (units < 0n ? -units : units);

const bits = new DataView(new ArrayBuffer(8));

function dyadicOfDouble(value: number): Dyadic {
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const fraction = word & (2n ** 52n - 1n);
  const power = Number((word >> 52n) & 0x7ffn);
  const units = power === 0 ? fraction : fraction | (1n << 52n);
  return { units: value < 0 ? -units : units, exponent: Math.max(power, 1) - 1075 };
}
