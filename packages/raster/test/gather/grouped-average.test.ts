import fc from 'fast-check';
import { addAverages, averageOf, groupedAverageAccumulator } from '../../src/gather/grouped-average.ts';
import { wholeCell } from '../../src/spans/spans.ts';
import { TooManyGroupsError } from '../../src/tables/hash-numbers.ts';
import { digits } from '../pictures.ts';
import { counted, grouped, laidOut, pictures, type SceneCell, scenes } from '../scenes.ts';
import { toDouble, toUnits, unitsOf } from '../units.ts';

const small = { at: [0, 0], block: { width: 4, height: 2 }, batch: 1 } as const;

describe('groupedAverageAccumulator', () => {
  it('sums the target by the values of the rasters, and tells of cells where it has no data', async () => {
    const groups = { rows: digits('1122', '1122') };
    const target = { rows: digits('5070', '9999'), nodata: 0 };
    const { rasters, whole } = laidOut({ ...small, pictures: [groups, target], area: ['####', 'h..q'] });
    const [sums] = await whole(() => groupedAverageAccumulator({ rasters: [rasters[0]!], target: rasters[1]! }));
    expect(sums).toEqual({
      cells: 4,
      parts: 0.75 * wholeCell,
      groups: [
        { values: [1], cells: 1, parts: wholeCell / 2, noData: 1, sum: [9.5] },
        { values: [2], cells: 1, parts: wholeCell / 4, noData: 1, sum: [9.25] },
      ],
    });
    expect(sums!.groups.map(averageOf)).toEqual([9.5 / 1.5, 9.25 / 1.25]);
  });

  it('makes one group of all cells where no raster groups them', async () => {
    const { rasters, whole } = laidOut({ ...small, pictures: [{ rows: digits('1230') }], area: ['###.'] });
    const [sums] = await whole(() => groupedAverageAccumulator({ rasters: [], target: rasters[0]! }));
    expect(sums).toEqual({ cells: 3, groups: [{ values: [], cells: 3, noData: 0, sum: [6] }] });
    expect(averageOf(sums!.groups[0]!)).toBe(2);
  });

  it('answers no average where the target has no data or only values that are too large', async () => {
    const target = { rows: [[1e90, Number.NaN, 3]], sampleType: 'float64' } as const;
    const { rasters, whole } = laidOut({ ...small, pictures: [{ rows: digits('123') }, target], area: ['###'] });
    const [sums] = await whole(() => groupedAverageAccumulator({ rasters: [rasters[0]!], target: rasters[1]! }));
    expect(sums!.groups).toEqual([
      { values: [1], cells: 1, noData: 0, sum: null },
      { values: [2], cells: 0, noData: 1, sum: [] },
      { values: [3], cells: 1, noData: 0, sum: [3] },
    ]);
    expect(sums!.groups.map(averageOf)).toEqual([null, null, 3]);
  });

  it('throws TooManyGroupsError, and when parts add up to too many', async () => {
    const pictured = [{ rows: digits('1234') }, { rows: digits('1234') }];
    const { rasters, whole } = laidOut({ ...small, pictures: pictured, area: ['####'] });
    const make = (groups: number) => () =>
      groupedAverageAccumulator({ rasters: [rasters[0]!], target: rasters[1]! }, { groups });
    await expect(whole(make(3))).rejects.toThrow(TooManyGroupsError);
    expect((await whole(make(4)))[0]!.groups).toHaveLength(4);
    const part = (value: number) => ({ cells: 1, groups: [{ values: [value], cells: 1, noData: 0, sum: [1] }] });
    expect(() => addAverages([part(1), part(2), part(2)], { groups: 1 })).toThrow(TooManyGroupsError);
    expect(addAverages([])).toEqual({ cells: 0, groups: [] });
  });

  it('keeps however many groups apart, whole cells and parts of cells', async () => {
    const rows = [Array.from({ length: 1000 }, (_, x) => x)];
    const scene = laidOut({
      ...small,
      pictures: [
        { rows, sampleType: 'uint16' },
        { rows, sampleType: 'uint16' },
      ],
      area: ['#'.repeat(900) + 'h'.repeat(100)],
    });
    const [raster, target] = scene.rasters;
    const [sums] = await scene.whole(() => groupedAverageAccumulator({ rasters: [raster!], target: target! }));
    expect(sums!.groups.map(averageOf)).toEqual(rows[0]);
  });

  it('equals summing up cell by cell, exactly, and batches add up to the same bits', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (drawn) => {
        const { rasters, cells, whole, batches } = laidOut(drawn);
        const make = () => groupedAverageAccumulator({ rasters: rasters.slice(0, -1), target: rasters.at(-1)! });
        const sums = addAverages(await whole(make));
        expect(sums).toMatchObject(counted(cells));
        const expected = grouped(cells, rasters.length - 1).map((group) => ({
          values: group.values,
          ...facts(group.cells),
        }));
        expect(sums.groups.map(({ sum, ...rest }) => ({ ...rest, units: unitsOf(sum!) * BigInt(wholeCell) }))).toEqual(
          expected.map(({ mean, ...rest }) => rest),
        );
        expect(sums.groups.map(averageOf)).toEqual(expected.map(({ mean }) => mean));
        expect(JSON.stringify(addAverages(await batches(make)))).toBe(JSON.stringify(sums));
      }),
      { numRuns: 300 },
    );
  });
});

/** The definition: the facts about cells by their last value. */
function facts(cells: readonly SceneCell[]) {
  const known = cells.filter(({ values }) => values.at(-1) !== null);
  const without = counted(cells.filter(({ values }) => values.at(-1) === null));
  const units = known.reduce((sum, { values, parts }) => sum + toUnits(values.at(-1)!) * BigInt(parts), 0n);
  const parts = known.reduce((sum, cell) => sum + BigInt(cell.parts), 0n);
  return {
    ...counted(known),
    noData: without.cells,
    ...(without.parts !== undefined && { noDataParts: without.parts }),
    units,
    // Twice as many bits as a double has, so that rounding again changes nothing.
    mean: parts === 0n ? null : toDouble((units << 160n) / parts) / 2 ** 160,
  };
}

const scene = scenes(fc.array(pictures(), { minLength: 1, maxLength: 4 }));
