import fc from 'fast-check';
import { describeStatistics, type StatisticsDocument } from '../../src/gather/describe-statistics.ts';
import { statisticsAccumulator } from '../../src/gather/statistics.ts';
import { addStatistics, momentsOf, type StatisticsTotal } from '../../src/gather/statistics-total.ts';
import { cellRuns } from '../../src/spans/cell-runs.ts';
import { wholeCell } from '../../src/spans/spans.ts';
import { classOf } from '../../src/sums/value-table.ts';
import { digits, type Picture } from '../pictures.ts';
import { counted, laidOut, pictures, type Scene, type SceneCell, scenes } from '../scenes.ts';
import { toUnits } from '../units.ts';

const small = { at: [0, 0], block: { width: 4, height: 4 }, batch: 1 } as const;

async function statisticsOf(scene: Partial<Scene> & { pictures: readonly Picture[] }, limits = {}) {
  const area = scene.pictures[0]!.rows.map((row) => '#'.repeat(row.length));
  const { rasters, whole } = laidOut({ ...small, area, ...scene });
  const make = () => statisticsAccumulator({ raster: rasters[0]!, weights: rasters[1] }, limits);
  return addStatistics([make().partial(), ...(await whole(make))], limits);
}

describe('statisticsAccumulator', () => {
  it('tells of every value, its cells and its weight', async () => {
    const rows = digits('1233', '1200');
    expect(await statisticsOf({ pictures: [{ rows, nodata: 0 }], area: ['####', 'h##.'] })).toEqual({
      cells: 5,
      parts: wholeCell / 2,
      noData: 1,
      table: { values: [1, 2, 3], cells: [1, 2, 2], parts: [wholeCell / 2, 0, 0] },
    });
    const weights = { rows: digits('5550', '5555'), nodata: 0 };
    expect(await statisticsOf({ pictures: [{ rows, nodata: 0 }, weights], area: ['####', 'h##.'] })).toEqual({
      cells: 4,
      parts: wholeCell / 2,
      noData: 2,
      table: { values: [1, 2, 3], cells: [1, 2, 1], parts: [wholeCell / 2, 0, 0], weights: [[7.5], [10], [5]] },
    });
  });

  it('keeps every value up to a limit, and classes of twelve bits beyond it', async () => {
    const rows = [[1, 2, 2 + 2 ** -20, -5 - 2 ** -15, 0, -0, 2 ** 40 + 1, Number.NaN]];
    for (const sampleType of ['float64', 'float32'] as const) {
      const pictured = [{ rows, sampleType }];
      const exact = await statisticsOf({ pictures: pictured }, { distinct: 6 });
      expect(exact.table.values).toHaveLength(6);
      expect(exact.classes).toBeUndefined();
      const coarse = await statisticsOf({ pictures: pictured }, { distinct: 5 });
      expect(coarse.table).toEqual({ values: [-5, 0, 1, 2, 2 ** 40], cells: [1, 2, 1, 2, 1] });
      expect(coarse.classes).toMatchObject({ bits: 12, min: -5 - 2 ** -15, max: Math.max(...exact.table.values) });
    }
  });

  it('drops bits until the classes are few enough, down to one for each power of two', async () => {
    const pictured = [{ rows: [[16, 17, 18, 20, 24, 28, 32, -16]], sampleType: 'int32' }] as const;
    const classes = async (distinct: number) => {
      const { table, classes: own } = await statisticsOf({ pictures: pictured }, { distinct });
      return [own?.bits, ...table.values];
    };
    expect(await classes(8)).toEqual([undefined, -16, 16, 17, 18, 20, 24, 28, 32]);
    expect(await classes(7)).toEqual([3, -16, 16, 18, 20, 24, 28, 32]);
    expect(await classes(6)).toEqual([2, -16, 16, 20, 24, 28, 32]);
    expect(await classes(5)).toEqual([1, -16, 16, 24, 32]);
    expect(await classes(1)).toEqual([0, -16, 16, 32]);
  });

  it('adds up to the same bits whatever the cut, exact or coarse, weighted or not, and the sums are exact', async () => {
    await fc.assert(
      fc.asyncProperty(
        scenes(fc.array(pictures(), { minLength: 1, maxLength: 2 })),
        fc.constantFrom(1, 2, 3, 4, 5, 500_000),
        async (drawn, distinct) => {
          const { rasters, cells, whole, batches } = laidOut(drawn);
          const make = () => statisticsAccumulator({ raster: rasters[0]!, weights: rasters[1] }, { distinct });
          const total = addStatistics([make().partial(), ...(await whole(make))], { distinct });
          const parts = [...(await batches(make)), make().partial()];
          expect(JSON.stringify(addStatistics(parts, { distinct }))).toBe(JSON.stringify(total));
          const known = cells.filter(({ values }) => !values.includes(null));
          const without = counted(cells.filter(({ values }) => values.includes(null)));
          expect([total.noData, total.noDataParts]).toEqual([without.cells, without.parts]);
          expect(total).toMatchObject(counted(known));
          const { bits } = total.classes ?? {};
          expect(bits === undefined).toBe(new Set(known.map(({ values }) => values[0])).size <= distinct);
          expect(tableOf(total)).toEqual(tableByDefinition(known, bits));
          expect(said(describeStatistics(total))).toEqual(byDefinition(known, rasters.length > 1));
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('values out of range', () => {
  it('make sums null whatever the cut, and weights of nothing do not hide them', async () => {
    const shape = { at: [0, 0], tile: [1, 1], sampleType: 'float64' } as const;
    const raster = { ...shape, rows: [[1, 2, 3, 1e90, 5, 1e-90, 7, 8]] };
    const weights = [
      [],
      [{ ...shape, rows: [[1, 1e90, 0, 0, 1e-90, 2, 1, 1]] }],
      [{ ...shape, rows: [[1, 1, 0, 0, 1, 2, 1, 1]] }],
    ];
    const told = [undefined, null, 7];
    for (const [i, weighting] of weights.entries()) {
      for (const area of ['########', 'hhhhhhhh']) {
        for (const distinct of [2, 500_000]) {
          const scene = { ...small, block: { width: 1, height: 1 }, pictures: [raster, ...weighting], area: [area] };
          const { rasters, whole, batches } = laidOut(scene);
          const make = () => statisticsAccumulator({ raster: rasters[0]!, weights: rasters[1] }, { distinct });
          const total = addStatistics(await whole(make), { distinct });
          expect(addStatistics(await batches(make), { distinct })).toEqual(total);
          const { sum, variance, max, weight, weightedMean } = describeStatistics(total);
          expect([sum, variance, max]).toEqual([null, null, 1e90]);
          expect(weight).toBe(i === 2 && area[0] === 'h' ? 3.5 : told[i]);
          expect(weightedMean).toBe(i === 0 ? undefined : null);
        }
      }
    }
  });
});

describe('large rectangles', () => {
  it('are taken whole, however they are cut inside', () => {
    const [width, height] = [700, 900];
    const samples = Float32Array.from({ length: width * height }, (_, i) => i);
    const { rasters } = laidOut({ ...small, pictures: [{ rows: [[1]], sampleType: 'float32' }], area: ['#'] });
    const spans = {
      firstRow: 10,
      rowStarts: Uint32Array.from({ length: height + 1 }, (_, row) => row),
      columns: Int32Array.from({ length: 2 * height }, (_, i) => (i % 2 === 0 ? 5 : 5 + width)),
      cells: width * height,
    };
    const rectangle = { firstRow: 10, endRow: 10 + height, firstColumn: 5, endColumn: 5 + width };
    const views = [{ samples, offset: 0, stride: width }];
    for (const distinct of [1e6, 1e5]) {
      const accumulator = statisticsAccumulator({ raster: rasters[0]! }, { distinct });
      accumulator.add({ ...rectangle, runs: cellRuns(spans, rectangle), views });
      const { cells, table, classes } = accumulator.partial();
      expect(cells).toBe(width * height);
      const sum = momentsOf({ cells, noData: 0, table, ...(classes && { classes }) }).sum;
      expect(sum).toEqual([(width * height * (width * height - 1)) / 2]);
      expect(table.values.length).toBe(
        distinct === 1e6 ? width * height : new Set(samples.map((x) => classOf(x, 12))).size,
      );
    }
  });
});

/** The parts of all cells of each value. */
function tableOf({ table: { values, cells, parts } }: StatisticsTotal): Record<string, bigint> {
  return Object.fromEntries(
    values.map((value, at) => [value, BigInt(cells[at]!) * BigInt(wholeCell) + BigInt(parts?.[at] ?? 0)]),
  );
}

function tableByDefinition(cells: readonly SceneCell[], bits: number | undefined): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const { values, parts } of cells) {
    const value = bits === undefined ? values[0]! : classOf(values[0]!, bits);
    sums[value] = (sums[value] ?? 0n) + BigInt(parts);
  }
  return sums;
}

/** The members that exact and coarse statistics share, exactly. */
function said({ count, sum, mean, variance, min, max, range, ...more }: StatisticsDocument) {
  const { weight, weightedSum, weightedMean, weightedVariance } = more;
  const weighted = weight !== undefined && { weight, weightedSum, weightedMean, weightedVariance };
  return { count, sum, mean, variance, min, max, range, ...weighted };
}

/** The definition, with BigInt, in units of 2^-1106 of a value, and of a cell. */
function byDefinition(cells: readonly SceneCell[], weighted: boolean) {
  const values = cells.map((cell) => cell.values[0]!);
  const none = cells.length === 0;
  const own = sumsBy(cells, () => 1);
  const weights = weighted && sumsBy(cells, (cell) => cell.values[1]!);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return {
    count: cells.reduce((sum, { parts }) => sum + parts, 0) / wholeCell,
    ...(none
      ? { sum: null, mean: null, variance: null, min: null, max: null, range: null }
      : { sum: own.sum, mean: own.mean, variance: own.variance, min, max, range: max - min }),
    ...(weights && {
      weight: none ? null : weights.weight,
      weightedSum: none ? null : weights.sum,
      weightedMean: weights.mean,
      weightedVariance: weights.variance,
    }),
  };
}

function sumsBy(cells: readonly SceneCell[], weightOf: (cell: SceneCell) => number) {
  const one = 1n << 1074n;
  let [weight, sum, squares] = [0n, 0n, 0n];
  for (const cell of cells) {
    const [w, x] = [toUnits(weightOf(cell)) * BigInt(cell.parts), toUnits(cell.values[0]!)];
    weight += w;
    sum += w * x;
    squares += w * x * x;
  }
  const parts = BigInt(wholeCell);
  const spread = weight * squares - sum * sum;
  const variance = weight === 0n ? null : ratio(spread, weight * weight * one);
  return {
    weight: ratio(weight, parts),
    sum: ratio(sum, parts * one),
    mean: weight === 0n ? null : ratio(sum, weight),
    variance: variance !== null && variance < 0 ? null : variance,
  };
}

/** Units of 2^-1074, divided, as a double; one bit stands for all digits that are cut off. */
function ratio(units: bigint, by: bigint): number {
  const [size, divisor] = [units < 0n ? -units : units, by < 0n ? -by : by];
  const shifted = (size << 1200n) / divisor;
  const sticky = (size << 1200n) % divisor === 0n ? 0n : 1n;
  const value = bigDouble((shifted << 1n) | sticky, -1201 - 1074);
  return (units < 0n !== by < 0n ? -value : value) + 0;
}

function bigDouble(units: bigint, exponent: number): number {
  const shift = Math.max(0, units.toString(2).length - 80);
  const sticky = units % (1n << BigInt(shift)) === 0n ? 0n : 1n;
  const top = Number(((units >> BigInt(shift)) << 1n) | sticky);
  const power = exponent + shift - 1;
  const third = Math.trunc(power / 3);
  return top * 2 ** third * 2 ** third * 2 ** (power - 2 * third);
}
