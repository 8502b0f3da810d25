import { describeStatistics } from '../../src/gather/describe-statistics.ts';
import { statisticsAccumulator } from '../../src/gather/statistics.ts';
import { projectToCells } from '../../src/grid/cell-polygons.ts';
import { spansOf } from '../../src/spans/centre-spans.ts';
import { shareSpansOf } from '../../src/spans/share-spans.ts';
import { touchedSpansOf } from '../../src/spans/touched-spans.ts';
import { forEachRectangle } from '../../src/stack/rectangles.ts';
import { stackRasters } from '../../src/stack/stack.ts';
import { planTiles } from '../../src/stack/tile-plan.ts';
import { rasterOf } from '../pictures.ts';

const nodata = -9999;

/**
 * 100 × 60 cells of 0.02° by 0.01° from (10° E, 50° N): value = ((37 row + 101 column) mod 997) /
 * 7, every 13th diagonal no data.
 */
function oblong() {
  const value = (row: number, column: number) =>
    (row + column) % 13 === 0 ? nodata : Math.fround(((row * 37 + column * 101) % 997) / 7);
  const rows = Array.from({ length: 100 }, (_, row) => Array.from({ length: 60 }, (_, column) => value(row, column)));
  const square = rasterOf({ rows, sampleType: 'float32', nodata, tile: [16, 32] });
  return { ...square, grid: { ...square.grid, cellWidth: 0.02, cellHeight: 0.01 } };
}

const area = [
  [
    [
      [10.113, 49.957],
      [10.871, 49.934],
      [11.079, 49.611],
      [10.767, 49.133],
      [10.431, 49.402],
      [10.207, 49.087],
      [10.113, 49.957],
    ],
  ],
] as const;

async function describeBy(rule: typeof spansOf) {
  const raster = oblong();
  const stack = stackRasters([raster]);
  const spans = rule(projectToCells(area, stack.grid), stack.bounds);
  const accumulator = statisticsAccumulator({ raster });
  const tiles = planTiles(stack, spans).runs;
  await forEachRectangle({ stack, spans, tiles }, (rectangle) => accumulator.add(rectangle));
  return describeStatistics(accumulator.partial(), { quantiles: [0.25, 0.9] });
}

describe('statistics of cells twice as wide as high, in degrees', () => {
  // The results of rasterstats 0.21.0 for the same raster and area: zonal_stats(…, stats=…), the
  // second with all_touched=True.
  it('are those of rasterstats by their centres', async () => {
    const own = await describeBy(spansOf);
    expect(own).toMatchObject({
      ...{ count: 2621, noData: 218, min: 0, max: 142.2857208251953, range: 142.2857208251953 },
      ...{ median: 72.57142639160156, mode: 0.8571428656578064, minority: 3, variety: 997 },
      quantiles: [
        { quantile: 0.25, value: 36.42856979370117 },
        { quantile: 0.9, value: 128 },
      ],
    });
    // It adds up in float32.
    expect(own.sum).toBeCloseTo(188241.84375, 1);
    expect(own.mean).toBeCloseTo(71.82061951545212, 4);
    expect(own.standardDeviation).toBeCloseTo(41.036846910150764, 4);
  });

  it('are those of rasterstats where touched', async () => {
    const own = await describeBy(touchedSpansOf);
    expect(own).toMatchObject({ count: 2768, noData: 232, median: 72 });
    expect(own.mean).toBeCloseTo(71.81497809790463, 4);
    expect(own.standardDeviation).toBeCloseTo(41.20515817685681, 4);
  });

  // The results of exactextract 0.3.0, whose shares are float32.
  it('are those of exactextract by their shares', async () => {
    const own = await describeBy(shareSpansOf);
    expect(own).toMatchObject({ min: 0, max: 142.2857208251953, variety: 997 });
    expect(own.count).toBeCloseTo(2618.543704449991, 4);
    expect(own.sum).toBeCloseTo(187797.47853773786, 2);
    expect(own.mean).toBeCloseTo(71.71829067377875, 5);
    expect(own.standardDeviation).toBeCloseTo(41.048026615110714, 5);
    expect(own.coefficientOfVariation).toBeCloseTo(0.5723508777115704, 7);
    expect(own.median).toBeCloseTo(72.2669448852539, 4);
    expect(own.quantiles[0]?.value).toBeCloseTo(36.29725646972656, 4);
  });
});
