import { sampleBits } from '../tiles/sample-words.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { CellNumbers } from './cell-numbers.ts';
import { directNumbers } from './direct-numbers.ts';
import { hashNumbers } from './hash-numbers.ts';

/**
 * The fastest numbering for rasters of these types: by a table of all values of 16 bits, or by
 * hashing.
 */
export function cellNumbers(types: readonly SampleType[], most: number): CellNumbers {
  const bits = types.reduce((sum, type) => sum + sampleBits(type), 0);
  return bits <= 16 ? directNumbers(types, most) : hashNumbers(types, most);
}
