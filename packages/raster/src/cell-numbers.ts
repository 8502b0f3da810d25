import { hashNumbers, tooManyGroups } from './hash-numbers.ts';
import { portion } from './portions.ts';
import type { SampleType } from './raster.ts';
import { sampleBits, sampleOf, type Words } from './sample-words.ts';

/**
 * Numbers the combinations of samples that several layers have, from 0 as they come. Knows nothing
 * of no data. What numbers a cell throws TooManyGroupsError when there are more combinations than
 * may be told apart.
 */
export interface CellNumbers {
  /**
   * Puts the number of each of `length` cells side by side in `numbers`, from its beginning; in
   * layer i they begin with sample `from[i]` of `layers[i]`, which are the words of that layer's
   * samples. At most `portion` cells.
   */
  number(layers: readonly Words[], from: readonly number[], length: number, numbers: Int32Array): void;
  /** Combinations so far. */
  size(): number;
  /** A sample of each layer. */
  samples(number: number): number[];
}

/**
 * The fastest numbering for layers of these types: by a table of all that 16 bits can say, or by
 * hashing.
 */
export function cellNumbers(types: readonly SampleType[], most: number): CellNumbers {
  const bits = types.reduce((sum, type) => sum + sampleBits(type), 0);
  return bits <= 16 ? directNumbers(types, most) : hashNumbers(types, most);
}

/** For no layer (then all cells have number 0), one of 8 or 16 bits, or two of 8. */
function directNumbers(types: readonly SampleType[], most: number): CellNumbers {
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
    number(layers, from, length, numbers) {
      entries.fill(0, 0, length);
      for (let i = 0; i < layers.length; i++) appendWords(entries, layers[i]!, from[i]!, length);
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
