import { sampleBits, sampleOf } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import { byteTable } from './byte-table.ts';
import type { CountTable } from './count-table.ts';
import { countsTaker, emptyCounts } from './direct-memory.ts';
import { countPairs, countWords } from './direct-runs.ts';

const takeCounts = countsTaker();

/**
 * A table with an entry for every combination of one raster of 8 or 16 bits, or two rasters of 8.
 * Neighbouring cells are counted in four parts by turns: counting a value twice in a row would wait
 * until the first count is written.
 */
export function directTable(types: readonly SampleType[], flushAfter = 2 ** 31): CountTable {
  const [type] = types;
  if (type !== undefined && types.length === 1 && sampleBits(type) === 8) return byteTable(type, { flushAfter });
  // Allocated when cells arrive, and released when they are read out.
  let counts: Uint32Array | undefined;
  const count = types.length === 2 ? countPairs : countWords;
  let seen = 0;
  // The cells that were moved out of the counts. This happens in time, because 32 bits hold no more
  // cells.
  const cellsOf = new Map<number, number>();
  let unflushed = 0;

  const flush = () => {
    if (counts === undefined) return;
    takeCounts({ counts, seen, sum: unflushed }, (entry, cells) => {
      cellsOf.set(entry, (cellsOf.get(entry) ?? 0) + cells);
    });
    counts = undefined;
    unflushed = 0;
  };
  return {
    add(cells) {
      counts ??= emptyCounts();
      seen |= count(counts, cells);
      unflushed += cells.cells;
      if (unflushed > flushAfter) flush();
    },
    groups() {
      flush();
      return Array.from(cellsOf, ([entry, cells]) => ({
        samples: types.map((type, i) => sampleOf(type, wordOf(entry, i, types.length))),
        cells,
      }));
    },
  };
}

function wordOf(entry: number, raster: number, rasters: number): number {
  if (rasters === 1) return entry;
  return raster === 0 ? entry >>> 8 : entry & 0xff;
}
