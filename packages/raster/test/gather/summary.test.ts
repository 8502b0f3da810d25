import fc from 'fast-check';
import { addSummaries, summaryAccumulator } from '../../src/gather/summary.ts';
import { cellRuns } from '../../src/spans/cell-runs.ts';
import { wholeCell } from '../../src/spans/spans.ts';
import { digits, rasterOf, spansOfPicture } from '../pictures.ts';
import { counted, laidOut, pictures, type SceneCell, scenes } from '../scenes.ts';
import { toUnits, unitsOf } from '../units.ts';

describe('summaryAccumulator', () => {
  it('finds cells, sum and extremes of each raster, also of cells that count in part', async () => {
    const { rasters, whole } = laidOut({
      pictures: [{ rows: digits('1529') }, { rows: digits('0070', '0000'), nodata: 0 }],
      area: ['##h#', '#...'],
      at: [0, 0],
      block: { width: 4, height: 2 },
      batch: 1,
    });
    const [summaries] = await whole(() => summaryAccumulator(rasters));
    expect(summaries).toEqual([
      { cells: 3, parts: wholeCell / 2, noData: 1, sum: [16], min: 1, max: 9 },
      { cells: 0, parts: wholeCell / 2, noData: 4, sum: [3.5], min: 7, max: 7 },
    ]);
  });

  it('knows no extremes where no cell has data', () => {
    const { rasters } = laidOut({
      pictures: [{ rows: digits('1') }],
      area: ['.'],
      at: [0, 0],
      block: { width: 1, height: 1 },
      batch: 1,
    });
    const nothing = [{ cells: 0, noData: 0, sum: [], min: null, max: null }];
    expect(summaryAccumulator(rasters).partial()).toEqual(nothing);
    expect(addSummaries([nothing, nothing])).toEqual(nothing);
    expect(addSummaries([])).toEqual([]);
  });

  it('says 0 for -0', () => {
    const rasters = [rasterOf({ rows: [[-0]], sampleType: 'float32' })];
    const accumulator = summaryAccumulator(rasters);
    const views = [{ samples: Float32Array.of(-0), offset: 0, stride: 1 }];
    const window = { firstRow: 0, endRow: 1, firstColumn: 0, endColumn: 1 };
    accumulator.add({ ...window, runs: cellRuns(spansOfPicture(['#']), window), views });
    expect(accumulator.partial()).toEqual([{ cells: 1, noData: 0, sum: [], min: 0, max: 0 }]);
  });

  it('equals looking at cell by cell, exactly, and batches add up to the same bits', async () => {
    await fc.assert(
      fc.asyncProperty(scenes(fc.array(pictures(), { minLength: 1, maxLength: 3 })), async (drawn) => {
        const { rasters, cells, whole, batches } = laidOut(drawn);
        const make = () => summaryAccumulator(rasters);
        const summaries = addSummaries([make().partial(), ...(await whole(make))]);
        expect(summaries.map(({ sum, ...rest }) => ({ ...rest, units: unitsOf(sum!) * BigInt(wholeCell) }))).toEqual(
          rasters.map((_, i) => facts(cells, i)),
        );
        const added = addSummaries([make().partial(), ...(await batches(make))]);
        expect(JSON.stringify(added)).toBe(JSON.stringify(summaries));
      }),
      { numRuns: 300 },
    );
  });
});

function facts(cells: readonly SceneCell[], raster: number) {
  const known = cells.filter(({ values }) => values[raster] !== null);
  const without = counted(cells.filter(({ values }) => values[raster] === null));
  const values = known.map((cell) => cell.values[raster]!);
  return {
    ...counted(known),
    noData: without.cells,
    ...(without.parts !== undefined && { noDataParts: without.parts }),
    units: known.reduce((sum, cell) => sum + toUnits(cell.values[raster]!) * BigInt(cell.parts), 0n),
    min: values.length === 0 ? null : Math.min(...values),
    max: values.length === 0 ? null : Math.max(...values),
  };
}
