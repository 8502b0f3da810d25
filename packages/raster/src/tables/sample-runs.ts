import type { Rectangle, View } from '../stack/rectangle.ts';
import { type Words, wordsOf } from '../tiles/sample-words.ts';

/** Runs of neighbouring cells, and their samples in some rasters. */
export interface SampleRuns {
  /** The row, the first column and the end column of each run. */
  readonly runs: Int32Array;
  /** The number of cells in all runs. */
  readonly cells: number;
  readonly rasters: readonly RowsOfSamples[];
}

/** Samples of which that of a row and a column is `words[origin + row * stride + column]`. */
export interface RowsOfSamples {
  readonly words: Words;
  readonly origin: number;
  readonly stride: number;
}

/** The whole cells of an area in a rectangle, and their samples in some views of it. */
export function sampleRuns({ runs, firstRow, firstColumn }: Rectangle, views: readonly View[]): SampleRuns {
  const rasters = views.map(({ samples, offset, stride }): RowsOfSamples => {
    return { words: wordsOf(samples), origin: offset - firstRow * stride - firstColumn, stride };
  });
  return { runs: runs.whole, cells: runs.cells, rasters };
}

/**
 * Calls back for each run with the index of its first sample in each raster, in an array that is
 * reused, and the number of its cells.
 */
export function forEachSampleRun(
  { runs, rasters }: SampleRuns,
  visit: (from: readonly number[], length: number) => void,
): void {
  const from = rasters.map(() => 0);
  for (let at = 0; at < runs.length; at += 3) {
    const column = runs[at + 1]!;
    for (let i = 0; i < rasters.length; i++) {
      const { origin, stride } = rasters[i]!;
      from[i] = origin + runs[at]! * stride + column;
    }
    visit(from, runs[at + 2]! - column);
  }
}

/** Cuts runs in two, after the first run by which there are at least `least` cells. */
export function cutRuns({ runs, cells, rasters }: SampleRuns, least: number): readonly [SampleRuns, SampleRuns] {
  let [at, before] = [0, 0];
  for (; at < runs.length && before < least; at += 3) before += runs[at + 2]! - runs[at + 1]!;
  return [
    { runs: runs.subarray(0, at), cells: before, rasters },
    { runs: runs.subarray(at), cells: cells - before, rasters },
  ];
}
