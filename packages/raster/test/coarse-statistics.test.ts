import fc from 'fast-check';
import type { Accumulator } from '../src/accumulator.ts';
import { classBits } from '../src/class-counts.ts';
import { coarseStatistics } from '../src/coarse-statistics.ts';
import { exactStatistics } from '../src/exact-statistics.ts';
import { forEachRectangle } from '../src/rectangles.ts';
import { momentsOf, type StatisticsTotal } from '../src/statistics-total.ts';
import { planTiles } from '../src/tile-plan.ts';
import { classTable } from '../src/value-table.ts';
import { laidOut, pictures, scenes } from './scenes.ts';

describe('coarseStatistics', () => {
  it('has the classes of what exactStatistics has, and the same sums', async () => {
    await fc.assert(
      fc.asyncProperty(scenes(fc.array(pictures(), { minLength: 1, maxLength: 2 })), async (drawn) => {
        const { rasters, stack, spans } = laidOut(drawn);
        const described = { raster: rasters[0]!, weights: rasters[1] };
        const taken = async (accumulator: Accumulator<StatisticsTotal>) => {
          const tiles = planTiles(stack, spans).runs;
          await forEachRectangle({ stack, spans, tiles }, (rectangle) => accumulator.add(spans, rectangle));
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
