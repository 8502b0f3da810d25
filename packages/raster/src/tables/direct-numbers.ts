import { sampleBits, sampleOf, type Words } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { CellNumbers } from './cell-numbers.ts';
import { tooManyGroups } from './hash-numbers.ts';
import { portion } from './portions.ts';

/**
 * Numbers the samples of no raster (then all cells have number 0), one of 8 or 16 bits, or two of
 * 8.
 */
export function directNumbers(types: readonly SampleType[], most: number): CellNumbers {
  const bits = types.map(sampleBits);
  const entries = new Int32Array(portion);
  const codes = new Int32Array(2 ** bits.reduce((sum, each) => sum + each, 0)).fill(-1);
  const seen: number[] = [];
  const learn = (entry: number): number => {
    if (seen.length === most) throw tooManyGroups(most);
    codes[entry] = seen.length;
    return seen.push(entry) - 1;
  };
  return {
    number(rasters, from, length, numbers) {
      if (length === 1) {
        // Cells with a share come one by one.
        let entry = 0;
        for (let i = 0; i < rasters.length; i++) entry = (entry << 8) | rasters[i]![from[i]!]!;
        const known = codes[entry]!;
        numbers[0] = known >= 0 ? known : learn(entry);
        return;
      }
      entries.fill(0, 0, length);
      for (let i = 0; i < rasters.length; i++) appendWords(entries, rasters[i]!, from[i]!, length);
      for (let i = 0; i < length; i++) {
        const known = codes[entries[i]!]!;
        numbers[i] = known >= 0 ? known : learn(entries[i]!);
      }
    },
    size: () => seen.length,
    samples: (number) =>
      types.map((type, i) =>
        sampleOf(type, i < types.length - 1 ? seen[number]! >>> 8 : seen[number]! & (2 ** bits[i]! - 1)),
      ),
  };
}

function appendWords(entries: Int32Array, words: Words, from: number, length: number): void {
  for (let i = 0; i < length; i++) entries[i] = (entries[i]! << 8) | words[from + i]!;
}
