import type { SampleRuns } from './sample-runs.ts';

/**
 * Counts cells by the combination of samples of several rasters. It makes no difference for no
 * data.
 */
export interface CountTable {
  /** Counts the cells of runs; the samples are those of its rasters, in their order. */
  add(cells: SampleRuns): void;
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
