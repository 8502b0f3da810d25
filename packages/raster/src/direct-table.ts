import type { CountTable } from './count-table.ts';
import type { SampleType } from './raster.ts';
import { sampleBits, sampleOf, type Words } from './sample-words.ts';

/**
 * A table with an entry for every combination of one layer of 8 or 16 bits, or two layers of 8.
 * Neighbouring cells are counted by turns in four parts: counting a value twice in a row would wait
 * until the first count is written.
 */
export function directTable(types: readonly SampleType[], flushAfter = 2 ** 31): CountTable {
  const bits = types.reduce((sum, type) => sum + sampleBits(type), 0);
  const size = 2 ** bits;
  // Made when cells come, given up when they are read out.
  let counts: Uint32Array | undefined;
  const countRun = types.length === 2 ? countPairs : bits === 8 ? countBytes : countSingle;
  // All bits that any entry had: most entries have others, and need not be looked at.
  let seen = 0;
  // What is no longer in the counts: these are given up in time, since 32 bits hold no more cells.
  const cellsOf = new Map<number, number>();
  let unflushed = 0;
  let layersOfQuads: readonly Words[] | undefined;
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
    // No cells are left: no other entry has any, and the table need not be looked through.
    if (unflushed > 0) {
      const others = countedEntries(counts, seen);
      take(counts, others);
      remember(usual, others);
    }
    giveBack(counts);
    counts = undefined;
  };
  return {
    add(layers, from, length) {
      if (layers !== layersOfQuads) [layersOfQuads, quads] = [layers, layers.map(quadsOf)];
      counts ??= emptyCounts(4 * size);
      seen |= countRun(counts, layers, quads, from, length);
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

/**
 * Counts that are all zero again, for the next table: small areas come one after the other, and
 * fresh memory costs more than its use.
 */
const spare = new Map<number, Uint32Array[]>();
const mostSpare = 64;

function emptyCounts(length: number): Uint32Array {
  return spare.get(length)?.pop() ?? new Uint32Array(length);
}

function giveBack(counts: Uint32Array): void {
  const known = spare.get(counts.length);
  if (known === undefined) spare.set(counts.length, [counts]);
  else if (known.length < mostSpare) known.push(counts);
}

/**
 * By the size of tables: the entries that were found in them lately. Neighbours have the same, and
 * these are few among all.
 */
const found = new Map<number, Set<number>>();
const mostUsual = 2 ** 10;

function usualEntries(size: number): Set<number> {
  const known = found.get(size);
  if (known !== undefined) return known;
  const none = new Set<number>();
  found.set(size, none);
  return none;
}

function remember(usual: Set<number>, others: readonly number[]): void {
  if (usual.size + others.length > mostUsual) usual.clear();
  if (others.length <= mostUsual) for (const entry of others) usual.add(entry);
}

/**
 * The entries of which there are cells in any of the four parts; they have no other bits than
 * these.
 */
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

function wordOf(entry: number, layer: number, layers: number): number {
  if (layers === 1) return entry;
  return layer === 0 ? entry >>> 8 : entry & 0xff;
}

/** The words of four cells of 8 bits, from the beginning of a buffer: one load instead of four. */
function quadsOf({ buffer }: Words): Int32Array {
  return new Int32Array(buffer, 0, buffer.byteLength >>> 2);
}

/**
 * Layers as words, and as words of four cells; which sample of each a run begins with. Answers all
 * bits that entries had.
 */
type CountRun = (
  counts: Uint32Array,
  layers: readonly Words[],
  quads: readonly Int32Array[],
  from: readonly number[],
  length: number,
) => number;

/** Cells of a run that is worth three loops. */
const leastByFour = 16;

const countSingle: CountRun = (counts, layers, _quads, from, length) => countOne(counts, layers[0]!, from[0]!, length);

const countBytes: CountRun = (counts, layers, quads, from, length) => {
  const a = layers[0]!;
  const i = from[0]!;
  if (length < leastByFour) return countOne(counts, a, i, length);
  const at = a.byteOffset + i;
  const head = -at & 3;
  const fours = (length - head) >>> 2;
  const rest = head + 4 * fours;
  return (
    countOne(counts, a, i, head) |
    countOneByFour(counts, quads[0]!, (at + head) >>> 2, fours) |
    countOne(counts, a, i + rest, length - rest)
  );
};

const countPairs: CountRun = (counts, layers, quads, from, length) => {
  const a = layers[0]!;
  const b = layers[1]!;
  const [i, j] = [from[0]!, from[1]!];
  const [atA, atB] = [a.byteOffset + i, b.byteOffset + j];
  if (length < leastByFour || ((atA ^ atB) & 3) !== 0) return countTwo(counts, a, b, i, j, length);
  const head = -atA & 3;
  const fours = (length - head) >>> 2;
  const rest = head + 4 * fours;
  return (
    countTwo(counts, a, b, i, j, head) |
    countTwoByFour(counts, quads[0]!, quads[1]!, (atA + head) >>> 2, (atB + head) >>> 2, fours) |
    countTwo(counts, a, b, i + rest, j + rest, length - rest)
  );
};

function countOne(counts: Uint32Array, words: Words, from: number, length: number): number {
  const size = counts.length / 4;
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const entry = words[from + i]!;
    counts[(i & 3) * size + entry]!++;
    seen |= entry;
  }
  return seen;
}

function countTwo(counts: Uint32Array, a: Words, b: Words, i: number, j: number, length: number): number {
  let seen = 0;
  for (let k = 0; k < length; k++) {
    const entry = (a[i + k]! << 8) | b[j + k]!;
    counts[((k & 3) << 16) | entry]!++;
    seen |= entry;
  }
  return seen;
}

function countOneByFour(counts: Uint32Array, quads: Int32Array, first: number, length: number): number {
  let seen = 0;
  for (let i = first; i < first + length; i++) {
    const quad = quads[i]!;
    counts[quad & 0xff]!++;
    counts[0x100 | ((quad >>> 8) & 0xff)]!++;
    counts[0x200 | ((quad >>> 16) & 0xff)]!++;
    counts[0x300 | (quad >>> 24)]!++;
    seen |= quad;
  }
  return (seen | (seen >>> 8) | (seen >>> 16) | (seen >>> 24)) & 0xff;
}

function countTwoByFour(counts: Uint32Array, a: Int32Array, b: Int32Array, i: number, j: number, length: number) {
  let seen = 0;
  for (const end = i + length; i < end; i++, j++) {
    // The entries of the first and the third cell, side by side, and of the second and the fourth.
    const odd = ((a[i]! & 0xff00ff) << 8) | (b[j]! & 0xff00ff);
    const even = (a[i]! & 0xff00ff00) | ((b[j]! >>> 8) & 0xff00ff);
    counts[odd & 0xffff]!++;
    counts[0x10000 | (even & 0xffff)]!++;
    counts[0x20000 | (odd >>> 16)]!++;
    counts[0x30000 | (even >>> 16)]!++;
    seen |= odd | even;
  }
  return (seen | (seen >>> 16)) & 0xffff;
}
