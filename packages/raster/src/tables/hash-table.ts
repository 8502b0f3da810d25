import type { SampleType } from '../tiles/samples.ts';
import type { CountTable } from './count-table.ts';
import { enlarged, hashNumbers } from './hash-numbers.ts';
import { forEachPortion, portion } from './portions.ts';

/** A table for rasters of any type. Throws TooManyGroupsError beyond `mostGroups` combinations. */
export function hashTable(types: readonly SampleType[], mostGroups: number): CountTable {
  const cellNumbers = hashNumbers(types, mostGroups);
  const numbers = new Int32Array(portion);
  let counts = new Float64Array(portion);
  return {
    add(rasters, first, length) {
      forEachPortion(first, length, (from, size) => {
        cellNumbers.number(rasters, from, size, numbers);
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
