import {
  averageOf,
  describeStatistics,
  forEachRectangle,
  groupedAverageAccumulator,
  openRaster,
  planTiles,
  projectToCells,
  type RasterStack,
  type StatisticsDocument,
  type StatisticsLimits,
  shareSpansOf,
  spansOf,
  stackRasters,
  statisticsAccumulator,
  type XyPolygons,
} from '@cellshed/raster';

/** Figures of rasterstats and exactextract, as `figures.py` gets them. */
export interface StatisticsFigures {
  readonly quantiles: readonly number[];
  readonly cases: readonly StatisticsCase[];
}

export interface StatisticsCase {
  /** Names of files. */
  readonly raster: string;
  readonly weights: string | null;
  /** The area's id where it has one, else its polygons in longitude and latitude. */
  readonly id?: string;
  readonly area?: XyPolygons;
  readonly centre: Told;
  readonly fraction: Told;
}

type Told = Readonly<Record<string, number>> & { readonly quantiles: readonly number[] };

/** The folder of the rasters and of the areas that have ids. */
export interface StatisticsData {
  readonly pathOf: (raster: string) => string;
  readonly areaOf?: (id: string) => XyPolygons;
}

/** The promises of statistics: they equal those of other programs on the same cells. */
export function describeStatisticsFigures(title: string, figures: StatisticsFigures, data: StatisticsData): void {
  const cases = figures.cases.map((each) => [`${each.raster}, ${each.centre.count} cells`, each] as const);
  const statisticsOf = (asked: Asked) => describeArea(asked, figures.quantiles, data);

  describe(title, () => {
    it.each(cases)('are what rasterstats says of cells by their centres: %s', async (_, { centre, ...asked }) => {
      const own = await statisticsOf({ ...asked, weights: null, spansOf });
      expect(pick(own, exactly)).toEqual(pick(centre, exactly));
      near(own, centre, ['sum', 'mean', 'standardDeviation', 'median'], 1e-10);
      for (const [i, { value }] of own.quantiles.entries()) expectNear(value, centre.quantiles[i]!, 1e-10);
    });

    it.each(cases)('are what exactextract says of cells by their shares: %s', async (_, { fraction, ...asked }) => {
      const own = await statisticsOf({ ...asked, weights: null, spansOf: shareSpansOf });
      // The raster's shares are float32.
      const inexactly = ['count', 'sum', 'mean', 'variance', 'standardDeviation', 'coefficientOfVariation'];
      expect(pick(own, ['min', 'max', 'variety'])).toEqual(pick(fraction, ['min', 'max', 'variety']));
      near(own, fraction, inexactly, 1e-6);
      // If many values have a cell or less each, roundings decide which has more, and exactextract
      // takes the greatest of several modes.
      if (own.variety! < 30) expect(pick(own, ['mode', 'minority'])).toEqual(pick(fraction, ['mode', 'minority']));
      const told = [fraction.median!, ...fraction.quantiles];
      // Quantiles of whole numbers it cuts down to whole numbers.
      const cut = told.every(Number.isInteger) ? Math.trunc : (value: number) => value;
      for (const [i, value] of [own.median!, ...own.quantiles.map((each) => each.value!)].entries()) {
        expectNear(cut(value), told[i]!, 1e-5);
      }
      if (asked.weights === null) return;
      const weighed = await statisticsOf({ ...asked, spansOf: shareSpansOf });
      near(weighed, fraction, ['weightedSum', 'weightedMean', 'weightedVariance', 'weightedStandardDeviation'], 1e-6);
    });

    it.each(cases)(
      'are within what they say of themselves where values are too many: %s',
      async (_, { centre, ...asked }) => {
        const own = await statisticsOf({ ...asked, weights: null, spansOf, limits: { distinct: 2 } });
        const { relativeError } = own.approximate!;
        expect(pick(own, ['count', 'min', 'max', 'range'])).toEqual(pick(centre, ['count', 'min', 'max', 'range']));
        near(own, centre, ['sum', 'mean', 'standardDeviation'], 1e-10);
        expectNear(own.median, centre.median!, relativeError);
        for (const [i, { value }] of own.quantiles.entries()) expectNear(value, centre.quantiles[i]!, relativeError);
      },
    );

    it('have the mean that an average without groups is', async () => {
      const { centre, ...asked } = figures.cases[0]!;
      await withStack([data.pathOf(asked.raster)], async (stack) => {
        const target = stack.rasters[0]!.raster;
        const accumulator = groupedAverageAccumulator({ rasters: [], target });
        const spans = spansOf(projectToCells(polygonsOf(asked, data), stack.grid), stack.bounds);
        const tiles = planTiles(stack, spans).runs;
        await forEachRectangle({ stack, spans, tiles }, (rectangle) => accumulator.add(rectangle));
        const [group] = accumulator.partial().groups;
        expect(group!.cells).toBe(centre.count);
        expectNear(averageOf(group!), centre.mean!, 1e-12);
      });
    });
  });
}

const exactly = ['count', 'min', 'max', 'range', 'mode', 'minority', 'variety'];

interface Asked extends Pick<StatisticsCase, 'raster' | 'weights' | 'id' | 'area'> {
  readonly spansOf: typeof spansOf;
  readonly limits?: Partial<StatisticsLimits>;
}

async function describeArea(
  asked: Asked,
  quantiles: readonly number[],
  data: StatisticsData,
): Promise<StatisticsDocument> {
  const names = asked.weights === null ? [asked.raster] : [asked.raster, asked.weights];
  return withStack(names.map(data.pathOf), async (stack) => {
    const [own, weights] = stack.rasters.map((one) => one.raster);
    const accumulator = statisticsAccumulator({ raster: own!, weights }, asked.limits);
    const spans = asked.spansOf(projectToCells(polygonsOf(asked, data), stack.grid), stack.bounds);
    const tiles = planTiles(stack, spans).runs;
    await forEachRectangle({ stack, spans, tiles }, (rectangle) => accumulator.add(rectangle));
    return describeStatistics(accumulator.partial(), { quantiles });
  });
}

function polygonsOf({ id, area }: Pick<StatisticsCase, 'id' | 'area'>, { areaOf }: StatisticsData): XyPolygons {
  const polygons = area ?? areaOf?.(id!);
  if (polygons === undefined) throw new Error(`nobody says what area ${id} is`);
  return polygons;
}

async function withStack<T>(paths: readonly string[], use: (stack: RasterStack) => Promise<T>): Promise<T> {
  const rasters = await Promise.all(paths.map((url) => openRaster({ name: url, url })));
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
