import type { CellCount } from './cell-count.ts';
import { type ExactSum, exactSums, productError, summable } from './exact-sum.ts';
import { portion } from './portions.ts';
import type { SampleType } from './raster.ts';
import { wholeCell } from './spans.ts';

/** Exact sums over cells of value × share of the cell, of its square × share, and of both times a weight; plain JSON. */
export interface Moments {
  readonly sum: ExactSum;
  readonly squares: ExactSum;
  /** Only where values are weighted. */
  readonly weighted?: WeightedMoments;
}

export interface WeightedMoments {
  /** Of weight × share. */
  readonly weight: ExactSum;
  readonly sum: ExactSum;
  readonly squares: ExactSum;
}

const groups = { sum: 0, squares: 1, weight: 2, weightedSum: 3, weightedSquares: 4 };

/** Adds values up, with their weights if there are any; values of the type, if told, do without what others need. */
export function momentSums(weighted: boolean, type?: SampleType) {
  const sums = exactSums();
  const squares = new Float64Array(portion);
  const errors = new Float64Array(portion);
  const addWeight = (x: number, weight: number): void => {
    const square = x * x;
    sums.add(groups.weight, weight);
    sums.addProduct(groups.weightedSum, weight, x);
    sums.addProduct(groups.weightedSquares, weight, square);
    sums.addProduct(groups.weightedSquares, weight, productError(x, x, square));
  };
  return {
    /** Adds a value of so many cells; the weight is the sum of weight × share over them. */
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
    /** Adds values of a whole cell each, with their weights if there are any; a portion at most. NaN is passed over. */
    addEach(values: Float64Array, length: number, weights?: Float64Array): void {
      if (type === 'float32') for (let i = 0; i < length; i++) squares[i] = values[i]! * values[i]!;
      else squareEach(values, squares, errors, length);
      sums.addAll(groups.sum, values, length);
      sums.addAll(groups.squares, squares, length);
      if (type !== 'float32') sums.addAll(groups.squares, errors, length);
      if (weights === undefined) return;
      for (let i = 0; i < length; i++) if (values[i] === values[i]) addWeight(values[i]!, summable(weights[i]!));
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

/** Makes values summable, and squares them: square + error is exact. */
function squareEach(values: Float64Array, squares: Float64Array, errors: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) {
    const x = summable(values[i]!);
    values[i] = x;
    squares[i] = x * x;
    errors[i] = productError(x, x, x * x);
  }
}
