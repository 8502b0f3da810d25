import { sampleOf, type Words } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { CountTable } from './count-table.ts';
import { spareTables } from './direct-memory.ts';
import { countBytes, countQuads, leastByFour, quadsOf } from './direct-runs.ts';
import { countNeighboursFor, settleNeighbours } from './neighbour-counts.ts';

const spare = spareTables(4 * 256);

/** The most values whose pairs are fewer than what is saved by counting them. */
const mostPaired = 32;

export interface ByteTableOptions {
  /** The cells after which counts are moved to larger numbers: 32 bits hold no more. */
  readonly flushAfter?: number;
  /** The cells after which neighbours are counted together, if these have few values. */
  readonly neighboursAfter?: number;
}

/**
 * A table with an entry for each value of a raster of 8 bits. Of many cells, two neighbours are
 * counted at once, as an entry of 16 bits: one increment instead of two, which pays for reading
 * these entries out.
 */
export function byteTable(
  type: SampleType,
  { flushAfter = 2 ** 31, neighboursAfter = 2 ** 13 }: ByteTableOptions = {},
): CountTable {
  // The cells that were moved out of the counts.
  const cellsOf = new Map<number, number>();
  // Taken when cells arrive, and given back when they are read out.
  let counts: Uint32Array | undefined;
  let unflushed = 0;
  let areFewValues: boolean | undefined;
  let quads: Int32Array | undefined;
  let wordsOfQuads: Words | undefined;

  const flush = () => {
    if (counts === undefined) return;
    const cells = counts;
    settleNeighbours(cells);
    for (let word = 0; word < 256; word++) {
      const all = cells[word]! + cells[256 + word]! + cells[512 + word]! + cells[768 + word]!;
      if (all > 0) cellsOf.set(word, (cellsOf.get(word) ?? 0) + all);
    }
    spare.giveBack(cells.fill(0));
    counts = undefined;
    unflushed = 0;
  };
  return {
    add(rasters, from, length) {
      const words = rasters[0]!;
      const first = from[0]!;
      counts ??= spare.take();
      if (length < leastByFour) countBytes(counts, words, first, length);
      else {
        if (quads === undefined || words !== wordsOfQuads) [wordsOfQuads, quads] = [words, quadsOf(words)];
        const at = words.byteOffset + first;
        const head = -at & 3;
        const fours = (length - head) >>> 2;
        const rest = head + 4 * fours;
        countBytes(counts, words, first, head);
        if (unflushed >= neighboursAfter) areFewValues ??= valuesIn(counts) <= mostPaired;
        const count = areFewValues === true ? countNeighboursFor : countQuads;
        count(counts, quads, (at + head) >>> 2, fours);
        countBytes(counts, words, first + rest, length - rest);
      }
      unflushed += length;
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
