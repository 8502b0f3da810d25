import type { Words } from '../tiles/sample-words.ts';

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
const leastByFour = 16;

/** Counts a raster of 16 bits. */
export const countSingle: CountRun = (counts, rasters, _quads, from, length) =>
  countOne(counts, rasters[0]!, from[0]!, length);

/** Counts a raster of 8 bits. */
export const countBytes: CountRun = (counts, rasters, quads, from, length) => {
  const a = rasters[0]!;
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

/** Counts two rasters of 8 bits. */
export const countPairs: CountRun = (counts, rasters, quads, from, length) => {
  const a = rasters[0]!;
  const b = rasters[1]!;
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
