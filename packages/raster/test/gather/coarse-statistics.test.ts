import fc from 'fast-check';
import type { Accumulator } from '../../src/gather/accumulator.ts';
import { coarseStatistics } from '../../src/gather/coarse-statistics.ts';
import { exactStatistics } from '../../src/gather/exact-statistics.ts';
import { momentsOf, type StatisticsTotal } from '../../src/gather/statistics-total.ts';
import { forEachRectangle } from '../../src/stack/rectangles.ts';
import { planTiles } from '../../src/stack/tile-plan.ts';
import { classBits } from '../../src/sums/class-counts.ts';
import { classTable } from '../../src/sums/value-table.ts';
import { laidOut, pictures, scenes } from '../scenes.ts';

describe('coarseStatistics', () => {
  it('has the classes of what exactStatistics has, and the same sums', async () => {
    await fc.assert(
      fc.asyncProperty(scenes(fc.array(pictures(), { minLength: 1, maxLength: 2 })), async (drawn) => {
        const { rasters, stack, spans } = laidOut(drawn);
        const described = { raster: rasters[0]!, weights: rasters[1] };
        const taken = async (accumulator: Accumulator<StatisticsTotal>) => {
          const tiles = planTiles(stack, spans).runs;
          await forEachRectangle({ stack, spans, tiles }, (rectangle) => accumulator.add(rectangle));
          return accumulator.partial();
        };
        const { table, ...exact } = await taken(exactStatistics(described));
        // Not even -0 differs.
        expect(JSON.parse(JSON.stringify(table))).toEqual(table);
        const [min, max] = [table.values[0], table.values.at(-1)];
        const moments = momentsOf({ ...exact, table });
        expect(await taken(coarseStatistics(described))).toEqual(
          min === undefined
            ? { ...exact, table }
            : { ...exact, table: classTable(table, classBits), classes: { bits: classBits, min, max, moments } },
        );
      }),
      { numRuns: 500 },
    );
  });
});
