import { sampleBits, sampleOf, type Words } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { CountedSamples, CountTable, TableLimits } from './count-table.ts';
import { type HashTable, hashTable } from './hash-table.ts';
import { forEachSampleRun } from './sample-runs.ts';

/** The number of cells that are looked up before they are counted. */
const portion = 1024;

/** The code of a new word: no sum of codes that includes it reaches 0. */
const unseen = -(2 ** 26);

/**
 * The codes of one raster: its words, numbered in the order of appearance, each number shifted to
 * the raster's bits in an entry.
 */
interface Codes {
  /** The code by word: its number << shift, or `unseen`. */
  readonly codes: Int32Array;
  /** The words by number. */
  readonly words: number[];
  bits: number;
  shift: number;
}

/**
 * A table with an entry for each combination of the values that each raster of 8 or 16 bits has
 * shown so far; it grows as values appear. Beyond `denseEntries` entries the rest is counted by
 * hashing.
 */
export function codedTable(types: readonly SampleType[], limits: TableLimits): CountTable {
  const rasters = types.map((type): Codes => {
    const codes = new Int32Array(2 ** sampleBits(type)).fill(unseen);
    return { codes, words: [], bits: 0, shift: 0 };
  });
  const entries = new Int32Array(portion);
  let counts = new Float64Array(1);
  let rest: HashTable | undefined;

  /** Enlarges the table; false if it would be too large. */
  const grow = (): boolean => {
    const old = rasters.map(({ bits, shift }) => ({ mask: 2 ** bits - 1, shift }));
    const bits = rasters.map(({ words }) => Math.ceil(Math.log2(words.length)));
    const size = 2 ** bits.reduce((sum, each) => sum + each, 0);
    if (size > limits.denseEntries) return false;
    let shift = 0;
    for (const [i, raster] of rasters.entries()) {
      Object.assign(raster, { bits: bits[i], shift });
      for (const [number, word] of raster.words.entries()) raster.codes[word] = number << shift;
      shift += bits[i]!;
    }
    const larger = new Float64Array(size);
    for (const [entry, cells] of counts.entries()) {
      if (cells === 0) continue;
      let to = 0;
      for (const [i, { mask, shift: from }] of old.entries()) to |= ((entry >>> from) & mask) << rasters[i]!.shift;
      larger[to] = cells;
    }
    counts = larger;
    return true;
  };
  /** Numbers the words of a cell; false if the table would be too large. */
  const learn = (samples: readonly Words[], from: readonly number[], at: number): boolean => {
    let full = false;
    for (const [i, raster] of rasters.entries()) {
      const word = samples[i]![from[i]! + at]!;
      if (raster.codes[word]! >= 0) continue;
      const number = raster.words.push(word) - 1;
      raster.codes[word] = number << raster.shift;
      full ||= number >= 2 ** raster.bits;
    }
    return !full || grow();
  };
  const add = (samples: readonly Words[], from: readonly number[], length: number): void => {
    for (let done = 0; done < length; ) {
      if (rest !== undefined) {
        rest.addRun(
          samples,
          from.map((first) => first + done),
          length - done,
        );
        return;
      }
      const size = Math.min(portion, length - done);
      lookUp(rasters, samples, from, done, size, entries);
      const counted = countKnown(counts, entries, size);
      done += counted;
      if (counted < size && !learn(samples, from, done)) rest = hashTable(types, limits.groups);
    }
  };
  return {
    add: (cells) => {
      const words = cells.rasters.map((raster) => raster.words);
      forEachSampleRun(cells, (from, length) => add(words, from, length));
    },
    *groups(): Generator<CountedSamples> {
      for (const [entry, cells] of counts.entries()) {
        if (cells === 0) continue;
        const numbers = rasters.map(({ bits, shift }) => (entry >>> shift) & (2 ** bits - 1));
        yield { samples: types.map((type, i) => sampleOf(type, rasters[i]!.words[numbers[i]!]!)), cells };
      }
      if (rest !== undefined) yield* rest.groups();
    },
  };
}

/**
 * Adds up the codes of `size` cells, from the run's cell `done` on, into one entry each. An entry
 * is negative if a word has no code yet.
 */
function lookUp(
  rasters: readonly Codes[],
  samples: readonly Words[],
  from: readonly number[],
  done: number,
  size: number,
  entries: Int32Array,
): void {
  entries.fill(0, 0, size);
  for (let l = 0; l < rasters.length; l++) addCodes(rasters[l]!.codes, samples[l]!, from[l]! + done, size, entries);
}

function addCodes(codes: Int32Array, words: Words, from: number, size: number, entries: Int32Array): void {
  for (let i = 0; i < size; i++) entries[i]! += codes[words[from + i]!]!;
}

/** Counts cells up to the first with a negative entry, and returns their number. */
function countKnown(counts: Float64Array, entries: Int32Array, size: number): number {
  for (let i = 0; i < size; i++) {
    const entry = entries[i]!;
    if (entry < 0) return i;
    counts[entry]!++;
  }
  return size;
}
