import fc from 'fast-check';
import { describeStatistics } from '../../src/gather/describe-statistics.ts';
import { addStatistics, type StatisticsTotal } from '../../src/gather/statistics-total.ts';
import { wholeCell } from '../../src/spans/spans.ts';
import { quantilesOf } from '../../src/sums/quantiles.ts';

/** The total of these cells, some of which may count in part. */
function totalOf(
  cells: readonly (readonly [value: number, parts: number])[],
  weights?: readonly number[],
): StatisticsTotal {
  return addStatistics(
    cells.map(([value, parts], i) => {
      const count = parts === wholeCell ? { cells: 1 } : { cells: 0, parts };
      const table = { values: [value], cells: [count.cells], ...(count.cells === 0 && { parts: [parts] }) };
      const weight = weights && [[(weights[i]! * parts) / wholeCell]];
      return { ...count, noData: 0, table: { ...table, ...(weight && { weights: weight }) } };
    }),
  );
}

const whole = (values: readonly number[]) => totalOf(values.map((value) => [value, wholeCell]));

describe('describeStatistics', () => {
  it('says everything of cells that all are whole', () => {
    expect(describeStatistics(whole([2, 4, 4, 4, 5, 5, 7, 9]), { quantiles: [0.25] })).toEqual({
      count: 8,
      noData: 0,
      sum: 40,
      mean: 5,
      min: 2,
      max: 9,
      range: 7,
      variance: 4,
      standardDeviation: 2,
      coefficientOfVariation: 0.4,
      median: 4.5,
      quantiles: [{ quantile: 0.25, value: 4 }],
      mode: 4,
      minority: 2,
      variety: 5,
      values: [
        { value: 2, cells: 1, share: 0.125 },
        { value: 4, cells: 3, share: 0.375 },
        { value: 5, cells: 2, share: 0.25 },
        { value: 7, cells: 1, share: 0.125 },
        { value: 9, cells: 1, share: 0.125 },
      ],
    });
  });

  it('says nothing but how many cells there are where none has data', () => {
    const nothing = addStatistics([
      { cells: 0, noData: 3, noDataParts: wholeCell / 2, table: { values: [], cells: [] } },
    ]);
    const { count, noData, values, quantiles, ...rest } = describeStatistics(nothing, { quantiles: [0.5] });
    expect([count, noData, values, quantiles]).toEqual([0, 3.5, [], [{ quantile: 0.5, value: null }]]);
    expect(Object.values(rest)).toEqual(Array(12).fill(null));
    const weighted = { cells: 0, noData: 1, table: { values: [], cells: [], weights: [] } };
    expect(describeStatistics(weighted)).toMatchObject({
      weight: null,
      weightedSum: null,
      weightedMean: null,
      weightedVariance: null,
      weightedStandardDeviation: null,
    });
    expect(addStatistics([])).toEqual({ cells: 0, noData: 0, table: { values: [], cells: [] } });
  });

  it('takes of several modes and minorities the least', () => {
    expect(describeStatistics(whole([3, 3, 1, 1, 2]))).toMatchObject({ mode: 1, minority: 2 });
    expect(describeStatistics(whole([5, 4]))).toMatchObject({ mode: 4, minority: 4 });
    const shared = totalOf([
      [1, wholeCell / 2],
      [2, wholeCell / 2 + 1],
      [3, wholeCell / 2 - 1],
    ]);
    expect(describeStatistics(shared)).toMatchObject({ mode: 2, minority: 3, variety: 3 });
  });

  it('weighs cells by weights and shares', () => {
    const total = totalOf(
      [
        [1, wholeCell],
        [4, wholeCell / 2],
        [4, wholeCell / 4],
      ],
      [2, 4, 8],
    );
    expect(describeStatistics(total)).toMatchObject({
      count: 1.75,
      sum: 4,
      weight: 6,
      weightedSum: 18,
      weightedMean: 3,
      weightedVariance: 2,
      weightedStandardDeviation: Math.SQRT2,
      values: [
        { value: 1, weight: 2 },
        { value: 4, weight: 4 },
      ],
    });
    const nothing = totalOf([[1, wholeCell]], [0]);
    expect(describeStatistics(nothing)).toMatchObject({ weight: 0, weightedSum: 0, weightedMean: null });
    const negative = totalOf(
      [
        [1, wholeCell],
        [2, wholeCell],
      ],
      [3, -1],
    );
    expect(describeStatistics(negative)).toMatchObject({ weightedMean: 0.5, weightedVariance: null });
  });

  it('is right where differences are small beside the values', () => {
    const { mean, variance } = describeStatistics(whole([1e15 + 1, 1e15 + 2, 1e15 + 3]));
    expect([mean, variance]).toEqual([1e15 + 2, 2 / 3]);
    expect(describeStatistics(whole([0.1, 0.1, 0.1])).variance).toBe(0);
    expect(describeStatistics(whole([-1, 1])).coefficientOfVariation).toBeNull();
  });

  it('says no sum of values that are too large, but the rest', () => {
    const { sum, mean, variance, coefficientOfVariation, median, max } = describeStatistics(whole([1, 2, 1e300]));
    expect([sum, mean, variance, coefficientOfVariation, median, max]).toEqual([null, null, null, null, 2, 1e300]);
  });

  it('lists up to a thousand values', () => {
    const values = Array.from({ length: 1001 }, (_, i) => i);
    expect(describeStatistics(whole(values)).values).toBeUndefined();
    expect(describeStatistics(whole(values.slice(1))).values).toHaveLength(1000);
  });

  it('refuses quantiles that are none', () => {
    expect(() => describeStatistics(whole([1]), { quantiles: [0.5, 1.5] })).toThrow('quantile 1.5, expected 0 to 1');
    expect(() => describeStatistics(whole([1]), { quantiles: [Number.NaN] })).toThrow(RangeError);
  });

  it('says quantiles of classes to within what it says of them', () => {
    const value = fc.double({ noNaN: true, min: 1e-3, max: 1e6 });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 4, maxLength: 60 }),
        fc.double({ noNaN: true, min: 0, max: 1 }),
        (all, q) => {
          const coarse = addStatistics([whole(all)], { distinct: 1 });
          fc.pre(coarse.classes !== undefined);
          const { approximate, quantiles, mode, minority, variety, values } = describeStatistics(coarse, {
            quantiles: [q],
          });
          const exact = quantilesOf(whole(all).table, 'cells')(q);
          expect(Math.abs(quantiles[0]!.value! - exact)).toBeLessThanOrEqual(
            approximate!.relativeError * exact * (1 + 1e-9),
          );
          expect([mode, minority, variety, values]).toEqual([null, null, null, undefined]);
        },
      ),
    );
  });
});

