import { cellsWithParts } from './cell-count.ts';
import { type Dyadic, dyadicOf, minus, quotient, times } from './dyadic.ts';
import { type ExactSum, totalOf } from './exact-sum.ts';
import type { Moments } from './moments.ts';
import { type Interpolation, quantilesOf } from './quantiles.ts';
import { wholeCell } from './spans.ts';
import { momentsOf, type StatisticsTotal } from './statistics-total.ts';
import { cellsAt, type ValueTable } from './value-table.ts';

/**
 * What statistics say of an area. Cells count by their share in the area. Without cells with data,
 * all but `count` and `noData` is null, and there are no values. Sums, and what is made of them,
 * are null when a value is larger than 2^280 (2e84).
 */
export interface StatisticsDocument extends Partial<WeightedStatistics> {
  /** Cells with data (and a weight, where there are weights). */
  readonly count: number;
  /** The others. */
  readonly noData: number;
  /** Of value × share of the cell, correctly rounded. */
  readonly sum: number | null;
  /** sum / count, correctly rounded. */
  readonly mean: number | null;
  /** The least value of any cell, however little of it counts. */
  readonly min: number | null;
  readonly max: number | null;
  readonly range: number | null;
  /**
   * The mean of the squared distances from the mean, correctly rounded: of all cells, not of a
   * sample (numpy's with ddof 0).
   */
  readonly variance: number | null;
  readonly standardDeviation: number | null;
  /** standardDeviation / mean; null also when the mean is 0. */
  readonly coefficientOfVariation: number | null;
  readonly median: number | null;
  /** Those asked for, in their order. */
  readonly quantiles: readonly { readonly quantile: number; readonly value: number | null }[];
  /**
   * The value of most cells; of several, the least, as rasterstats and numpy have it (exactextract
   * has the greatest).
   */
  readonly mode: number | null;
  /** The value of fewest cells; of several, the least. */
  readonly minority: number | null;
  /** How many values there are. */
  readonly variety: number | null;
  /** Every value, rising; absent when there are more than 1,000. */
  readonly values?: readonly DescribedValue[];
  /**
   * There were too many values to keep them all: values between which a quantile lies are off by so
   * much of them at most; mode, minority and variety are null. All else is exact.
   */
  readonly approximate?: { readonly relativeError: number };
}

export interface DescribedValue {
  readonly value: number;
  readonly cells: number;
  /** Of `count`. */
  readonly share: number;
  /** Only with weights: the sum of weight × share of the cell. */
  readonly weight?: number | null;
}

/**
 * Only with weights: as without, each cell counting by weight × share. null also where the weights
 * add up to nothing.
 */
export interface WeightedStatistics {
  /** The sum of weight × share of the cell. */
  readonly weight: number | null;
  readonly weightedSum: number | null;
  readonly weightedMean: number | null;
  /** null also when weights below 0 make it negative. */
  readonly weightedVariance: number | null;
  readonly weightedStandardDeviation: number | null;
}

export interface StatisticsQuestion {
  /** From 0 to 1. */
  readonly quantiles?: readonly number[];
  /**
   * By default `cells` where all cells are whole, else `values`. A table of classes is always asked
   * by `cells`.
   */
  readonly interpolation?: Interpolation;
}

const mostValues = 1000;

/** Says in numbers what a total is. Throws RangeError for a quantile that is not from 0 to 1. */
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

/** Mean and spread of what weighs so much; null: too much. */
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

/** The first place whose cells no other's precede. */
function placeOfFirst({ cells, parts, values }: ValueTable, precedes: (a: number, b: number) => boolean): number {
  let first = 0;
  for (const at of values.keys()) {
    const same = cells[at] === cells[first];
    if (same ? precedes(parts?.[at] ?? 0, parts?.[first] ?? 0) : precedes(cells[at]!, cells[first]!)) first = at;
  }
  return first;
}
