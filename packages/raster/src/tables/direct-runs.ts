import type { Words } from '../tiles/sample-words.ts';
import type { RowsOfSamples, SampleRuns } from './sample-runs.ts';

/**
 * The distance between the four parts of a table with an entry for each value of 16 bits. Were it a
 * power of two, equal values in all parts would compete for the same lines of the cache.
 */
export const partStride = 2 ** 16 + 272;

/**
 * Samples of 8 bits from the beginning of their buffer, as bytes and as words of four: one load
 * instead of four. The sample of a row and a column is `bytes[origin + row * stride + column]`.
 */
interface BytesInFours {
  readonly bytes: Uint8Array;
  readonly fours: Int32Array;
  readonly origin: number;
  readonly stride: number;
}

function inFours({ words: { buffer, byteOffset }, origin, stride }: RowsOfSamples): BytesInFours {
  const fours = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
  return { bytes: new Uint8Array(buffer), fours, origin: byteOffset + origin, stride };
}

/** Counts cells of a raster of 16 bits in four parts. Returns all bits of the entries. */
export function countWords(counts: Uint32Array, { runs, rasters }: SampleRuns): number {
  const { words, origin, stride } = rasters[0]!;
  let seen = 0;
  for (let at = 0; at < runs.length; at += 3) {
    const row = origin + runs[at]! * stride;
    const end = row + runs[at + 2]!;
    for (let i = row + runs[at + 1]!; i < end; i++) {
      const entry = words[i]!;
      counts[(i & 3) * partStride + entry]!++;
      seen |= entry;
    }
  }
  return seen;
}

/** Counts cells of two rasters of 8 bits in four parts. Returns all bits of the entries. */
export function countPairs(counts: Uint32Array, { runs, rasters }: SampleRuns): number {
  const { bytes: a, fours: foursOfA, origin, stride } = inFours(rasters[0]!);
  const { bytes: b, fours: foursOfB, origin: originOfB, stride: strideOfB } = inFours(rasters[1]!);
  let seen = 0;
  for (let at = 0; at < runs.length; at += 3) {
    const row = runs[at]!;
    const column = runs[at + 1]!;
    const first = origin + row * stride + column;
    const end = first + runs[at + 2]! - column;
    const fromAToB = originOfB + row * strideOfB + column - first;
    const fours = (fromAToB & 3) === 0 ? (end >>> 2) - ((first + 3) >>> 2) : 0;
    if (fours <= 0) {
      seen |= countTwo(counts, a, b, first, end, fromAToB);
      continue;
    }
    const firstOfFours = (first + 3) >>> 2;
    seen |= countTwo(counts, a, b, first, 4 * firstOfFours, fromAToB);
    seen |= countTwoByFour(counts, foursOfA, foursOfB, firstOfFours, firstOfFours + (fromAToB >> 2), fours);
    seen |= countTwo(counts, a, b, 4 * (firstOfFours + fours), end, fromAToB);
  }
  return seen;
}

function countTwo(counts: Uint32Array, a: Words, b: Words, first: number, end: number, fromAToB: number): number {
  let seen = 0;
  for (let i = first; i < end; i++) {
    const entry = (a[i]! << 8) | b[i + fromAToB]!;
    counts[(i & 3) * partStride + entry]!++;
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

/** Counts cells of a raster of 8 bits in four parts of 256 counts. */
export function countBytes(counts: Uint32Array, { runs, rasters }: SampleRuns): void {
  const { bytes, fours, origin, stride } = inFours(rasters[0]!);
  for (let at = 0; at < runs.length; at += 3) {
    const row = origin + runs[at]! * stride;
    const end = row + runs[at + 2]!;
    let i = row + runs[at + 1]!;
    for (; i < end && (i & 3) !== 0; i++) counts[((i & 3) << 8) | bytes[i]!]!++;
    for (; i < end - 3; i += 4) {
      const four = fours[i >>> 2]!;
      counts[four & 0xff]!++;
      counts[0x100 | ((four >>> 8) & 0xff)]!++;
      counts[0x200 | ((four >>> 16) & 0xff)]!++;
      counts[0x300 | (four >>> 24)]!++;
    }
    for (; i < end; i++) counts[((i & 3) << 8) | bytes[i]!]!++;
  }
}

/**
 * Counts cells as `countBytes` does, but two neighbours of 8 bits as one entry of 16, if they lie
 * in one word of four, in a table of neighbours. Returns the number of these entries and all their
 * bits.
 */
export function countNeighbours(
  counts: Uint32Array,
  neighbours: Uint32Array,
  { runs, rasters }: SampleRuns,
): { readonly sum: number; readonly seen: number } {
  const { bytes, fours, origin, stride } = inFours(rasters[0]!);
  let seen = 0;
  let sum = 0;
  for (let at = 0; at < runs.length; at += 3) {
    const row = origin + runs[at]! * stride;
    const end = row + runs[at + 2]!;
    let i = row + runs[at + 1]!;
    for (; i < end && (i & 3) !== 0; i++) counts[((i & 3) << 8) | bytes[i]!]!++;
    const first = i;
    for (; i < end - 7; i += 8) {
      const four = fours[i >>> 2]!;
      const next = fours[(i >>> 2) + 1]!;
      neighbours[four & 0xffff]!++;
      neighbours[partStride + (four >>> 16)]!++;
      neighbours[2 * partStride + (next & 0xffff)]!++;
      neighbours[3 * partStride + (next >>> 16)]!++;
      seen |= four | next;
    }
    if (i < end - 3) {
      const four = fours[i >>> 2]!;
      neighbours[four & 0xffff]!++;
      neighbours[partStride + (four >>> 16)]!++;
      seen |= four;
      i += 4;
    }
    sum += (i - first) >>> 1;
    for (; i < end; i++) counts[((i & 3) << 8) | bytes[i]!]!++;
  }
  return { sum, seen: (seen | (seen >>> 16)) & 0xffff };
}
