import type { RowArea } from '../grid/row-area.ts';
import { wholeCell } from '../spans/spans.ts';
import type { Rectangle, View } from '../stack/rectangle.ts';
import { forEachViewRun } from '../stack/view-runs.ts';
import type { DataAreas } from '../sums/data-areas.ts';
import { exactSums, productError, summable } from '../sums/exact-sum.ts';
import { forEachPortion, portion } from '../tables/portions.ts';
import type { Raster } from '../tiles/raster.ts';
import { meaningOf, readValues } from '../tiles/sample-values.ts';
import { rowAreas } from './row-areas.ts';

/** Cells of one row that follow each other, at most a portion. */
export interface RowPortion {
  readonly row: number;
  /** The share of each, in parts of `wholeCell`; a cell in part comes alone. */
  readonly parts: number;
  readonly length: number;
  /** The index of the first sample in each view. */
  readonly from: readonly number[];
}

/** The areas of cells by their numbers, those with data apart from the others. */
export interface DataAreaSums {
  /** Adds cells by their numbers. The views are those of the rasters; undefined is no data. */
  add(numbers: Int32Array, cells: RowPortion, views: readonly (View | undefined)[]): void;
  of(number: number): DataAreas;
}

/**
 * Sums up the areas of cells, and the values of the first raster times them. A cell has data where
 * all of the rasters have.
 */
export function dataAreaSums(rasters: readonly Raster[], rowArea: RowArea): DataAreaSums {
  const meanings = rasters.map(meaningOf);
  const areas = rowAreas(rowArea);
  const products = exactSums();
  const values = new Float64Array(portion);
  const others = new Float64Array(portion);
  const numbered = new Int32Array(portion);
  return {
    add(numbers, { row, parts, length, from }, views) {
      for (const [i, meaning] of meanings.entries()) {
        const samples = views[i]?.samples;
        const read = i === 0 ? values : others;
        if (samples === undefined) read.fill(Number.NaN, 0, length);
        else readValues(samples, from[i]!, length, meaning, read);
        if (i > 0) for (let at = 0; at < length; at++) if (others[at] !== others[at]) values[at] = Number.NaN;
      }
      const share = parts / wholeCell;
      const area = rowArea(row) * share;
      const error = productError(rowArea(row), share, area);
      for (let at = 0; at < length; at++) {
        const [number, value] = [numbers[at]!, values[at]!];
        const hasData = value === value;
        numbered[at] = 2 * number + (hasData ? 0 : 1);
        if (!hasData) continue;
        products.addProduct(number, summable(value), area);
        if (error !== 0) products.addProduct(number, summable(value), error);
      }
      areas.add(row, numbered, length, parts);
    },
    of: (number) => ({
      area: areas.of(2 * number).area,
      noDataArea: areas.of(2 * number + 1).area,
      areaSum: products.sum(number),
    }),
  };
}

/** The areas of all cells of an area, those with data apart from the others. */
export interface DataAreaTotal {
  /** Adds the cells of an area in a rectangle. Its first views are those of the rasters. */
  add(rectangle: Rectangle): void;
  all(): DataAreas;
}

/** Sums up the areas of all cells as `dataAreaSums` does. */
export function dataAreaTotal(rasters: readonly Raster[], rowArea: RowArea): DataAreaTotal {
  const sums = dataAreaSums(rasters, rowArea);
  const numbers = new Int32Array(portion);
  return {
    add(rectangle) {
      const views = rectangle.views.slice(0, rasters.length);
      forEachViewRun(rectangle, views, (first, cells, parts, row) => {
        forEachPortion(first, cells, (from, length) => sums.add(numbers, { row, parts, length, from }, views));
      });
    },
    all: () => sums.of(0),
  };
}
