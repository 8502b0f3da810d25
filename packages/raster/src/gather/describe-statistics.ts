import { wholeCell } from '../spans/spans.ts';
import { cellsWithParts } from '../sums/cell-count.ts';
import { type Dyadic, dyadicOf, minus, quotient, times } from '../sums/dyadic.ts';
import { type ExactSum, totalOf } from '../sums/exact-sum.ts';
import type { Moments } from '../sums/moments.ts';
import { type Interpolation, quantilesOf } from '../sums/quantiles.ts';
import { cellsAt, type ValueTable } from '../sums/value-table.ts';
import { momentsOf, type StatisticsTotal } from './statistics-total.ts';

/**
 * The statistics of an area. Cells count by their share in the area. Without cells with data, all
 * members but `count` and `noData` are null, and there are no values. Sums, and members computed
 * from them, are null if a value is larger than 2^280 (2e84).
 */
export interface StatisticsDocument extends Partial<WeightedStatistics> {
  /** Cells with data (and a weight, if there are weights). */
  readonly count: number;
  /** The other cells. */
  readonly noData: number;
  /** The sum of value × share of the cell, correctly rounded. */
  readonly sum: number | null;
  /** sum / count, correctly rounded. */
  readonly mean: number | null;
  /** The least value of any cell, however small its share. */
  readonly min: number | null;
  readonly max: number | null;
  readonly range: number | null;
  /**
   * The mean of the squared distances from the mean, correctly rounded: of all cells, not of a
   * sample (numpy's with ddof 0).
   */
  readonly variance: number | null;
  readonly standardDeviation: number | null;
  /** standardDeviation / mean; null also if the mean is 0. */
  readonly coefficientOfVariation: number | null;
  readonly median: number | null;
  /** The quantiles that were asked for, in their order. */
  readonly quantiles: readonly { readonly quantile: number; readonly value: number | null }[];
  /**
   * The value of most cells; if there are several, the least, as in rasterstats and numpy
   * (exactextract takes the greatest).
   */
  readonly mode: number | null;
  /** The value of fewest cells; if there are several, the least. */
  readonly minority: number | null;
  /** The number of values. */
  readonly variety: number | null;
  /** Every value, rising; absent if there are more than 1,000. */
  readonly values?: readonly DescribedValue[];
  /**
   * Present if there were too many values to keep them all. Values between which a quantile is are
   * off by at most this error; mode, minority and variety are null. All else is exact.
   */
  readonly approximate?: { readonly relativeError: number };
}

export interface DescribedValue {
  readonly value: number;
  readonly cells: number;
  /** The share of `count`. */
  readonly share: number;
  /** Only with weights: the sum of weight × share of the cell. */
  readonly weight?: number | null;
}

/**
 * The same members with weights: each cell counts by weight × share. They are null also if the
 * weights add up to nothing.
 */
export interface WeightedStatistics {
  /** The sum of weight × share of the cell. */
  readonly weight: number | null;
  readonly weightedSum: number | null;
  readonly weightedMean: number | null;
  /** null also if weights below 0 make it negative. */
  readonly weightedVariance: number | null;
  readonly weightedStandardDeviation: number | null;
}

export interface StatisticsQuestion {
  /** The quantiles, from 0 to 1. */
  readonly quantiles?: readonly number[];
  /**
   * `cells` or `values`; default: `cells` if all cells are whole. A table of classes always uses
   * `cells`.
   */
  readonly interpolation?: Interpolation;
}

const mostValues = 1000;

