import { countsTaker, emptyCounts } from './direct-memory.ts';
import { countNeighbours } from './direct-runs.ts';
import type { SampleRuns } from './sample-runs.ts';

/**
 * The counts of neighbours in a raster of 8 bits. All areas use one table by turns, so that it
 * stays in the fastest caches.
 */
let neighbours: Uint32Array | undefined;
/** The counts of cells to which the table's counts belong. */
let owner: Uint32Array | undefined;
let [seen, sum] = [0, 0];
const take = countsTaker();

/**
 * Counts cells of a raster of 8 bits, two neighbours at once, for counts of cells, which have them
 * all after `settleNeighbours` only.
 */
export function countNeighboursFor(counts: Uint32Array, cells: SampleRuns): void {
  if (owner !== counts) {
    if (owner !== undefined) settleNeighbours(owner);
    owner = counts;
    neighbours = emptyCounts();
  }
  const counted = countNeighbours(counts, neighbours!, cells);
  seen |= counted.seen;
  sum += counted.sum;
}

/** Adds the neighbours that were counted for counts of cells to these. */
export function settleNeighbours(counts: Uint32Array): void {
  if (owner !== counts) return;
  take({ counts: neighbours!, seen, sum }, (entry, found) => {
    counts[entry & 0xff]! += found;
    counts[entry >>> 8]! += found;
  });
  owner = undefined;
  [seen, sum] = [0, 0];
}
