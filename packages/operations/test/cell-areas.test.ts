import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GroupedCountResult, isRefusal, type Refusal, type Request } from '@cellshed/contracts';
import { crsFromText } from '@cellshed/crs';
import {
  countWhole,
  type OperationChoice,
  type Operations,
  openOperations,
  resolveOperation,
} from '@cellshed/operations';
import { rowAreaOf } from '@cellshed/raster';
import { writeConstantRaster } from '../../../test/constant-raster.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-cell-areas-'));
const catalogPath = join(folder, 'catalog.yaml');
const cell = 1 / 3600;
const degrees = { across: 2, down: 2, originX: -100, originY: 40, cell, epsg: 4326 };
/** A raster that begins 512 rows further south, with the first in one pass. */
const south = { ...degrees, down: 1, originY: 40 - 512 * cell, value: 2 };
let operations: Operations;

beforeAll(async () => {
  writeConstantRaster(join(folder, 'a.tif'), { ...degrees, value: 1 });
  writeConstantRaster(join(folder, 'south.tif'), south);
  writeConstantRaster(join(folder, 'albers.tif'), { across: 1, down: 1, originX: 0, originY: 1_500_000, value: 1 });
  const utm = { across: 1, down: 1, originX: 500_000, originY: 4_000_000, value: 1, epsg: 32618 };
  writeConstantRaster(join(folder, 'utm.tif'), utm);
  const square = (id: string, [x, y]: [number, number], side = 0.2) => ({
    ...{ type: 'Feature', properties: { id } },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [x, y],
          [x + side, y],
          [x + side / 2, y + side],
          [x, y],
        ],
      ],
    },
  });
  const features = [
    square('here', [-99.95, 39.74]),
    square('albers', [-95.95, 36.4], 0.05),
    square('utm', [-74.95, 36.05], 0.05),
  ];
  writeFileSync(join(folder, 'areas.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
  writeFileSync(
    catalogPath,
    `rasters: { a: { url: a.tif }, south: { url: south.tif }, albers: { url: albers.tif }, utm: { url: utm.tif } }
operations:
  a: { type: groupedCount, rasters: [a] }
  both: { type: groupedCount, rasters: [a, south] }
  south: { type: groupedCount, rasters: [south] }
  albers: { type: groupedCount, rasters: [albers] }
  utm: { type: groupedCount, rasters: [utm] }
  mean: { type: groupedAverage, rasters: [a], target: south }
  plain_mean: { type: groupedAverage, rasters: [], target: south }
  range: { type: summary, rasters: [south, a] }
  figures: { type: statistics, rasters: [south], weights: a }
  utm_mean: { type: groupedAverage, rasters: [], target: utm }
  utm_areas: { type: groupedCount, rasters: [utm], cellAreas: true }
areas: { t: { source: areas.geojson, id: id } }
`,
  );
  operations = await openOperations({ catalogPath });
});

afterAll(async () => {
  await operations.close();
  rmSync(folder, { recursive: true });
});

type Asked = readonly [choice: OperationChoice, id: string];

/** The results of some requests in one pass, in batches of so many tiles. */
async function count<Result = GroupedCountResult>(
  asked: readonly Asked[],
  tilesPerBatch = 1,
): Promise<Result[] | Refusal> {
  const requests = asked.map(([choice, id]): Request => {
    const resolved = resolveOperation(choice, operations.catalog);
    if (isRefusal(resolved)) throw new Error(resolved.problem);
    return { ...resolved, area: { table: 't', id } };
  });
  const identities = await operations.identifyAll(requests);
  if (isRefusal(identities)) return identities;
  const fingerprints = identities.map(({ fingerprint }) => fingerprint);
  const whole = await countWhole(operations, requests, { fingerprints, tilesPerBatch });
  return isRefusal(whole) ? whole : (whole.documents as Result[]);
}

const chosen = (operation: string, coverage: OperationChoice['coverage'] = 'centre'): OperationChoice => ({
  ...{ operation, coverage, choices: { cellAreas: true } },
});

