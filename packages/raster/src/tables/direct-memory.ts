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
 * have the same ones, which are few of all.
 */
export function countsTaker(): (counts: Counts, take: (entry: number, count: number) => void) => void {
  const [upper, lower] = [new Set<number>(), new Set<number>()];
  return ({ counts, seen, sum }, take) => {
    let left = sum;
    const takeEntry = (entry: number): boolean => {
      let count = 0;
      for (let at = entry; at < 4 * partStride; at += partStride) {
        count += counts[at]!;
        counts[at] = 0;
      }
      if (count === 0) return false;
      take(entry, count);
      left -= count;
      return true;
    };
    for (const high of upper) for (const low of lower) takeEntry((high << 8) | low);
    if (left > 0) {
      let entry = 0;
      do {
        if (takeEntry(entry)) {
          upper.add(entry >>> 8);
          lower.add(entry & 0xff);
        }
        entry = ((entry | ~seen) + 1) & seen;
      } while (entry !== 0);
    }
    if (upper.size * lower.size > mostUsual) {
      upper.clear();
      lower.clear();
    }
    spare.giveBack(counts);
  };
}
