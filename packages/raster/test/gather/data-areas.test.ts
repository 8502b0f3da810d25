import fc from 'fast-check';
import type { Accumulator } from '../../src/gather/accumulator.ts';
import { addAverages, groupedAverageAccumulator } from '../../src/gather/grouped-average.ts';
import { statisticsAccumulator } from '../../src/gather/statistics.ts';
import { addStatistics } from '../../src/gather/statistics-total.ts';
import { addSummaries, summaryAccumulator } from '../../src/gather/summary.ts';
import { wholeCell } from '../../src/spans/spans.ts';
import { averageByArea, type DataAreas } from '../../src/sums/data-areas.ts';
import type { ExactSum } from '../../src/sums/exact-sum.ts';
import { digits } from '../pictures.ts';
import { grouped, laidOut, pictures, type SceneCell, scenes } from '../scenes.ts';
import { toDouble, toUnits, unitsOf } from '../units.ts';

/** Areas that no two rows share, and whose sums have more digits than a double. */
const areaOf = (row: number) => 0.1 * (row + 40) ** 3;

/** The definition: the areas of cells by the value at a place, in units of doubles and of parts. */
function areasByDefinition(cells: readonly SceneCell[], hasData: (cell: SceneCell) => boolean, place: number) {
  const sum = (some: readonly SceneCell[], unitsOfCell: (cell: SceneCell) => bigint) =>
    some.reduce((all, cell) => all + unitsOfCell(cell) * BigInt(cell.parts), 0n);
  const area = ({ row }: SceneCell) => toUnits(areaOf(row));
  const known = cells.filter(hasData);
  const without = cells.filter((cell) => !hasData(cell));
  const [total, product] = [sum(known, area), sum(known, (cell) => area(cell) * toUnits(cell.values.at(place)!))];
  return {
    area: total,
    noDataArea: sum(without, area),
    areaSum: product,
    // Twice as many bits as a double has, so that rounding again changes nothing.
    average: total === 0n ? null : toDouble((product << 160n) / total) / 2 ** 160,
  };
}

function inUnits(areas: DataAreas | undefined) {
  const units = (sum: ExactSum) => unitsOf(sum as number[]) * BigInt(wholeCell);
  const { area, noDataArea, areaSum } = areas as DataAreas;
  return {
    area: units(area),
    noDataArea: units(noDataArea),
    areaSum: units(areaSum) << 1074n,
    average: averageByArea(areas as DataAreas),
  };
}

const withoutAreas = (total: unknown) =>
  JSON.parse(JSON.stringify(total, (name, value) => (name === 'areas' ? undefined : value)));

interface Summed<Total> {
  readonly make: (rowArea: typeof areaOf | undefined) => Accumulator<Total>;
  readonly add: (parts: Iterable<Total>) => Total;
}

/** Sums a scene up with areas; all else is as without them, and batches add up to the same bits. */
async function summed<Total>({ whole, batches }: ReturnType<typeof laidOut>, { make, add }: Summed<Total>) {
  const total = add(await whole(() => make(areaOf)));
  const plain = add(await whole(() => make(undefined)));
  expect(withoutAreas(total)).toEqual(JSON.parse(JSON.stringify(plain)));
  expect(JSON.stringify(plain)).not.toContain('areas');
  expect(JSON.stringify(add(await batches(() => make(areaOf))))).toBe(JSON.stringify(total));
  return total;
}

const several = (most: number) => scenes(fc.array(pictures(), { minLength: 1, maxLength: most }));

describe('the areas of cells whose values are averaged', () => {
  it('are those of their rows, cells in part by their shares, and weigh the values', async () => {
    const scene = {
      ...({ at: [0, 0], block: { width: 2, height: 1 }, batch: 1 } as const),
      pictures: [{ rows: digits('1190', '1191'), nodata: 9 }],
      area: ['####', '#..q'],
    };
    const { rasters, whole } = laidOut(scene);
    const rowArea = (row: number) => (row === 0 ? 100 : 10);
    const [[summary] = []] = await whole(() => summaryAccumulator(rasters, rowArea));
    expect(summary?.areas).toEqual({ area: [312.5], noDataArea: [100], areaSum: [212.5] });
    expect(averageByArea(summary?.areas as DataAreas)).toBe(0.68);
  });

  it('equal summing up cell by cell, exactly, in groups of averages', async () => {
    await fc.assert(
      fc.asyncProperty(several(3), async (drawn) => {
        const scene = laidOut(drawn);
        const [rasters, target] = [scene.rasters.slice(0, -1), scene.rasters.at(-1)!];
        const total = await summed(scene, {
          make: (rowArea) => groupedAverageAccumulator({ rasters, target, rowArea }),
          add: addAverages,
        });
        const hasData = ({ values }: SceneCell) => values.at(-1) !== null;
        expect(total.groups.map(({ areas }) => inUnits(areas))).toEqual(
          grouped(scene.cells, rasters.length).map(({ cells }) => areasByDefinition(cells, hasData, -1)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('equal summing up cell by cell, exactly, of each raster of a summary', async () => {
    await fc.assert(
      fc.asyncProperty(several(2), async (drawn) => {
        const scene = laidOut(drawn);
        const make = (rowArea: typeof areaOf | undefined) => summaryAccumulator(scene.rasters, rowArea);
        const add = (parts: Iterable<ReturnType<typeof addSummaries>>) => addSummaries(parts);
        const total = await summed(scene, { make, add });
        const expected = scene.rasters.map((_, i) =>
          areasByDefinition(scene.cells, ({ values }) => values[i] !== null, i),
        );
        if (total.length > 0) expect(total.map(({ areas }) => inUnits(areas))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('equal summing up cell by cell, exactly, of statistics, also of classes and with weights', async () => {
    await fc.assert(
      fc.asyncProperty(several(2), fc.constantFrom(2, 500_000), async (drawn, distinct) => {
        const scene = laidOut(drawn);
        const [raster, weights] = scene.rasters;
        const total = await summed(scene, {
          make: (rowArea) => statisticsAccumulator({ raster: raster!, weights, rowArea }, { distinct }),
          add: (parts) => addStatistics(parts, { distinct }),
        });
        if (scene.cells.length === 0) return;
        const hasData = ({ values }: SceneCell) => !values.includes(null);
        expect(inUnits(total.areas)).toEqual(areasByDefinition(scene.cells, hasData, 0));
      }),
      { numRuns: 200 },
    );
  });
});