describe('the true areas of cells', () => {
  it.each(['centre', 'fraction'] as const)(
    'add up to the area of the polygon, and the counts stay as they are: %s',
    async (coverage) => {
      const [summed, plain] = (await count([
        [chosen('both', coverage), 'here'],
        [{ operation: 'both', coverage }, 'here'],
      ])) as [GroupedCountResult, GroupedCountResult];
      const { squareMetres = 0, groups, ...others } = summed;
      expect({ ...others, groups: groups.map(({ squareMetres: _, ...group }) => group) }).toEqual(plain);
      expect(groups.map(({ values }) => values)).toEqual([
        [1, 2],
        [1, null],
      ]);
      expect(groups.reduce((sum, group) => sum + (group.squareMetres ?? Number.NaN), 0)).toBeCloseTo(squareMetres, 4);
      // A triangle of 0.2 × 0.2 degrees, row by row of cells: half of them lie in it.
      const grid = {
        crs: crsFromText('EPSG:4326'),
        originX: -100,
        originY: 40,
        cellWidth: cell,
        cellHeight: cell,
        width: 1,
        height: 1,
      };
      const area = rowAreaOf(grid)!;
      const [top, rows] = [(40 - 39.94) / cell, 720];
      let expected = 0;
      for (let i = 0; i < rows; i++) expected += area(top + i) * (i + 0.5);
      expect(squareMetres / expected).toBeCloseTo(1, coverage === 'fraction' ? 6 : 3);
    },
  );

  it('are the same, to the bit, in whatever batches and beside whatever other rasters', async () => {
    const alone = [
      await count([[chosen('south'), 'here']]),
      await count([[chosen('south'), 'here']], 100),
    ] as GroupedCountResult[][];
    const beside = (await count([
      [chosen('a'), 'here'],
      [chosen('south'), 'here'],
    ])) as GroupedCountResult[];
    expect(alone[1]).toEqual(alone[0]);
    expect(beside[1]).toEqual(alone[0]?.[0]);
  });

  it.each(['centre', 'fraction'] as const)(
    'are those of counts in averages, summaries and statistics: %s',
    async (coverage) => {
      const [counted] = (await count([[chosen('both', coverage), 'here']])) as [GroupedCountResult];
      const [known, without] = counted.groups.map(({ squareMetres = Number.NaN }) => squareMetres) as [number, number];
      const asked = ['mean', 'plain_mean', 'range', 'figures'].map((name): Asked => [chosen(name, coverage), 'here']);
      const [mean, plain, range, figures] = (await count<object>(asked)) as object[];
      const { squareMetres } = counted;
      const own = { squareMetres: known, noDataSquareMetres: without, averageByArea: 2 };
      expect(mean).toMatchObject({ squareMetres, groups: [{ values: [1], average: 2, ...own }] });
      const onSouth = { values: [], average: 2, ...own, noDataSquareMetres: 0 };
      expect(plain).toMatchObject({ squareMetres: known, groups: [onSouth] });
      expect(range).toMatchObject({
        squareMetres,
        summaries: [
          { raster: 'south', ...own },
          { raster: 'a', squareMetres, noDataSquareMetres: 0, averageByArea: 1 },
        ],
      });
      expect(figures).toMatchObject({ squareMetres, noDataSquareMetres: without, meanByArea: 2 });
    },
  );

  it('are not summed where all cells have the same', async () => {
    const [document] = (await count([[chosen('albers'), 'albers']])) as [GroupedCountResult];
    expect(document).toMatchObject({ cellArea: 900 });
    expect(document).not.toHaveProperty('squareMetres');
  });

  it('are refused where nobody knows them; a catalog that asks for them has itself to blame', async () => {
    expect(await count([[chosen('utm'), 'utm']])).toEqual({
      path: 'cellAreas',
      problem:
        'is true, but the cells of raster utm (EPSG:32618) differ in size within a row; expected a raster in longitude and latitude, or in an equal-area CRS',
    });
    expect(await count([[chosen('utm_mean'), 'utm']])).toMatchObject({ path: 'cellAreas' });
    await expect(count([[{ operation: 'utm_areas' }, 'utm']])).rejects.toThrow(
      'operation utm_areas: cellAreas is true',
    );
  });

  it('have keys of their own', async () => {
    const request = (choice: OperationChoice) => {
      const resolved = resolveOperation(choice, operations.catalog);
      if (isRefusal(resolved)) throw new Error(resolved.problem);
      return operations.identify({ ...resolved, area: { table: 't', id: 'here' } });
    };
    expect(await request(chosen('a'))).not.toEqual(await request({ operation: 'a' }));
  });
});
