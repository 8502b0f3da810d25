import { partStride } from './direct-runs.ts';

/** Tables that are all zero again, for the next area. */
export interface SpareTables {
  take(): Uint32Array;
  giveBack(empty: Uint32Array): void;
}

const mostSpare = 64;

/**
 * Keeps tables of a length: small areas follow each other, and fresh memory costs more than its
 * use.
 */
export function spareTables(length: number): SpareTables {
  const spare: Uint32Array[] = [];
  return {
    take: () => spare.pop() ?? new Uint32Array(length),
    giveBack: (empty) => {
      if (spare.length < mostSpare) spare.push(empty);
    },
  };
}

const spare = spareTables(4 * partStride);

/** A table with an entry for each value of 16 bits, all zero, in four parts. */
export const emptyCounts = spare.take;

/** The counts of a table, to be taken out. */
export interface Counts {
  readonly counts: Uint32Array;
  /** All bits that any entry had. Entries with other bits need not be looked at. */
  readonly seen: number;
  /** The sum of all counts. */
  readonly sum: number;
}

/** The most entries that are looked at because recent tables had them. */
const mostUsual = 2 ** 10;

/**
 * Makes a function that passes on the entries of a table with their counts, and takes the table
 * back. It looks first at the entries whose upper and lower bytes recent tables had: neighbours
 * have the same ones, which are few of all. It ends when the sum is reached.
 */
export function countsTaker(): (counts: Counts, take: (entry: number, count: number) => void) => void {
  let upper: number[] = [];
  let lower: number[] = [];
  return ({ counts, seen, sum }, take) => {
    let left = sum;
    const takeEntry = (entry: number): boolean => {
      const second = entry + partStride;
      const third = second + partStride;
      const fourth = third + partStride;
      const count = counts[entry]! + counts[second]! + counts[third]! + counts[fourth]!;
      if (count === 0) return false;
      counts[entry] = 0;
      counts[second] = 0;
      counts[third] = 0;
      counts[fourth] = 0;
      take(entry, count);
      left -= count;
      return true;
    };
    for (let i = 0; i < upper.length && left > 0; i++)
      for (let j = 0; j < lower.length; j++) takeEntry((upper[i]! << 8) | lower[j]!);
    let entry = 0;
    do {
      if (left > 0 && takeEntry(entry)) {
        if (!upper.includes(entry >>> 8)) upper.push(entry >>> 8);
        if (!lower.includes(entry & 0xff)) lower.push(entry & 0xff);
      }
      entry = ((entry | ~seen) + 1) & seen;
    } while (left > 0 && entry !== 0);
    if (upper.length * lower.length > mostUsual) {
      upper = [];
      lower = [];
    }
    spare.giveBack(counts);
  };
}
