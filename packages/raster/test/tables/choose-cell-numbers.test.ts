import fc from 'fast-check';
import type { CellNumbers } from '../../src/tables/cell-numbers.ts';
import { cellNumbers } from '../../src/tables/choose-cell-numbers.ts';
import { hashNumbers, TooManyGroupsError } from '../../src/tables/hash-numbers.ts';
import { forEachPortion } from '../../src/tables/portions.ts';
import { wordsOf } from '../../src/tiles/sample-words.ts';
import type { Samples, SampleType } from '../../src/tiles/samples.ts';
import { arrays } from '../pictures.ts';

/**
 * The numbers of all cells, taken in portions; the samples of each raster begin elsewhere in their
 * array.
 */
function numbered(cells: CellNumbers, rasters: readonly Samples[], length: number): number[] {
  const words = rasters.map((samples, i) => {
    const moved = new (samples.constructor as typeof Float64Array)(i + length);
    moved.set(samples, i);
    return wordsOf(moved);
  });
  const all: number[] = [];
  const from = rasters.map((_, i) => i);
  forEachPortion(from, length, (at, size) => {
    const numbers = new Int32Array(size);
    cells.number(words, at, size, numbers);
    all.push(...numbers);
  });
  return all;
}

const rastersOf = fc
  .record({
    types: fc.array(fc.constantFrom(...(Object.keys(arrays) as SampleType[])), { maxLength: 4 }),
    length: fc.integer({ min: 1, max: 2500 }),
    palette: fc.integer({ min: 1, max: 60 }),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ types, length, palette, seed }) => ({
    types,
    length,
    rasters: types.map(
      (type, raster) =>
        new arrays[type](Array.from({ length }, (_, i) => ((i * seed * (raster + 1)) % 104_729) % palette)),
    ),
  }));

describe('numbers of cells', () => {
  it('are the places of combinations in the order in which they came, whatever the types', () => {
    fc.assert(
      fc.property(rastersOf, ({ types, length, rasters }) => {
        const combinations = Array.from({ length }, (_, i) => rasters.map((samples) => samples[i]!));
        const seen = [...new Set(combinations.map(String))];
        const tried = [cellNumbers(types, 1e6), ...(types.length > 0 ? [hashNumbers(types, 1e6)] : [])];
        for (const cells of tried) {
          expect(numbered(cells, rasters, length)).toEqual(combinations.map((each) => seen.indexOf(String(each))));
          expect(cells.size()).toBe(seen.length);
          expect(seen.map((_, number) => String(cells.samples(number)))).toEqual(seen);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('end with TooManyGroupsError at one combination more than may be told apart', () => {
    for (const type of ['uint16', 'uint32'] as const) {
      const cells = cellNumbers([type], 3);
      numbered(cells, [arrays[type].of(5, 6, 7, 5)], 4);
      expect(() => numbered(cells, [arrays[type].of(6, 8)], 2)).toThrow(TooManyGroupsError);
    }
  });
});
