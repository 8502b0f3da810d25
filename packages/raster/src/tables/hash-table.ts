import type { Words } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { CountTable } from './count-table.ts';
import { enlarged, hashNumbers } from './hash-numbers.ts';
import { forEachPortion, portion } from './portions.ts';
import { forEachSampleRun } from './sample-runs.ts';

export interface HashTable extends CountTable {
  /** Counts a run. In raster i, its cells begin with sample `from[i]` of `rasters[i]`. */
  addRun(rasters: readonly Words[], from: readonly number[], length: number): void;
}

/** A table for rasters of any type. Throws TooManyGroupsError beyond `mostGroups` combinations. */
export function hashTable(types: readonly SampleType[], mostGroups: number): HashTable {
  const cellNumbers = hashNumbers(types, mostGroups);
  const numbers = new Int32Array(portion);
  let counts = new Float64Array(portion);
  const addRun: HashTable['addRun'] = (rasters, first, length) =>
    forEachPortion(first, length, (from, size) => {
      cellNumbers.number(rasters, from, size, numbers);
      if (cellNumbers.size() > counts.length) {
        counts = enlarged(counts, new Float64Array(2 * Math.max(counts.length, cellNumbers.size())));
      }
      countEach(counts, numbers, size);
    });
  return {
    addRun,
    add: (cells) => {
      const words = cells.rasters.map((raster) => raster.words);
      forEachSampleRun(cells, (from, length) => addRun(words, from, length));
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
