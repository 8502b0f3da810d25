import { wholeCell } from '../spans/spans.ts';
import { portion } from '../tables/portions.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { CellCount } from './cell-count.ts';
import { type ExactSum, exactSums, productError, summable } from './exact-sum.ts';

/**
 * Exact sums over cells of value × share of the cell, of its square × share, and of both times a
 * weight; plain JSON.
 */
export interface Moments {
  readonly sum: ExactSum;
  readonly squares: ExactSum;
  /** Only if values are weighted. */
  readonly weighted?: WeightedMoments;
}

export interface WeightedMoments {
  /** The sum of weight × share. */
  readonly weight: ExactSum;
  readonly sum: ExactSum;
  readonly squares: ExactSum;
}

const groups = { sum: 0, squares: 1, weight: 2, weightedSum: 3, weightedSquares: 4 };

/**
 * Sums up values, with their weights if there are any. A given type saves work that other types
 * need.
 */
export function momentSums(weighted: boolean, type?: SampleType) {
  const sums = exactSums();
  const squares = portionOfProducts();
  const weighed = portionOfProducts();
  const addWeight = (x: number, weight: number): void => {
    const square = x * x;
    sums.add(groups.weight, weight);
    sums.addProduct(groups.weightedSum, weight, x);
    sums.addProduct(groups.weightedSquares, weight, square);
    sums.addProduct(groups.weightedSquares, weight, productError(x, x, square));
  };
  return {
    /** Adds a value of a number of cells; the weight is the sum of weight × share over them. */
    add(value: number, { cells, parts = 0 }: CellCount, weight: ExactSum = []): void {
      const x = summable(value);
      const square = x * x;
      for (const share of [cells, parts / wholeCell]) {
        if (share === 0) continue;
        sums.addProduct(groups.sum, x, share);
        sums.addProduct(groups.squares, square, share);
        sums.addProduct(groups.squares, productError(x, x, square), share);
      }
      if (!weighted) return;
      if (weight === null) addWeight(x, Number.POSITIVE_INFINITY);
      else if (weight.length === 0) addWeight(x, 0);
      else for (const part of weight) addWeight(x, part);
    },
    /**
     * Adds values of a whole cell each, with their weights if there are any; at most a portion. NaN
     * is ignored, as value and as weight. Both arrays are made summable.
     */
    addEach(values: Float64Array, length: number, weights?: Float64Array): void {
      if (type !== 'float32') makeSummable(values, length);
      sums.addAll(groups.sum, values, length);
      // A float32 has 24 bits, so that its square is a double.
      const inexact = type !== 'float32' && multiply(values, values, squares, length);
      if (!inexact) for (let i = 0; i < length; i++) squares.products[i] = values[i]! * values[i]!;
      sums.addAll(groups.squares, squares.products, length);
      if (inexact) sums.addAll(groups.squares, squares.errors, length);
      if (weights === undefined) return;
      makeSummable(weights, length);
      sums.addAll(groups.weight, weights, length);
      const addWeighed = (group: number, factors: Float64Array): void => {
        multiply(weights, factors, weighed, length);
        sums.addAll(group, weighed.products, length);
        sums.addAll(group, weighed.errors, length);
      };
      addWeighed(groups.weightedSum, values);
      addWeighed(groups.weightedSquares, squares.products);
      if (inexact) addWeighed(groups.weightedSquares, squares.errors);
    },
    all: (): Moments => ({
      sum: sums.sum(groups.sum),
      squares: sums.sum(groups.squares),
      ...(weighted && {
        weighted: {
          weight: sums.sum(groups.weight),
          sum: sums.sum(groups.weightedSum),
          squares: sums.sum(groups.weightedSquares),
        },
      }),
    }),
  };
}

/** Products as doubles, and their rounding errors. */
interface Products {
  readonly products: Float64Array;
  readonly errors: Float64Array;
}

function portionOfProducts(): Products {
  return { products: new Float64Array(portion), errors: new Float64Array(portion) };
}

/**
 * Multiplies pairs of values. Returns whether any product has an error; a product out of range has
 * an infinite one.
 */
function multiply(a: Float64Array, b: Float64Array, { products, errors }: Products, length: number): boolean {
  let inexact = false;
  for (let i = 0; i < length; i++) {
    const product = a[i]! * b[i]!;
    const error = productError(a[i]!, b[i]!, product);
    products[i] = product;
    errors[i] = error;
    if (error === 0) continue;
    inexact = true;
    // 0 times infinity is not a number, which sums would ignore.
    if (product !== product && a[i]! === a[i]! && b[i]! === b[i]!) products[i] = Number.POSITIVE_INFINITY;
  }
  return inexact;
}

function makeSummable(values: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) values[i] = summable(values[i]!);
}
