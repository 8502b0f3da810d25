import { sampleBits } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import { codedTable } from './coded-table.ts';
import type { CountTable, TableLimits } from './count-table.ts';
import { directTable } from './direct-table.ts';
import { hashTable } from './hash-table.ts';

/**
 * The fastest table for rasters of these types: `direct`, an entry for each value of 16 bits;
 * `coded`, an entry for each combination of the values seen, for 8- and 16-bit rasters, which
 * switches to hashing when there are too many; or `hash`.
 */
export function countTable(types: readonly SampleType[], limits: TableLimits): CountTable {
  const bits = types.map(sampleBits);
  if (2 ** bits.reduce((sum, each) => sum + each, 0) <= Math.min(limits.denseEntries, 2 ** 16))
    return directTable(types);
  if (limits.denseEntries > 0 && Math.max(...bits) <= 16) return codedTable(types, limits);
  return hashTable(types, limits.groups);
}
