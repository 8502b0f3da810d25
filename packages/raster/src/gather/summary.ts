import type { RowArea } from '../grid/row-area.ts';
import { wholeCell } from '../spans/spans.ts';
import { forEachViewRun } from '../stack/view-runs.ts';
import { addCellCounts, type CellCount } from '../sums/cell-count.ts';
import { exactSums, summable } from '../sums/exact-sum.ts';
import { addValueSums, type ValueSum, valueSum } from '../sums/value-sums.ts';
import { forEachPortion, portion } from '../tables/portions.ts';
import type { Raster } from '../tiles/raster.ts';
import { hasWideValues, meaningOf, readValues, valueOf } from '../tiles/sample-values.ts';
import type { Samples } from '../tiles/samples.ts';
import type { Accumulator } from './accumulator.ts';
import { dataAreaTotal } from './data-areas.ts';

/**
 * The cells of each raster, their sum and their extremes, in the order of the rasters; plain JSON.
 */
export interface RasterSummary extends ValueSum {
  /** The least value of any cell, however small its share; null: no cell has data. */
  readonly min: number | null;
  /** The greatest value. */
  readonly max: number | null;
}

/** Sums each raster up, with the areas of its cells where these are given; that takes longer. */
export function summaryAccumulator(rasters: readonly Raster[], rowArea?: RowArea): Accumulator<RasterSummary[]> {
  const summaries = rasters.map(rasterSummary);
  const areas = rowArea && rasters.map((raster) => dataAreaTotal([raster], rowArea));
  return {
    add(rectangle) {
      for (const [i, summary] of summaries.entries()) {
        const view = rectangle.views[i];
        forEachViewRun(rectangle, [view], ([first], cells, parts) => {
          if (parts === wholeCell) summary.add(view?.samples, first!, cells);
          else summary.addParts(view?.samples[first!], parts);
        });
        areas?.[i]?.add({ ...rectangle, views: [view] });
      }
    },
    partial: () => summaries.map((summary, i) => ({ ...summary.all(), ...(areas && { areas: areas[i]!.all() }) })),
  };
}

/** Adds partial summaries of the same rasters up; an empty list of parts has no rasters. */
export function addSummaries(parts: Iterable<readonly RasterSummary[]>): RasterSummary[] {
  const [first, ...rest] = parts;
  return rest.reduce<RasterSummary[]>((sums, part) => sums.map((sum, i) => addTwo(sum, part[i]!)), [...(first ?? [])]);
}

function addTwo(a: RasterSummary, b: RasterSummary): RasterSummary {
  const min = Math.min(a.min ?? Number.POSITIVE_INFINITY, b.min ?? Number.POSITIVE_INFINITY);
  const max = Math.max(a.max ?? Number.NEGATIVE_INFINITY, b.max ?? Number.NEGATIVE_INFINITY);
  const { areas, ...sum } = addValueSums(a, b);
  return { ...sum, ...extremes(min, max), ...(areas && { areas }) };
}

function rasterSummary(raster: Raster) {
  const meaning = meaningOf(raster);
  const isWide = hasWideValues(raster);
  const values = new Float64Array(portion);
  const sums = exactSums();
  let known: CellCount = { cells: 0 };
  let without: CellCount = { cells: 0 };
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const addValues = (length: number) => {
    let cells = 0;
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      if (value === value) cells++;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    known = addCellCounts(known, { cells });
    without = addCellCounts(without, { cells: length - cells });
    if (isWide) for (let i = 0; i < length; i++) values[i] = summable(values[i]!);
    sums.addAll(0, values, length);
  };
  return {
    add(samples: Samples | undefined, first: number, cells: number): void {
      if (samples === undefined) without = addCellCounts(without, { cells });
      else {
        forEachPortion([first], cells, ([from], length) => {
          readValues(samples, from!, length, meaning, values);
          addValues(length);
        });
      }
    },
    addParts(sample: number | undefined, parts: number): void {
      const value = sample === undefined ? Number.NaN : valueOf(sample, meaning);
      if (Number.isNaN(value)) {
        without = addCellCounts(without, { cells: 0, parts });
        return;
      }
      known = addCellCounts(known, { cells: 0, parts });
      [min, max] = [Math.min(min, value), Math.max(max, value)];
      sums.addProduct(0, summable(value), parts / wholeCell);
    },
    all: (): RasterSummary => ({ ...valueSum(known, without, sums.sum(0)), ...extremes(min, max) }),
  };
}

/** No extremes are null; -0 is 0. */
function extremes(min: number, max: number): Pick<RasterSummary, 'min' | 'max'> {
  return min > max ? { min: null, max: null } : { min: min + 0, max: max + 0 };
}
