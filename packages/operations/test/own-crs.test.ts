import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Area, fingerprintOfArea, fingerprintOfLines, type Lines } from '@cellshed/areas';
import { type Coverage, coverages, isRefusal, type Request, refusalText } from '@cellshed/contracts';
import { type Crs, crsFromText, seamOf } from '@cellshed/crs';
import {
  type OperationPlan,
  type Operations,
  openOperations,
  type ResultFrame,
  resultDocument,
} from '@cellshed/operations';
import type { Spans } from '@cellshed/raster';
import fc from 'fast-check';
import { writeConstantRaster } from '../../../test/constant-raster.ts';
import { placeArea } from '../src/planning/place-area.ts';

type Ring = [number, number][];
type Box = readonly [west: number, south: number, east: number, north: number];

const ring = ([west, south, east, north]: Box): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

const albers = crsFromText('EPSG:5070');
/** The grid of the National Land Cover Database, its first cells. */
const nlcd = {
  crs: albers,
  originX: -2_493_045,
  originY: 3_310_005,
  cellWidth: 30,
  cellHeight: 30,
  width: 60,
  height: 40,
};
const bounds = { firstColumn: 0, endColumn: 60, firstRow: 0, endRow: 40 };

function cellsOf({ firstRow, rowStarts, columns, shares }: Spans): string[] {
  expect(shares?.parts.length ?? 0).toBe(0);
  const cells: string[] = [];
  for (let i = 0; i + 1 < rowStarts.length; i++)
    for (let k = rowStarts[i]!; k < rowStarts[i + 1]!; k++)
      for (let column = columns[2 * k]!; column < columns[2 * k + 1]!; column++)
        cells.push(`${column} ${firstRow + i}`);
  return cells.sort();
}

