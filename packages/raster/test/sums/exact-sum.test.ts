import fc from 'fast-check';
import { type Dyadic, dyadicOf, minus, plus, quotient, times } from '../../src/sums/dyadic.ts';
import { addSums, type ExactSum, exactSums, summable, totalOf } from '../../src/sums/exact-sum.ts';
import { toDouble, toUnits, unitsOf } from '../units.ts';

const value = fc
  .oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, min: -1e84, max: 1e84 }),
    fc.record({ m: fc.integer(), e: fc.integer({ min: -240, max: 240 }) }).map(({ m, e }) => m * 2 ** e),
    fc.constantFrom(1, 2 ** 53, -(2 ** 53), 2 ** -53, 1 + 2 ** -52, -(2 ** 106), 2 ** 200, -(2 ** 200)),
  )
  .map(summable);
const values = fc.array(value, { maxLength: 40 });

function summed(all: readonly number[]): ExactSum {
  const sums = exactSums();
  for (const each of all) sums.add(0, each);
  return sums.sum(0);
}

describe('exact sums', () => {
  it('are exact, and their totals are correctly rounded', () => {
    fc.assert(
      fc.property(values, (all) => {
        const sum = summed(all)!;
        expect(unitsOf(sum)).toBe(unitsOf(all));
        expect(totalOf(sum)).toBe(toDouble(unitsOf(all)));
      }),
      { numRuns: 2000 },
    );
  });

  it('are the same lists in whatever order values are added, alone, in bulk, or as parts', () => {
    fc.assert(
      fc.property(values, fc.nat(40), (all, cut) => {
        const expected = summed(all);
        const array = Float64Array.of(...all, Number.NaN);
        const sums = exactSums();
        sums.reserve(90);
        sums.addAll(3, array, array.length);
        sums.addEach(new Int32Array(array.length).fill(80), array, array.length);
        expect([sums.sum(3), sums.sum(80), sums.sum(0)]).toEqual([expected, expected, []]);
        expect(summed(all.toReversed())).toEqual(expected);
        const parts = [summed(all.slice(cut)), summed(all.slice(0, cut))];
        expect(addSums(JSON.parse(JSON.stringify(parts)) as ExactSum[])).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('keep groups apart', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(200), value), { maxLength: 60 }), (pairs) => {
        const sums = exactSums();
        sums.reserve(201);
        const [groups, all] = [
          Int32Array.from(pairs, ([group]) => group),
          Float64Array.from(pairs, ([, each]) => each),
        ];
        sums.addEach(groups, all, pairs.length);
        for (let group = 0; group < 201; group++) {
          expect(sums.sum(group)).toEqual(summed(pairs.filter((pair) => pair[0] === group).map((pair) => pair[1])));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('add products without rounding them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 12 }), (pairs) => {
        const sums = exactSums();
        for (const [a, b] of pairs) sums.addProduct(0, a, b);
        const exact = pairs.reduce((sum, [a, b]) => sum + toUnits(a) * toUnits(b), 0n);
        expect(unitsOf(sums.sum(0)!) << 1074n).toBe(exact);
      }),
      { numRuns: 1000 },
    );
  });

  it('are what a sum of many floats is', () => {
    const floats = Float64Array.from({ length: 100_000 }, (_, i) => Math.fround(Math.sin(i) * 10 ** (i % 9)));
    const sums = exactSums();
    sums.addAll(0, floats, floats.length);
    expect(unitsOf(sums.sum(0)!)).toBe(unitsOf([...floats]));
  });

  it('are null when any value is out of range, whatever is added', () => {
    for (const all of [[1e85, -1e85, 1], [-1.7e308], [1, Number.POSITIVE_INFINITY]]) {
      const sums = exactSums();
      for (const each of all.map(summable)) sums.add(0, each);
      expect([sums.sum(0), totalOf(sums.sum(0))]).toEqual([null, null]);
    }
    const sums = exactSums();
    sums.addProduct(0, 0, summable(1e90));
    sums.add(0, 1);
    expect(sums.sum(0)).toBeNull();
    expect(addSums([[1], null])).toBeNull();
    expect([summable(1e-90), summable(-1e-90), summable(Number.NaN)]).toEqual([0, 0, Number.NaN]);
  });
});

describe('exact numbers', () => {
  it('add, subtract and multiply doubles', () => {
    const units = ({ units: own, exponent }: Dyadic) => own << BigInt(exponent + 2148);
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [x, y] = [dyadicOf(a), dyadicOf(b)];
        expect(units(plus(x, y))).toBe((unitsOf(a) + unitsOf(b)) << 1074n);
        expect(units(minus(x, y))).toBe((unitsOf(a) - unitsOf(b)) << 1074n);
        expect(units(times(x, y))).toBe(unitsOf(a) * unitsOf(b));
      }),
    );
  });

  it('divide to the next double where the quotient is a little more than half way to it', () => {
    const one = dyadicOf([1]);
    expect(quotient(dyadicOf([1, 2 ** -53]), one)).toBe(1);
    expect(quotient(dyadicOf([1, 2 ** -53, 2 ** -200]), one)).toBe(1 + 2 ** -52);
  });

  it('divide as doubles do, and by what is no double, to the nearest', () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        fc.pre(b !== 0 && Math.abs(b) + c !== 0);
        expect(quotient(dyadicOf([a]), dyadicOf([b]))).toBe(a / b + 0);
        // The two doubles next to the quotient are no nearer.
        const [dividend, divisor] = [dyadicOf([a]), dyadicOf([Math.abs(b), Math.abs(c)])];
        const near = quotient(dividend, divisor);
        const off = (each: number) => {
          const { units } = minus(times(dyadicOf([each]), divisor), dividend);
          const { exponent } = minus(times(dyadicOf([each]), divisor), dividend);
          return (units < 0n ? -units : units) << BigInt(exponent + 3300);
        };
        const step = Math.abs(near) * 2 ** -52;
        expect(off(near) <= off(near + step) && off(near) <= off(near - step)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
