import { addCellCounts, type CellCount } from './cell-count.ts';
import { classOf, tableBuilder, type ValueTable } from './value-table.ts';

/**
 * The bits of the fraction of a double that make its class; with sign and power these are 24 bits.
 */
export const classBits = 12;

const pageLength = 2 ** classBits;

/**
 * Counts doubles by their classes of `classBits`: a page of counts for each sign and power of two
 * that occurs. It works on little-endian machines only, as decoding does.
 */
export function classCounts() {
  const pages: (Float64Array | undefined)[] = new Array(2 ** 12).fill(undefined);
  const shared = new Map<number, CellCount>();
  return {
    /** Counts values of a whole cell each, given by their words. NaN is counted separately. */
    add(words: Uint32Array, length: number): void {
      for (let i = 1; i < 2 * length; i += 2) {
        const word = words[i]!;
        let page = pages[word >>> 20];
        if (page === undefined) {
          page = new Float64Array(pageLength);
          pages[word >>> 20] = page;
        }
        page[(word >>> 8) & (pageLength - 1)]!++;
      }
    },
    addParts(value: number, parts: number): void {
      const own = classOf(value, classBits);
      shared.set(own, addCellCounts(shared.get(own) ?? { cells: 0 }, { cells: 0, parts }));
    },
    /** The table of the classes of numbers. */
    table(): ValueTable {
      const counts: [value: number, count: CellCount][] = [...shared];
      for (const [number, page] of pages.entries()) {
        for (const [entry, cells] of page?.entries() ?? []) {
          const value = valueOf(number * 2 ** 20 + entry * 2 ** 8);
          if (cells > 0 && !Number.isNaN(value)) counts.push([value, { cells }]);
        }
      }
      const built = tableBuilder(false);
      for (const [value, count] of counts.sort(([a], [b]) => a - b)) built.add(value, count);
      return built.all();
    },
  };
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** The double with this upper word and no other bits; -0 is 0. */
function valueOf(word: number): number {
  words[1] = word;
  return double[0]! + 0;
}
