import type { Words } from '../tiles/sample-words.ts';

/**
 * The distance between the four parts of a table with an entry for each value of 16 bits. Were it a
 * power of two, equal values in all parts would compete for the same lines of the cache.
 */
export const partStride = 2 ** 16 + 272;

/** The words of four 8-bit cells, from the beginning of a buffer: one load instead of four. */
export function quadsOf({ buffer }: Words): Int32Array {
  return new Int32Array(buffer, 0, buffer.byteLength >>> 2);
}

/**
 * Counts a run of cells. It receives the rasters as words and as words of four cells, and the first
 * sample of the run in each. Returns all bits of the entries.
 */
export type CountRun = (
  counts: Uint32Array,
  rasters: readonly Words[],
  quads: readonly Int32Array[],
  from: readonly number[],
  length: number,
) => number;

/** The least number of cells of a run for which three loops are faster. */
export const leastByFour = 16;

/** Counts a raster of 16 bits. */
export const countWords: CountRun = (counts, rasters, _quads, from, length) => {
  const words = rasters[0]!;
  const first = from[0]!;
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const entry = words[first + i]!;
    counts[(i & 3) * partStride + entry]!++;
    seen |= entry;
  }
  return seen;
};

/** Counts two rasters of 8 bits. */
export const countPairs: CountRun = (counts, rasters, quads, from, length) => {
  const a = rasters[0]!;
  const b = rasters[1]!;
  const i = from[0]!;
  const j = from[1]!;
  const atA = a.byteOffset + i;
  const atB = b.byteOffset + j;
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

function countTwo(counts: Uint32Array, a: Words, b: Words, i: number, j: number, length: number): number {
  let seen = 0;
  for (let k = 0; k < length; k++) {
    const entry = (a[i + k]! << 8) | b[j + k]!;
    counts[(k & 3) * partStride + entry]!++;
    seen |= entry;
  }
  return seen;
}

function countTwoByFour(counts: Uint32Array, a: Int32Array, b: Int32Array, i: number, j: number, length: number) {
  let seen = 0;
  for (const end = i + length; i < end; i++, j++) {
    // The entries of the first and the third cell, side by side, and of the second and the fourth.
    const odd = ((a[i]! & 0xff00ff) << 8) | (b[j]! & 0xff00ff);
    const even = (a[i]! & 0xff00ff00) | ((b[j]! >>> 8) & 0xff00ff);
    counts[odd & 0xffff]!++;
    counts[partStride + (even & 0xffff)]!++;
    counts[2 * partStride + (odd >>> 16)]!++;
    counts[3 * partStride + (even >>> 16)]!++;
    seen |= odd | even;
  }
  return (seen | (seen >>> 16)) & 0xffff;
}

/** Counts cells of 8 bits in four parts of 256 counts. */
export function countBytes(counts: Uint32Array, words: Words, from: number, length: number): void {
  for (let i = 0; i < length; i++) counts[((i & 3) << 8) | words[from + i]!]!++;
}

/** Counts four cells of 8 bits for each word from `first` on, in four parts of 256 counts. */
export function countQuads(counts: Uint32Array, quads: Int32Array, first: number, length: number): void {
  for (let i = first; i < first + length; i++) {
    const quad = quads[i]!;
    counts[quad & 0xff]!++;
    counts[0x100 | ((quad >>> 8) & 0xff)]!++;
    counts[0x200 | ((quad >>> 16) & 0xff)]!++;
    counts[0x300 | (quad >>> 24)]!++;
  }
}

/**
 * Counts two neighbours of 8 bits as one entry of 16, two entries for each word from `first` on.
 * Returns all bits of the entries.
 */
export function countNeighbours(counts: Uint32Array, quads: Int32Array, first: number, length: number): number {
  let seen = 0;
  let i = first;
  for (const end = first + length - 1; i < end; i += 2) {
    const quad = quads[i]!;
    const next = quads[i + 1]!;
    counts[quad & 0xffff]!++;
    counts[partStride + (quad >>> 16)]!++;
    counts[2 * partStride + (next & 0xffff)]!++;
    counts[3 * partStride + (next >>> 16)]!++;
    seen |= quad | next;
  }
  if (i < first + length) {
    const quad = quads[i]!;
    counts[quad & 0xffff]!++;
    counts[partStride + (quad >>> 16)]!++;
    seen |= quad;
  }
  return (seen | (seen >>> 16)) & 0xffff;
}
