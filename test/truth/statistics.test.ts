import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  averageOf,
  describeStatistics,
  forEachRectangle,
  groupedAverageAccumulator,
  openRaster,
  planTiles,
  projectToCells,
  type StatisticsDocument,
  type StatisticsLimits,
  shareSpansOf,
  spansOf,
  stackRasters,
  statisticsAccumulator,
} from '@catchment/raster';
import { truthFile } from './files.ts';

/** Figures of rasterstats and exactextract, as `make-statistics.py` made them. */
interface Figures {
  readonly quantiles: readonly number[];
  readonly cases: readonly Case[];
}

interface Case {
  readonly raster: string;
  readonly weights: string | null;
  readonly area: readonly (readonly [number, number])[][];
  readonly centre: Told;
  readonly fraction: Told;
}

type Told = Readonly<Record<string, number>> & { readonly quantiles: readonly number[] };

const figures = JSON.parse(await readFile(join(import.meta.dirname, 'statistics.json'), 'utf8')) as Figures;
const cases = figures.cases.map((each) => [`${each.raster}, ${each.centre.count} cells`, each] as const);

describe('statistics of real rasters', () => {
  it.each(cases)('are what rasterstats says of cells by their centres: %s', async (_, { raster, area, centre }) => {
    const own = await describeArea({ raster, area, spansOf });
    expect(pick(own, exactly)).toEqual(pick(centre, exactly));
    near(own, centre, ['sum', 'mean', 'standardDeviation', 'median'], 1e-10);
    for (const [i, { value }] of own.quantiles.entries()) expectNear(value, centre.quantiles[i]!, 1e-10);
  });

  it.each(cases)(
    'are what exactextract says of cells by their shares: %s',
    async (_, { raster, weights, area, fraction }) => {
      const own = await describeArea({ raster, area, spansOf: shareSpansOf });
      // Its shares are float32.
      const inexactly = ['count', 'sum', 'mean', 'variance', 'standardDeviation', 'coefficientOfVariation'];
      expect(pick(own, ['min', 'max', 'variety'])).toEqual(pick(fraction, ['min', 'max', 'variety']));
      near(own, fraction, inexactly, 1e-6);
      // Where many values have a cell or less, whose cells are more is for roundings to say, and of several modes it takes the greatest.
      if (own.variety! < 30) expect(pick(own, ['mode', 'minority'])).toEqual(pick(fraction, ['mode', 'minority']));
      const told = [fraction.median!, ...fraction.quantiles];
      // Quantiles of whole numbers it cuts down to whole numbers.
      const cut = told.every(Number.isInteger) ? Math.trunc : (value: number) => value;
      for (const [i, value] of [own.median!, ...own.quantiles.map((each) => each.value!)].entries()) {
        expectNear(cut(value), told[i]!, 1e-5);
      }
      if (weights === null) return;
      const weighed = await describeArea({ raster, weights, area, spansOf: shareSpansOf });
      near(weighed, fraction, ['weightedSum', 'weightedMean', 'weightedVariance', 'weightedStandardDeviation'], 1e-6);
    },
  );

  it.each(cases)(
    'are within what they say of themselves where values are too many: %s',
    async (_, { raster, area, centre }) => {
      const own = await describeArea({ raster, area, spansOf, limits: { distinct: 2 } });
      const { relativeError } = own.approximate!;
      expect(pick(own, ['count', 'min', 'max', 'range'])).toEqual(pick(centre, ['count', 'min', 'max', 'range']));
      near(own, centre, ['sum', 'mean', 'standardDeviation'], 1e-10);
      expectNear(own.median, centre.median!, relativeError);
      for (const [i, { value }] of own.quantiles.entries()) expectNear(value, centre.quantiles[i]!, relativeError);
    },
  );

  it('have the mean that an average without groups is', async () => {
    const { raster, area, centre } = figures.cases[0]!;
    await withStack([raster], async (stack) => {
      const target = stack.layers[0]!.raster;
      const accumulator = groupedAverageAccumulator({ rasters: [], target });
      const spans = spansOf(projectToCells([area], stack.grid), stack.bounds);
      const tiles = planTiles(stack, spans).runs;
      await forEachRectangle({ stack, spans, tiles }, (rectangle) => accumulator.add(spans, rectangle));
      const [group] = accumulator.partial().groups;
      expect(group!.cells).toBe(centre.count);
      expectNear(averageOf(group!), centre.mean!, 1e-12);
    });
  });
});

const exactly = ['count', 'min', 'max', 'range', 'mode', 'minority', 'variety'];

interface Described extends Pick<Case, 'raster' | 'area'> {
  readonly weights?: string;
  readonly spansOf: typeof spansOf;
  readonly limits?: Partial<StatisticsLimits>;
}

async function describeArea({ raster, weights, area, spansOf: place, limits }: Described): Promise<StatisticsDocument> {
  return withStack(weights === undefined ? [raster] : [raster, weights], async (stack) => {
    const [own, weighing] = stack.layers.map((layer) => layer.raster);
    const accumulator = statisticsAccumulator({ raster: own!, weights: weighing }, limits);
    const spans = place(projectToCells([area], stack.grid), stack.bounds);
    const tiles = planTiles(stack, spans).runs;
    await forEachRectangle({ stack, spans, tiles }, (rectangle) => accumulator.add(spans, rectangle));
    return describeStatistics(accumulator.partial(), { quantiles: figures.quantiles });
  });
}

async function withStack<T>(names: readonly string[], use: (stack: ReturnType<typeof stackRasters>) => Promise<T>) {
  const rasters = await Promise.all(names.map((name) => openRaster({ name, url: truthFile(`data/${name}`) })));
  try {
    return await use(stackRasters(rasters));
  } finally {
    await Promise.all(rasters.map((raster) => raster.close()));
  }
}

function pick(from: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, from[name as keyof typeof from]]));
}

function near(own: object, told: Told, names: readonly string[], tolerance: number): void {
  for (const [name, value] of Object.entries(pick(own, names)))
    expectNear(value as number, told[name]!, tolerance, name);
}

function expectNear(value: number | null, told: number, tolerance: number, name = ''): void {
  const off = Math.abs(value! - told) / Math.max(Math.abs(told), Number.MIN_VALUE);
  if (value === null || !(value === told || off <= tolerance)) {
    throw new Error(`${name} ${value}, expected ${told} within ${tolerance}, relatively`);
  }
}