describe('quantiles', () => {
  it('are those of numpy where all cells are whole', () => {
    // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5], q) of numpy 2.4
    const told = { 0: 1, 0.05: 1, 0.3: 3, 0.5: 4, 0.77: 5, 0.99: 8.700000000000001, 1: 9 };
    const { quantiles } = describeStatistics(whole([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]), {
      quantiles: Object.keys(told).map(Number),
    });
    expect(Object.fromEntries(quantiles.map(({ quantile, value }) => [quantile, value]))).toEqual(told);
    // numpy.quantile([0.1, 0.7, 0.1, 2.5], q)
    const asked = { quantiles: [0.1, 0.5, 0.9, 1 / 3] };
    const values = describeStatistics(whole([0.1, 0.7, 0.1, 2.5]), asked).quantiles.map(({ value }) => value);
    expect(values).toEqual([0.1, 0.39999999999999997, 1.9600000000000004, 0.1]);
  });

  it('lie linearly between the cells in their order, by cells', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 30 }), unit, (all, q) => {
        const sorted = all.toSorted((a, b) => a - b);
        const place = (all.length - 1) * q;
        const [before, after] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
        const value = quantilesOf(whole(all).table, 'cells')(q);
        expect(value).toBeCloseTo(before + (after - before) * (place - Math.floor(place)), 9);
        expect(value >= before && value <= after).toBe(true);
      }),
    );
  });

  it('lie linearly between the places of the values, by values, and do where cells count in part', () => {
    const cell = fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: wholeCell - 1 }));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 30 }), unit, (cells, q) => {
        const values = [...new Set(cells.map(([value]) => value))].sort((a, b) => a - b);
        const weights = values.map((value) =>
          cells.filter((each) => each[0] === value).reduce((sum, [, parts]) => sum + parts / wholeCell, 0),
        );
        const before = weights.map((_, i) => weights.slice(0, i).reduce((a, b) => a + b, 0));
        const places = weights.map((weight, i) => i * weight + (values.length - 1) * before[i]!);
        const place = q * places.at(-1)!;
        const i = Math.max(
          0,
          places.findLastIndex((each) => each <= place),
        );
        const next = Math.min(i + 1, values.length - 1);
        const share = next === i ? 0 : (place - places[i]!) / (places[next]! - places[i]!);
        const expected = values[i]! + share * (values[next]! - values[i]!);
        const total = totalOf(cells);
        const { quantiles } = describeStatistics(total, { quantiles: [q] });
        if (total.table.parts !== undefined) expect(quantiles[0]!.value).toBeCloseTo(expected, 6);
        expect(quantilesOf(total.table, 'values')(q)).toBeCloseTo(expected, 6);
      }),
    );
  });

  it('are asked by values of whole cells, too', () => {
    const told = (interpolation: 'cells' | 'values') =>
      describeStatistics(whole([1, 1, 1, 2]), { interpolation }).median;
    expect([told('cells'), told('values')]).toEqual([1, 1.5]);
  });
});

const unit = fc.oneof(fc.double({ noNaN: true, min: 0, max: 1 }), fc.constantFrom(0, 0.25, 0.5, 1));
