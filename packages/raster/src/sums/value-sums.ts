import { wholeCell } from '../spans/spans.ts';
import { enlarged } from '../tables/hash-numbers.ts';
import { portion } from '../tables/portions.ts';
import type { Raster } from '../tiles/raster.ts';
import { hasWideValues, meaningOf, readValues, valueOf } from '../tiles/sample-values.ts';
import type { Samples } from '../tiles/samples.ts';
import { addCellCounts, type CellCount, cellCount } from './cell-count.ts';
import { addAreas, type WithAreas } from './data-areas.ts';
import { addSums, type ExactSum, exactSums, summable } from './exact-sum.ts';

/** A count of cells with data, the cells without, and the exact sum of the values; plain JSON. */
export interface ValueSum extends CellCount, WithAreas {
  /**
   * The cells without data, and their parts of `wholeCell`: they count neither in `cells` nor in
   * the sum.
   */
  readonly noData: number;
  readonly noDataParts?: number;
  /** The sum of value × share of the cell. null: values are too large (see `summable`). */
  readonly sum: ExactSum;
}

/** Sums up the values of a raster by the numbers of cells. */
export interface ValueSums {
  /**
   * Adds whole cells, at most a portion, with these numbers, all below `size`; their samples begin
   * with sample `from`. Undefined samples are no data.
   */
  add(numbers: Int32Array, size: number, samples: Samples | undefined, from: number, length: number): void;
  /** Adds parts of one cell. */
  addParts(number: number, sample: number | undefined, parts: number): void;
  of(number: number): ValueSum;
}

/** Sums up the values of this raster, exactly and in any order. */
export function valueSums(raster: Pick<Raster, 'nodata' | 'sampleType' | 'scaling'>): ValueSums {
  const meaning = meaningOf(raster);
  const isWide = hasWideValues(raster);
  const values = new Float64Array(portion);
  const sums = exactSums();
  let cells = new Float64Array(256);
  let noData = new Float64Array(256);
  const parts = new Map<number, CellCount>();
  const noDataParts = new Map<number, CellCount>();
  return {
    add(numbers, size, samples, from, length) {
      if (size > cells.length) {
        cells = enlarged(cells, new Float64Array(2 * size));
        noData = enlarged(noData, new Float64Array(2 * size));
      }
      sums.reserve(size);
      if (samples === undefined) return countEach(noData, numbers, length);
      readValues(samples, from, length, meaning, values);
      countData(values, length, numbers, cells, noData);
      if (isWide) for (let i = 0; i < length; i++) values[i] = summable(values[i]!);
      sums.addEach(numbers, values, length);
    },
    addParts(number, sample, own) {
      const value = sample === undefined ? Number.NaN : valueOf(sample, meaning);
      const counts = Number.isNaN(value) ? noDataParts : parts;
      counts.set(number, addCellCounts(counts.get(number) ?? none, { cells: 0, parts: own }));
      if (!Number.isNaN(value)) sums.addProduct(number, summable(value), own / wholeCell);
    },
    of(number) {
      return valueSum(
        addCellCounts({ cells: cells[number] ?? 0 }, parts.get(number) ?? none),
        addCellCounts({ cells: noData[number] ?? 0 }, noDataParts.get(number) ?? none),
        sums.sum(number),
      );
    },
  };
}

/** Counts cells only, under the same contract, as if all cells had data. */
export function cellSums(): ValueSums {
  let cells = new Float64Array(256);
  const parts = new Map<number, CellCount>();
  return {
    add(numbers, size, _samples, _from, length) {
      if (size > cells.length) cells = enlarged(cells, new Float64Array(2 * size));
      countEach(cells, numbers, length);
    },
    addParts(number, _sample, own) {
      parts.set(number, addCellCounts(parts.get(number) ?? none, { cells: 0, parts: own }));
    },
    of: (number) => valueSum(addCellCounts({ cells: cells[number] ?? 0 }, parts.get(number) ?? none), none, []),
  };
}

const none: CellCount = { cells: 0 };

/** The sum for the cells of both. */
export function addValueSums(a: ValueSum, b: ValueSum): ValueSum {
  const noData = addCellCounts(cellCount(a.noData, a.noDataParts ?? 0), cellCount(b.noData, b.noDataParts ?? 0));
  return { ...valueSum(addCellCounts(a, b), noData, addSums([a.sum, b.sum])), ...addAreas(a, b) };
}

/** Assembles a sum from its members. */
export function valueSum(count: CellCount, noData: CellCount, sum: ExactSum): ValueSum {
  return {
    ...count,
    noData: noData.cells,
    ...(noData.parts !== undefined && { noDataParts: noData.parts }),
    sum,
  };
}

function countData(
  values: Float64Array,
  length: number,
  numbers: Int32Array,
  cells: Float64Array,
  noData: Float64Array,
): void {
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if (value === value) cells[numbers[i]!]!++;
    else noData[numbers[i]!]!++;
  }
}

function countEach(counts: Float64Array, numbers: Int32Array, length: number): void {
  for (let i = 0; i < length; i++) counts[numbers[i]!]!++;
}
