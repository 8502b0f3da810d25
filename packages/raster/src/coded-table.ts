import type { CountedSamples, CountTable, TableLimits } from './count-table.ts';
import { hashTable } from './hash-table.ts';
import type { SampleType } from './raster.ts';
import { sampleBits, sampleOf, type Words } from './sample-words.ts';

/** Cells that are looked up before they are counted. */
const portion = 1024;

/** The code of a word not seen before: no sum of codes with one of these in it reaches 0. */
const unseen = -(2 ** 26);

/**
 * Codes of one layer: the words seen, numbered as they came, each number moved to the bits that the
 * layer has in an entry.
 */
interface Codes {
  /** By word: its number << shift, or `unseen`. */
  readonly codes: Int32Array;
  /** By number. */
  readonly words: number[];
  bits: number;
  shift: number;
}

/**
 * A table with an entry for each combination of the values that each layer of 8 or 16 bits was seen
 * to have: it grows as values appear. Past `denseEntries` entries the rest is counted by hashing.
 */
export function codedTable(types: readonly SampleType[], limits: TableLimits): CountTable {
  const layers = types.map((type): Codes => {
    const codes = new Int32Array(2 ** sampleBits(type)).fill(unseen);
    return { codes, words: [], bits: 0, shift: 0 };
  });
  const entries = new Int32Array(portion);
  let counts = new Float64Array(1);
  let rest: CountTable | undefined;

  /** Makes room in the table; false: it would be too large. */
  const grow = (): boolean => {
    const old = layers.map(({ bits, shift }) => ({ mask: 2 ** bits - 1, shift }));
    const bits = layers.map(({ words }) => Math.ceil(Math.log2(words.length)));
    const size = 2 ** bits.reduce((sum, each) => sum + each, 0);
    if (size > limits.denseEntries) return false;
    let shift = 0;
    for (const [i, layer] of layers.entries()) {
      Object.assign(layer, { bits: bits[i], shift });
      for (const [number, word] of layer.words.entries()) layer.codes[word] = number << shift;
      shift += bits[i]!;
    }
    const larger = new Float64Array(size);
    for (const [entry, cells] of counts.entries()) {
      if (cells === 0) continue;
      let to = 0;
      for (const [i, { mask, shift: from }] of old.entries()) to |= ((entry >>> from) & mask) << layers[i]!.shift;
      larger[to] = cells;
    }
    counts = larger;
    return true;
  };
  /** Numbers the words of a cell; false: the table would be too large. */
  const learn = (samples: readonly Words[], from: readonly number[], at: number): boolean => {
    let full = false;
    for (const [i, layer] of layers.entries()) {
      const word = samples[i]![from[i]! + at]!;
      if (layer.codes[word]! >= 0) continue;
      const number = layer.words.push(word) - 1;
      layer.codes[word] = number << layer.shift;
      full ||= number >= 2 ** layer.bits;
    }
    return !full || grow();
  };
  const add = (samples: readonly Words[], from: readonly number[], length: number): void => {
    for (let done = 0; done < length; ) {
      if (rest !== undefined) {
        rest.add(
          samples,
          from.map((first) => first + done),
          length - done,
        );
        return;
      }
      const size = Math.min(portion, length - done);
      lookUp(layers, samples, from, done, size, entries);
      const counted = countKnown(counts, entries, size);
      done += counted;
      if (counted < size && !learn(samples, from, done)) rest = hashTable(types, limits.groups);
    }
  };
  return {
    add,
    *groups(): Generator<CountedSamples> {
      for (const [entry, cells] of counts.entries()) {
        if (cells === 0) continue;
        const numbers = layers.map(({ bits, shift }) => (entry >>> shift) & (2 ** bits - 1));
        yield { samples: types.map((type, i) => sampleOf(type, layers[i]!.words[numbers[i]!]!)), cells };
      }
      if (rest !== undefined) yield* rest.groups();
    },
  };
}

/**
 * Adds up the codes of `size` cells from the run's cell `done` on: an entry each, negative where a
 * word has no code yet.
 */
function lookUp(
  layers: readonly Codes[],
  samples: readonly Words[],
  from: readonly number[],
  done: number,
  size: number,
  entries: Int32Array,
): void {
  entries.fill(0, 0, size);
  for (let l = 0; l < layers.length; l++) addCodes(layers[l]!.codes, samples[l]!, from[l]! + done, size, entries);
}

function addCodes(codes: Int32Array, words: Words, from: number, size: number, entries: Int32Array): void {
  for (let i = 0; i < size; i++) entries[i]! += codes[words[from + i]!]!;
}

/** Counts cells up to the first with a negative entry, and answers how many those are. */
function countKnown(counts: Float64Array, entries: Int32Array, size: number): number {
  for (let i = 0; i < size; i++) {
    const entry = entries[i]!;
    if (entry < 0) return i;
    counts[entry]!++;
  }
  return size;
}
