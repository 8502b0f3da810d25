import type { CountedSamples, CountTable } from './count-table.ts';
import type { SampleType } from './raster.ts';
import { sampleBits, sampleOf, type Words } from './sample-words.ts';

/**
 * A table with an entry for every combination of one layer of 8 or 16 bits, or two layers of 8. Neighbouring cells are counted
 * by turns in two halves: counting a value twice in a row would wait until the first count is written.
 */
export function directTable(types: readonly SampleType[], flushAfter = 2 ** 31): CountTable {
  const size = 2 ** types.reduce((bits, type) => bits + sampleBits(type), 0);
  const counts = new Uint32Array(2 * size);
  // What was counted before the counts were emptied: needed for more cells than 32 bits can hold.
  let earlier: Float64Array | undefined;
  const count = types.length === 1 ? countOne : countTwo;
  let unflushed = 0;

  const flush = () => {
    earlier ??= new Float64Array(size);
    for (let entry = 0; entry < size; entry++) earlier[entry]! += counts[entry]! + counts[size + entry]!;
    counts.fill(0);
    unflushed = 0;
  };
  return {
    add(layers, from, length) {
      count(counts, layers, from, length);
      unflushed += length;
      if (unflushed > flushAfter) flush();
    },
    groups() {
      const groups: CountedSamples[] = [];
      for (let entry = 0; entry < size; entry++) {
        const cells = counts[entry]! + counts[size + entry]! + (earlier === undefined ? 0 : earlier[entry]!);
        if (cells > 0)
          groups.push({ samples: types.map((type, i) => sampleOf(type, wordOf(entry, i, types.length))), cells });
      }
      return groups;
    },
  };
}

function wordOf(entry: number, layer: number, layers: number): number {
  if (layers === 1) return entry;
  return layer === 0 ? entry >>> 8 : entry & 0xff;
}

function countOne(counts: Uint32Array, [a]: readonly Words[], [from]: readonly number[], length: number): void {
  const words = a!;
  const half = counts.length / 2;
  const end = from! + length;
  let i = from!;
  for (; i + 3 < end; i += 4) {
    counts[words[i]!]!++;
    counts[half + words[i + 1]!]!++;
    counts[words[i + 2]!]!++;
    counts[half + words[i + 3]!]!++;
  }
  for (; i < end; i++) counts[words[i]!]!++;
}

function countTwo(counts: Uint32Array, layers: readonly Words[], from: readonly number[], length: number): void {
  const a = layers[0]!;
  const b = layers[1]!;
  const end = from[0]! + length;
  let i = from[0]!;
  let j = from[1]!;
  for (; i + 3 < end; i += 4, j += 4) {
    counts[(a[i]! << 8) | b[j]!]!++;
    counts[0x10000 | (a[i + 1]! << 8) | b[j + 1]!]!++;
    counts[(a[i + 2]! << 8) | b[j + 2]!]!++;
    counts[0x10000 | (a[i + 3]! << 8) | b[j + 3]!]!++;
  }
  for (; i < end; i++, j++) counts[(a[i]! << 8) | b[j]!]!++;
}
