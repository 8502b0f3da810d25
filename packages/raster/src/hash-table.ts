import type { CountTable } from './count-table.ts';
import { enlarged, hashNumbers } from './hash-numbers.ts';
import { forEachPortion, portion } from './portions.ts';
import type { SampleType } from './raster.ts';

/** A table for layers of any type. Throws TooManyGroupsError past `mostGroups` combinations. */
export function hashTable(types: readonly SampleType[], mostGroups: number): CountTable {
  const cellNumbers = hashNumbers(types, mostGroups);
  const numbers = new Int32Array(portion);
  let counts = new Float64Array(portion);
  return {
    add(layers, first, length) {
      forEachPortion(first, length, (from, size) => {
        cellNumbers.number(layers, from, size, numbers);
        if (cellNumbers.size() > counts.length) {
          counts = enlarged(counts, new Float64Array(2 * Math.max(counts.length, cellNumbers.size())));
        }
        countEach(counts, numbers, size);
      });
    },
    groups: () =>
      Array.from({ length: cellNumbers.size() }, (_, number) => ({
        samples: cellNumbers.samples(number),
        cells: counts[number]!,
      })),
  };
}

function countEach(counts: Float64Array, numbers: Int32Array, size: number): void {
  for (let i = 0; i < size; i++) counts[numbers[i]!]!++;
}