describe('an area in the CRS of the raster whose edges are those of cells', () => {
  const box = fc.tuple(fc.nat(59), fc.nat(39), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));

  it.each(coverages)('has these cells, and no part of another: %s', (coverage) => {
    fc.assert(
      fc.property(fc.array(box, { minLength: 1, maxLength: 5 }), (boxes) => {
        const polygons = boxes.map(([column, row, columns, rows]) => {
          const [west, north] = [nlcd.originX + 30 * column, nlcd.originY - 30 * row];
          return [ring([west, north - 30 * rows, west + 30 * columns, north])];
        });
        const expected = new Set<string>();
        for (const [column, row, columns, rows] of boxes)
          for (let c = column; c < Math.min(column + columns, 60); c++)
            for (let r = row; r < Math.min(row + rows, 40); r++) expected.add(`${c} ${r}`);
        const area: Area = { polygons, crs: albers, warnings: [] };
        const { spans } = placeArea(area, { grid: nlcd, bounds }, { coverage, lines: undefined });
        expect(cellsOf(spans)).toEqual([...expected].sort());
      }),
    );
  });

  it('has them also where the CRS is told in other words', () => {
    const words = crsFromText('+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96 +ellps=GRS80 +units=m');
    const area: Area = { polygons: [[ring([-2_493_015, 3_309_915, -2_492_955, 3_309_975])]], crs: words, warnings: [] };
    for (const coverage of coverages) {
      const { spans, areaCells } = placeArea(area, { grid: nlcd, bounds }, { coverage, lines: undefined });
      expect([cellsOf(spans), areaCells]).toEqual([['1 1', '1 2', '2 1', '2 2'], 4]);
    }
  });

  it.each([
    ['NAD83, which is taken for WGS 84', 'EPSG:4269', undefined],
    [
      'a datum that is shifted',
      '+proj=longlat +ellps=intl +towgs84=-87,-98,-121',
      '+proj=longlat +ellps=intl +towgs84=-87,-98,-121',
    ],
  ])('has them in degrees: %s', (_, raster, own) => {
    const grid = { ...nlcd, crs: crsFromText(raster), originX: 5, originY: 50, cellWidth: 0.125, cellHeight: 0.125 };
    const area: Area = {
      polygons: [[ring([5.125, 49.5, 5.5, 49.75])]],
      crs: own === undefined ? undefined : crsFromText(own),
      warnings: [],
    };
    for (const coverage of coverages) {
      const { spans } = placeArea(area, { grid, bounds }, { coverage, lines: undefined });
      expect(cellsOf(spans)).toEqual(['1 2', '1 3', '2 2', '2 3', '3 2', '3 3']);
    }
  });

  it.each(['EPSG:4807', '+proj=longlat +ellps=intl +towgs84=-87,-98,-121'])(
    'goes on beyond 180 in the degrees or grads of %s',
    (name) => {
      const crs = crsFromText(name);
      const turn = seamOf(crs)?.period as number;
      // A whole turn further, the same place.
      const at = (x: number) => [[ring([x, turn / 8, x + 1, turn / 8 + 1])]];
      const first = (polygons: Ring[][], own: Crs, grid: typeof nlcd) =>
        placeArea({ polygons, crs: own, warnings: [] }, { grid, bounds }, { coverage: 'centre', lines: undefined })
          .firstVertex;
      const world = {
        ...nlcd,
        crs: crsFromText('EPSG:4326'),
        originX: -180,
        originY: 90,
        cellWidth: 6,
        cellHeight: 4.5,
      };
      const own = { ...world, crs, originX: -turn / 2, originY: turn / 4, cellWidth: turn / 60, cellHeight: turn / 80 };
      for (const grid of [world, own]) {
        const [[column, row], [there, down]] = [
          first(at(turn / 2 - 0.5), crs, grid),
          first(at(-turn / 2 - 0.5), crs, grid),
        ];
        expect([there, down]).toEqual([expect.closeTo(column, 6), expect.closeTo(row, 6)]);
      }
    },
  );

  it('moves to where it is, on a raster in another CRS', () => {
    const shifted = crsFromText('+proj=longlat +ellps=intl +towgs84=-87,-98,-121');
    const grid = { ...nlcd, crs: crsFromText('EPSG:32631'), originX: 400_000, originY: 5_600_000 };
    const polygons = [[ring([2, 50.4, 2.01, 50.41])]];
    const vertex = (crs: Crs | undefined) =>
      placeArea({ polygons, crs, warnings: [] }, { grid, bounds }, { coverage: 'centre', lines: undefined })
        .firstVertex;
    const [[column, row], [there, down]] = [vertex(undefined), vertex(shifted)];
    // As PROJ has it, to the east and to the north.
    expect([Math.round(30 * (there - column)), Math.round(30 * (row - down))]).toEqual([-96, -96]);
  });

  it('has the cells on lines that are in the same CRS, or in longitude and latitude', () => {
    const area: Area = {
      polygons: [[ring([-2_493_045, 3_308_805, -2_491_245, 3_310_005])]],
      crs: albers,
      warnings: [],
    };
    const middle = 3_310_005 - 15;
    const lines: Lines = {
      lines: [
        [
          [-2_493_045 + 15, middle],
          [-2_493_045 + 315, middle],
        ],
      ],
      crs: albers,
    };
    const { spans, areaCells } = placeArea(area, { grid: nlcd, bounds }, { coverage: 'centre', lines });
    expect([cellsOf(spans), areaCells]).toEqual([Array.from({ length: 11 }, (_, i) => `${i} 0`).sort(), 11]);
  });
});

