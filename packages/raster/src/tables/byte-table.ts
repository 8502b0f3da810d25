import { sampleOf } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { CountTable } from './count-table.ts';
import { spareTables } from './direct-memory.ts';
import { countBytes } from './direct-runs.ts';
import { countNeighboursFor, settleNeighbours } from './neighbour-counts.ts';
import { cutRuns } from './sample-runs.ts';

const spare = spareTables(4 * 256);

/**
 * The counts that cells were added to last, and the cells since others were. An area that alone has
 * cells in many small rectangles keeps the table of neighbours; areas by turns would take it from
 * each other.
 */
const turn: { counts: Uint32Array | undefined; cells: number } = { counts: undefined, cells: 0 };

/** The most values whose pairs are fewer than what is saved by counting them. */
const mostPaired = 32;

export interface ByteTableOptions {
  /** The cells after which counts are moved to larger numbers: 32 bits hold no more. */
  readonly flushAfter?: number;
  /**
   * The least cells of an area, without others in between, that are counted by neighbours, if a
   * quarter of them has few values.
   */
  readonly neighboursFrom?: number;
}

/**
 * A table with an entry for each value of a raster of 8 bits. Of many cells, two neighbours are
 * counted at once, as an entry of 16 bits: one increment instead of two, which pays for reading
 * these entries out.
 */
export function byteTable(
  type: SampleType,
  { flushAfter = 2 ** 31, neighboursFrom = 2 ** 14 }: ByteTableOptions = {},
): CountTable {
  // The cells that were moved out of the counts.
  const cellsOf = new Map<number, number>();
  // Taken when cells arrive, and given back when they are read out.
  let counts: Uint32Array | undefined;
  let unflushed = 0;
  let areFewValues: boolean | undefined;

  const flush = () => {
    if (counts === undefined) return;
    settleNeighbours(counts);
    for (let word = 0; word < 256; word++) {
      const all = counts[word]! + counts[256 + word]! + counts[512 + word]! + counts[768 + word]!;
      if (all > 0) cellsOf.set(word, (cellsOf.get(word) ?? 0) + all);
    }
    spare.giveBack(counts.fill(0));
    // The next area may get the same counts.
    if (turn.counts === counts) turn.counts = undefined;
    counts = undefined;
    unflushed = 0;
  };
  return {
    add(cells) {
      counts ??= spare.take();
      if (turn.counts !== counts) Object.assign(turn, { counts, cells: 0 });
      turn.cells += cells.cells;
      if (turn.cells < neighboursFrom) countBytes(counts, cells);
      else {
        const [first, others] = cutRuns(cells, areFewValues === undefined ? neighboursFrom / 4 : 0);
        countBytes(counts, first);
        areFewValues ??= valuesIn(counts) <= mostPaired;
        (areFewValues ? countNeighboursFor : countBytes)(counts, others);
      }
      unflushed += cells.cells;
      if (unflushed > flushAfter) flush();
    },
    groups() {
      flush();
      return Array.from(cellsOf, ([word, cells]) => ({ samples: [sampleOf(type, word)], cells }));
    },
  };
}

/** The values that have cells in any of the four parts. */
function valuesIn(counts: Uint32Array): number {
  let values = 0;
  for (let value = 0; value < 256; value++)
    if ((counts[value]! | counts[256 + value]! | counts[512 + value]! | counts[768 + value]!) !== 0) values++;
  return values;
}
