import fc from 'fast-check';
import type { AreaVisit } from '../../src/stack/area-visit.ts';
import { rasterSets } from '../../src/stack/raster-sets.ts';
import { spansOfPicture } from '../pictures.ts';

const spans = spansOfPicture(['#']);
const looksAt = (rasters: readonly number[]): AreaVisit => ({ spans, rasters, visit: () => undefined });

it('rasters are in one set if areas link them, and an area that looks at none has no set', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { maxLength: 6 }), (lookers) => {
      // Each raster takes the least number that an area links it to, until none changes.
      const least = Array.from({ length: 8 }, (_, raster) => raster);
      for (let round = 0; round < 8; round++)
        for (const rasters of lookers)
          for (const raster of rasters) least[raster] = Math.min(...rasters.map((other) => least[other]!));
      const used = [...new Set(lookers.flat())].toSorted();
      const expected = Object.values(Object.groupBy(used, (raster) => least[raster]!));

      const areas = lookers.map(looksAt);
      const { sets, setOf } = rasterSets(areas);
      expect(sets.map((set) => [...set].toSorted()).toSorted((a, b) => a[0]! - b[0]!)).toEqual(expected);
      for (const area of areas)
        expect(setOf(area)).toBe(sets.find((set) => area.rasters.some((raster) => set.has(raster))));
    }),
  );
});