/** Computes the statistics of a total. Throws RangeError for a quantile that is not from 0 to 1. */
export function describeStatistics(total: StatisticsTotal, question: StatisticsQuestion = {}): StatisticsDocument {
  const { quantiles = [] } = question;
  for (const q of quantiles) if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile ${q}, expected 0 to 1`);
  const count = cellsWithParts(total);
  const moments = momentsOf(total);
  const sums = sumsOf(dyadicOf([total.cells, (total.parts ?? 0) / wholeCell]), moments);
  const { min = null, max = null } = total.classes ?? { min: total.table.values[0], max: total.table.values.at(-1) };
  const quantile = quantileOf(total, question.interpolation);
  return {
    count,
    noData: total.noData + (total.noDataParts ?? 0) / wholeCell,
    sum: count === 0 ? null : totalOf(moments.sum),
    mean: sums.mean,
    min,
    max,
    range: min === null || max === null ? null : max - min,
    variance: sums.variance,
    standardDeviation: sums.standardDeviation,
    coefficientOfVariation:
      sums.mean === null || sums.mean === 0 || sums.standardDeviation === null
        ? null
        : sums.standardDeviation / sums.mean,
    median: quantile(0.5),
    quantiles: quantiles.map((q) => ({ quantile: q, value: quantile(q) })),
    ...valuesOf(total),
    ...(moments.weighted !== undefined && weightedOf(count, moments.weighted)),
    ...(total.classes !== undefined && { approximate: { relativeError: 2 ** -(total.classes.bits + 1) } }),
  };
}

function weightedOf(count: number, sums: NonNullable<Moments['weighted']>): WeightedStatistics {
  const { mean, variance, standardDeviation } = sumsOf(sums.weight && dyadicOf(sums.weight), sums);
  return {
    weight: count === 0 ? null : totalOf(sums.weight),
    weightedSum: count === 0 ? null : totalOf(sums.sum),
    weightedMean: mean,
    weightedVariance: variance,
    weightedStandardDeviation: standardDeviation,
  };
}

/** The mean and the variance under a weight; null: too large. */
function sumsOf(weight: Dyadic | null, { sum, squares }: { readonly sum: ExactSum; readonly squares: ExactSum }) {
  if (weight === null || weight.units === 0n || sum === null || squares === null) {
    return { mean: null, variance: null, standardDeviation: null };
  }
  const exact = dyadicOf(sum);
  const spread = minus(times(weight, dyadicOf(squares)), times(exact, exact));
  const variance = quotient(spread, times(weight, weight));
  const known = variance < 0 ? null : variance;
  return {
    mean: quotient(exact, weight),
    variance: known,
    standardDeviation: known === null ? null : Math.sqrt(known),
  };
}

function quantileOf({ table, classes, parts }: StatisticsTotal, wanted?: Interpolation): (q: number) => number | null {
  if (table.values.length === 0) return () => null;
  if (classes === undefined)
    return quantilesOf(table, wanted ?? (parts === undefined && table.parts === undefined ? 'cells' : 'values'));
  const { bits, min, max } = classes;
  // The middle of a class is half as far from its values as its ends are.
  const values = table.values.map((value) => Math.min(max, Math.max(min, value * (1 + 2 ** -(bits + 1)))));
  return quantilesOf({ ...table, values }, 'cells');
}

function valuesOf({ table, classes, ...total }: StatisticsTotal) {
  const { values, weights } = table;
  if (classes !== undefined || values.length === 0) {
    return { mode: null, minority: null, variety: null, ...(classes === undefined && { values: [] }) };
  }
  const count = cellsWithParts(total);
  const described = (value: number, at: number): DescribedValue => {
    const cells = cellsWithParts(cellsAt(table, at));
    return { value, cells, share: cells / count, ...(weights !== undefined && { weight: totalOf(weights[at]!) }) };
  };
  return {
    mode: values[placeOfFirst(table, (a, b) => a > b)]!,
    minority: values[placeOfFirst(table, (a, b) => a < b)]!,
    variety: values.length,
    ...(values.length <= mostValues && { values: values.map(described) }),
  };
}

/** The first place whose cells no other place precedes. */
function placeOfFirst({ cells, parts, values }: ValueTable, precedes: (a: number, b: number) => boolean): number {
  let first = 0;
  for (const at of values.keys()) {
    const same = cells[at] === cells[first];
    if (same ? precedes(parts?.[at] ?? 0, parts?.[first] ?? 0) : precedes(cells[at]!, cells[first]!)) first = at;
  }
  return first;
}
