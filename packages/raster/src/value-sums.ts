import { addCellCounts, type CellCount, cellCount } from './cell-count.ts';
import { addSums, type ExactSum, exactSums, summable } from './exact-sum.ts';
import { enlarged } from './hash-numbers.ts';
import { portion } from './portions.ts';
import type { Raster, Samples } from './raster.ts';
import { hasWideValues, meaningOf, readValues, valueOf } from './sample-values.ts';
import { wholeCell } from './spans.ts';

/**
 * Cells, those of them where a raster has no data, and the sum of its values in the others; plain
 * JSON.
 */
export interface ValueSum extends CellCount {
  /**
   * Cells, and parts of `wholeCell`, without data: they count neither in `cells` nor in the sum.
   */
  readonly noData: number;
  readonly noDataParts?: number;
  /** Of value × share of the cell. null: values are too large (see `summable`). */
  readonly sum: ExactSum;
}

/** Sums the values of a raster by numbers that cells have been given. */
export interface ValueSums {
  /**
   * Takes whole cells, a portion at most, that have these numbers, all below `size`; their samples
   * begin with sample `from`. No samples are no data.
   */
  add(numbers: Int32Array, size: number, samples: Samples | undefined, from: number, length: number): void;
  /** Takes parts of one cell. */
  addParts(number: number, sample: number | undefined, parts: number): void;
  of(number: number): ValueSum;
}

/** Sums of the values of this raster, exact whatever the order. */
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

/** Counts cells only, under the same contract: of no raster, so that all are data. */
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

/** Of the cells of both. */
export function addValueSums(a: ValueSum, b: ValueSum): ValueSum {
  const noData = addCellCounts(cellCount(a.noData, a.noDataParts ?? 0), cellCount(b.noData, b.noDataParts ?? 0));
  return valueSum(addCellCounts(a, b), noData, addSums([a.sum, b.sum]));
}

/** Out of its members. */
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