describe('a table, and what is drawn, in the CRS of the rasters', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-own-crs-'));
  const file = (name: string) => join(folder, name);
  const member = { crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::5070' } } };
  /** Squares of 3 km, edge to edge. */
  const squares = Array.from({ length: 9 }, (_, i): Box => {
    const [west, north] = [-2_493_045 + 3000 * (2 + (i % 3)), 3_310_005 - 3000 * (1 + Math.floor(i / 3))];
    return [west, north - 3000, west + 3000, north];
  });
  const feature = (box: Box, i: number) => ({
    type: 'Feature',
    properties: { id: `s${i}` },
    geometry: { type: 'Polygon', coordinates: [ring(box)] },
  });
  const whole: Box = [-2_493_045 + 6000, 3_310_005 - 12_000, -2_493_045 + 15_000, 3_310_005 - 3000];
  let operations: Operations;

  beforeAll(async () => {
    const grid = { across: 2, down: 2, originX: -2_493_045, originY: 3_310_005, value: 1 };
    writeConstantRaster(file('r.tif'), grid);
    const features = squares.map(feature);
    writeFileSync(file('net.geojson'), JSON.stringify({ type: 'FeatureCollection', ...member, features }));
    const middle = {
      type: 'LineString',
      coordinates: [
        [whole[0], 3_310_005 - 4515],
        [whole[2], 3_310_005 - 4515],
      ],
    };
    writeFileSync(file('lines.geojson'), JSON.stringify({ ...middle, ...member }));
    writeFileSync(
      file('catalog.yaml'),
      'rasters: { r: { url: r.tif } }\n' +
        'operations: { count: { type: groupedCount, rasters: [r] }, describe: { type: statistics, rasters: [r] }, ' +
        'along: { type: linesJoin, rasters: [r], lines: l } }\n' +
        'areas: { net: { source: net.geojson, id: id } }\nlines: { l: { source: lines.geojson } }\n',
    );
    const tallies = { url: 'memory:', onError: (error: Error) => Promise.reject(error) };
    operations = await openOperations({ catalogPath: file('catalog.yaml'), tallies });
  });
  afterAll(async () => {
    await operations.close();
    rmSync(folder, { recursive: true });
  });

  const drawnAreas = new Map(
    [...squares, whole].map((box) => {
      const area: Area = { polygons: [[ring(box)]], crs: albers, warnings: [] };
      return [fingerprintOfArea(area), area];
    }),
  );
  const drawn = { area: (hash: string) => drawnAreas.get(hash) as Area, lines: () => ({ lines: [] }) };
  const [wholeDrawn = ''] = [...drawnAreas.keys()].slice(-1);

  async function count(requests: readonly Request[], tilesPerBatch = 1): Promise<number[]> {
    const identities = await operations.identifyAll(requests);
    if (isRefusal(identities)) throw new Error(refusalText(identities));
    const plan = (await operations.plan(requests, drawn, { tilesPerBatch })) as OperationPlan;
    const parts = requests.map((): never[] => []);
    for (const { members, ...batch } of plan.batches) {
      const fingerprints = members.map((member) => identities[member]!.fingerprint);
      const counted = await operations.count(
        members.map((member) => requests[member]!),
        drawn,
        { ...batch, fingerprints },
      );
      for (const [i, member] of members.entries()) parts[member]!.push(counted[i] as never);
    }
    const documents = plan.frames.map((frame: ResultFrame, i) => resultDocument(frame, parts[i]!));
    for (const { covered } of documents) expect(covered).toBe(1);
    return documents.map(({ cells }) => cells);
  }

  it.each(coverages)('have 10,000 cells in each square of 3 km, one by one and together: %s', async (coverage) => {
    const areas = [
      ...squares.map((_, i) => ({ table: 'net', id: `s${i}` })),
      ...[...drawnAreas.keys()].slice(0, 9).map((hash) => ({ drawn: hash })),
    ];
    const requests = areas.flatMap((area) => ['count', 'describe'].map((operation) => ({ operation, area, coverage })));
    expect(new Set(await count(requests))).toEqual(new Set([10_000]));
    expect(await count([requests[0]!])).toEqual([10_000]);
  });

  it.each<Coverage>(['centre', 'touched', 'fraction'])(
    'have them all in the squares together, also from tallies: %s',
    async (coverage) => {
      const request: Request = { operation: 'count', area: { drawn: wholeDrawn }, coverage };
      expect(await count([request])).toEqual([90_000]);
      expect(await count([request])).toEqual([90_000]);
    },
  );

  it('have on a line through them a cell for each column, and the one in which it ends at their border', async () => {
    const requests = [{ drawn: wholeDrawn }, { table: 'net', id: 's0' }, { table: 'net', id: 's3' }].map((area) => ({
      operation: 'along',
      area,
      coverage: 'centre' as const,
    }));
    expect(await count(requests)).toEqual([301, 101, 0]);
  });
});

it('what is drawn in another CRS has another name', () => {
  const polygons = [[ring([0, 0, 30, 30])]];
  const names = [undefined, albers, crsFromText('EPSG:3857')].map((crs) =>
    fingerprintOfArea({ polygons, crs, warnings: [] }),
  );
  expect(new Set(names).size).toBe(3);
  const lines = [
    [
      [0, 0],
      [30, 30],
    ],
  ] as Lines['lines'];
  expect(fingerprintOfLines({ lines })).not.toBe(fingerprintOfLines({ lines, crs: albers }));
});
