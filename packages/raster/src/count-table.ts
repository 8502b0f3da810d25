import { codedTable } from './coded-table.ts';
import { directTable } from './direct-table.ts';
import { hashTable } from './hash-table.ts';
import type { SampleType } from './raster.ts';
import { sampleBits, type Words } from './sample-words.ts';

/**
 * Counts cells by the combination of samples that several layers have there. Knows nothing of no
 * data.
 */
export interface CountTable {
  /**
   * Counts `length` cells side by side; in layer i they begin with sample `from[i]` of `layers[i]`,
   * which are the words of that layer's samples.
   */
  add(layers: readonly Words[], from: readonly number[], length: number): void;
  /** What was counted so far. A combination may come more than once: then its cells add up. */
  groups(): Iterable<CountedSamples>;
}

export interface CountedSamples {
  /** A sample of each layer. */
  readonly samples: number[];
  readonly cells: number;
}

export interface TableLimits {
  /** Entries of a table that has one for each combination that could come. */
  readonly denseEntries: number;
  /** Combinations that may come; the table throws TooManyGroupsError at one more. */
  readonly groups: number;
}

/**
 * The fastest table for layers of these types: `direct`, an entry for all that 16 bits can say;
 * `coded`, an entry for each combination of the values seen, for 8- and 16-bit layers, which goes
 * over to hashing when they are too many; or `hash`.
 */
export function countTable(types: readonly SampleType[], limits: TableLimits): CountTable {
  const bits = types.map(sampleBits);
  if (2 ** bits.reduce((sum, each) => sum + each, 0) <= Math.min(limits.denseEntries, 2 ** 16))
    return directTable(types);
  if (limits.denseEntries > 0 && Math.max(...bits) <= 16) return codedTable(types, limits);
  return hashTable(types, limits.groups);
}
