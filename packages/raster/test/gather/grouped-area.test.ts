import fc from 'fast-check';
import { groupedAreaAccumulator } from '../../src/gather/grouped-area.ts';
import { addCounts, groupedCountAccumulator } from '../../src/gather/grouped-count.ts';
import { wholeCell } from '../../src/spans/spans.ts';
import { digits } from '../pictures.ts';
import { grouped, laidOut, pictures, scenes } from '../scenes.ts';
import { toUnits, unitsOf } from '../units.ts';

/** Areas that no two rows share, and whose sums have more digits than a double. */
const areas = (row: number) => 0.1 * (row + 40) ** 3;

describe('groupedAreaAccumulator', () => {
  it('sums the areas of the rows, cells in part by their shares', async () => {
    const scene = {
      ...({ at: [0, 0], block: { width: 2, height: 1 }, batch: 1 } as const),
      pictures: [{ rows: digits('1122', '1122') }],
      area: ['####', '#..q'],
    };
    const { rasters, whole } = laidOut(scene);
    const [sums] = await whole(() => groupedAreaAccumulator(rasters, (row) => (row === 0 ? 100 : 10)));
    expect(sums).toEqual({
      cells: 5,
      parts: wholeCell / 4,
      groups: [
        { values: [1], cells: 3, area: [210] },
        { values: [2], cells: 2, parts: wholeCell / 4, area: [202.5] },
      ],
    });
  });

  it('equals summing up cell by cell, exactly, has the counts of counting, and batches add up to the same bits', async () => {
    await fc.assert(
      fc.asyncProperty(scenes(fc.array(pictures(), { minLength: 1, maxLength: 3 })), async (drawn) => {
        const { rasters, cells, whole, batches } = laidOut(drawn);
        const make = () => groupedAreaAccumulator(rasters, areas);
        const sums = addCounts(await whole(make));
        const counts = addCounts(await whole(() => groupedCountAccumulator(rasters)));
        expect({ ...sums, groups: sums.groups.map(({ area: _, ...group }) => group) }).toEqual(counts);
        const expected = grouped(cells, rasters.length).map((group) =>
          group.cells.reduce((sum, { row, parts }) => sum + toUnits(areas(row)) * BigInt(parts), 0n),
        );
        expect(sums.groups.map(({ area }) => unitsOf(area as number[]) * BigInt(wholeCell))).toEqual(expected);
        expect(JSON.stringify(addCounts(await batches(make)))).toBe(JSON.stringify(sums));
      }),
      { numRuns: 200 },
    );
  });
});
