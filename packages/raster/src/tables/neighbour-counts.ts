import { countsTaker, emptyCounts } from './direct-memory.ts';
import { countNeighbours } from './direct-runs.ts';

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
 * Counts the cells in words of four, two neighbours at once, for counts of cells, which have them
 * after `settleNeighbours` only.
 */
export function countNeighboursFor(cells: Uint32Array, quads: Int32Array, first: number, length: number): void {
  if (owner !== cells) {
    if (owner !== undefined) settleNeighbours(owner);
    owner = cells;
    neighbours = emptyCounts();
  }
  seen |= countNeighbours(neighbours!, quads, first, length);
  sum += 2 * length;
}

/** Adds the neighbours that were counted for counts of cells to these. */
export function settleNeighbours(cells: Uint32Array): void {
  if (owner !== cells) return;
  take({ counts: neighbours!, seen, sum }, (entry, count) => {
    cells[entry & 0xff]! += count;
    cells[entry >>> 8]! += count;
  });
  owner = undefined;
  [seen, sum] = [0, 0];
}
