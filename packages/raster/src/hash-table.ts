import type { CountedSamples, CountTable } from './count-table.ts';
import type { SampleType } from './raster.ts';
import { sampleBits, sampleOf, type Words } from './sample-words.ts';

/** Rasters have more combinations of values in an area than can be told apart. */
export class TooManyGroupsError extends Error {
  override readonly name = 'TooManyGroupsError';
}

export function tooManyGroups(most: number): TooManyGroupsError {
  return new TooManyGroupsError(
    `the rasters have more than ${most} combinations of values in this area: count classes, not measurements`,
  );
}

/** Cells that go through one layer before the next. */
const portion = 1024;

/**
 * A table for layers of any type. Combinations are numbered word by word: the number of what came before and a word make a
 * pair, the pair gets a number. Throws TooManyGroupsError past `mostGroups` combinations.
 */
export function hashTable(types: readonly SampleType[], mostGroups: number): CountTable {
  const steps = types.flatMap((type, layer) =>
    sampleBits(type) === 64
      ? [
          { layer, stride: 2, word: 0 },
          { layer, stride: 2, word: 1 },
        ]
      : [{ layer, stride: 1, word: 0 }],
  );
  const stages = steps.map((step) => ({ ...step, pairs: pairTable(mostGroups) }));
  const numbers = new Uint32Array(portion);
  let counts = new Float64Array(256);

  const addPortion = (layers: readonly Words[], from: readonly number[], done: number, size: number) => {
    numbers.fill(0, 0, size);
    for (const { layer, stride, word, pairs } of stages) {
      numberPairs(pairs, numbers, layers[layer]!, (from[layer]! + done) * stride + word, stride, size);
    }
    const groups = stages.at(-1)!.pairs.size();
    if (groups > counts.length) {
      const larger = new Float64Array(2 * groups);
      larger.set(counts);
      counts = larger;
    }
    for (let i = 0; i < size; i++) counts[numbers[i]!]!++;
  };
  const wordsOfGroup = (group: number): number[] =>
    stages.reduceRight<{ words: number[]; number: number }>(
      ({ words, number }, { pairs }) => ({ words: [pairs.second(number), ...words], number: pairs.first(number) }),
      { words: [], number: group },
    ).words;
  return {
    add(layers, from, length) {
      for (let done = 0; done < length; done += portion)
        addPortion(layers, from, done, Math.min(portion, length - done));
    },
    *groups(): Generator<CountedSamples> {
      for (let group = 0; group < stages.at(-1)!.pairs.size(); group++) {
        const words = wordsOfGroup(group);
        const samples = types.map((type, layer) => {
          const first = steps.findIndex((step) => step.layer === layer);
          return sampleOf(type, words[first]!, sampleBits(type) === 64 ? words[first + 1]! : 0);
        });
        yield { samples, cells: counts[group]! };
      }
    },
  };
}

/** Replaces each number by that of its pair with the cell's word. Neighbours are often alike: they are not looked up again. */
function numberPairs(pairs: PairTable, numbers: Uint32Array, words: Words, from: number, stride: number, size: number) {
  let first = numbers[0]!;
  let second = words[from]!;
  let number = pairs.numberOf(first, second);
  for (let i = 0, w = from; i < size; i++, w += stride) {
    if (numbers[i]! !== first || words[w]! !== second) {
      first = numbers[i]!;
      second = words[w]!;
      number = pairs.numberOf(first, second);
    }
    numbers[i] = number;
  }
}

type PairTable = ReturnType<typeof pairTable>;

/** Numbers pairs of 32-bit words from 0, in the order in which they come; open addressing, at most half full. */
function pairTable(most: number) {
  let slots = new Uint32Array(512);
  let firsts = new Uint32Array(256);
  let seconds = new Uint32Array(256);
  let size = 0;

  /** The slot of the pair, or the free one where it belongs. */
  const slotOf = (first: number, second: number): number => {
    const mask = slots.length - 1;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second ^ (second >>> 15), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35);
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const taken = slots[slot]!;
      if (taken === 0 || (firsts[taken - 1] === first && seconds[taken - 1] === second)) return slot;
    }
  };
  const grow = () => {
    [firsts, seconds] = [firsts, seconds].map((old) => {
      const larger = new Uint32Array(2 * old.length);
      larger.set(old);
      return larger;
    }) as [Uint32Array<ArrayBuffer>, Uint32Array<ArrayBuffer>];
    slots = new Uint32Array(2 * slots.length);
    for (let i = 0; i < size; i++) slots[slotOf(firsts[i]!, seconds[i]!)] = i + 1;
  };
  const numberOf = (first: number, second: number): number => {
    const slot = slotOf(first, second);
    if (slots[slot]! > 0) return slots[slot]! - 1;
    if (size === most) throw tooManyGroups(most);
    if (size === firsts.length) {
      grow();
      return numberOf(first, second);
    }
    firsts[size] = first;
    seconds[size] = second;
    slots[slot] = ++size;
    return size - 1;
  };
  return {
    numberOf,
    size: () => size,
    first: (number: number) => firsts[number]!,
    second: (number: number) => seconds[number]!,
  };
}
