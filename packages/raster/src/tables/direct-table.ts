import { sampleBits, sampleOf, type Words } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { CountTable } from './count-table.ts';
import { emptyCounts, giveBack, remember, usualEntries } from './direct-memory.ts';
import { countBytes, countPairs, countSingle, quadsOf } from './direct-runs.ts';

/**
 * A table with an entry for every combination of one raster of 8 or 16 bits, or two rasters of 8.
 * Neighbouring cells are counted in four parts by turns: counting a value twice in a row would wait
 * until the first count is written.
 */
export function directTable(types: readonly SampleType[], flushAfter = 2 ** 31): CountTable {
  const bits = types.reduce((sum, type) => sum + sampleBits(type), 0);
  const size = 2 ** bits;
  // Allocated when cells arrive, and released when they are read out.
  let counts: Uint32Array | undefined;
  const countRun = types.length === 2 ? countPairs : bits === 8 ? countBytes : countSingle;
  // All bits that any entry had. Most entries have other bits, and need not be looked at.
  let seen = 0;
  // The cells that were moved out of the counts. This happens in time, because 32 bits hold no more
  // cells.
  const cellsOf = new Map<number, number>();
  let unflushed = 0;
  let rastersOfQuads: readonly Words[] | undefined;
  let quads: readonly Int32Array[] = [];

  const take = (counts: Uint32Array, entries: Iterable<number>): void => {
    for (const entry of entries) {
      let cells = 0;
      for (let at = entry; at < 4 * size; at += size) {
        cells += counts[at]!;
        counts[at] = 0;
      }
      if (cells === 0) continue;
      cellsOf.set(entry, (cellsOf.get(entry) ?? 0) + cells);
      unflushed -= cells;
    }
  };
  const flush = () => {
    if (counts === undefined) return;
    const usual = usualEntries(size);
    take(counts, usual);
    // No cells are left: no other entry has any, and the rest of the table need not be searched.
    if (unflushed > 0) {
      const others = countedEntries(counts, seen);
      take(counts, others);
      remember(usual, others);
    }
    giveBack(counts);
    counts = undefined;
  };
  return {
    add(rasters, from, length) {
      if (rasters !== rastersOfQuads) [rastersOfQuads, quads] = [rasters, rasters.map(quadsOf)];
      counts ??= emptyCounts(4 * size);
      seen |= countRun(counts, rasters, quads, from, length);
      unflushed += length;
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

/** The entries with cells in any of the four parts; they have no other bits than these. */
function countedEntries(counts: Uint32Array, bits: number): number[] {
  const size = counts.length / 4;
  const entries: number[] = [];
  let entry = 0;
  do {
    if ((counts[entry]! | counts[size + entry]! | counts[2 * size + entry]! | counts[3 * size + entry]!) !== 0)
      entries.push(entry);
    entry = ((entry | ~bits) + 1) & bits;
  } while (entry !== 0);
  return entries;
}

function wordOf(entry: number, raster: number, rasters: number): number {
  if (rasters === 1) return entry;
  return raster === 0 ? entry >>> 8 : entry & 0xff;
}
