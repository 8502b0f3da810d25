import type { Words } from '../tiles/sample-words.ts';

/**
 * Numbers the combinations of samples of several rasters, from 0 in the order of appearance. It
 * makes no difference for no data. Its methods throw TooManyGroupsError if there are more
 * combinations than allowed.
 */
export interface CellNumbers {
  /**
   * Writes the number of each of `length` neighbouring cells to the beginning of `numbers`. In
   * raster i the cells begin with sample `from[i]` of `rasters[i]`, which holds the words of that
   * raster's samples. At most `portion` cells.
   */
  number(rasters: readonly Words[], from: readonly number[], length: number, numbers: Int32Array): void;
  /** The number of combinations so far. */
  size(): number;
  /** The samples of a combination, one of each raster. */
  samples(number: number): number[];
}
