import type { Words } from '../tiles/sample-words.ts';

/**
 * Counts cells by the combination of samples of several rasters. It makes no difference for no
 * data.
 */
export interface CountTable {
  /**
   * Counts `length` neighbouring cells. In raster i they begin with sample `from[i]` of
   * `rasters[i]`, which holds the words of that raster's samples.
   */
  add(rasters: readonly Words[], from: readonly number[], length: number): void;
  /** The counts so far. A combination may occur more than once: then its cells add up. */
  groups(): Iterable<CountedSamples>;
}

export interface CountedSamples {
  /** The samples of a combination, one of each raster. */
  readonly samples: number[];
  readonly cells: number;
}

export interface TableLimits {
  /** The most entries of a table with one for each possible combination. */
  readonly denseEntries: number;
  /** The most combinations; the table throws TooManyGroupsError at one more. */
  readonly groups: number;
}
