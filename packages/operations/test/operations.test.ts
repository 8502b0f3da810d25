import { mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Area } from '@cellshed/areas';
import { type Batch, type GroupedCountResult, isRefusal, type Request, refusalText } from '@cellshed/contracts';
import {
  type OperationPlan,
  type Operations,
  openOperations,
  type ResultFrame,
  resultDocument,
} from '@cellshed/operations';
import { writeConstantRaster } from '../../../test/constant-raster.ts';
import { rangeServer } from '../../raster/test/range-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-operations-'));
const file = (name: string) => join(folder, name);
const grid = { across: 3, down: 3, originX: -15_015, originY: 1_500_015, value: 1 };
const ring = [
  [-96, 36.3],
  [-95.7, 36.3],
  [-95.7, 36.45],
  [-96, 36.45],
  [-96, 36.3],
];
const square = { type: 'Polygon', coordinates: [ring] };
let operations: Operations;

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), grid);
  // Reaches less far than a: beyond it there is no data.
  writeConstantRaster(file('b.tif'), { ...grid, across: 1, value: 2 });
  const feature = { type: 'Feature', properties: { id: 'x:1' }, geometry: square };
  writeFileSync(file('areas.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  const north = {
    type: 'LineString',
    coordinates: [
      [-96.01, 36.601],
      [-95.99, 36.601],
    ],
  };
  writeFileSync(file('lines.geojson'), JSON.stringify(north));
  writeFileSync(
    file('catalog.yaml'),
    'rasters: { a: { url: a.tif }, b: { url: b.tif } }\n' +
      'operations: { a: { type: groupedCount, rasters: [a] }, ab: { type: groupedCount, rasters: [a, b] }, ' +
      'along: { type: linesJoin, rasters: [a], lines: l } }\nlines: { l: { source: lines.geojson } }\n' +
      'areas: { t: { source: areas.geojson, id: id } }\n',
  );
  operations = await openOperations({ catalogPath: file('catalog.yaml') });
});

afterAll(async () => {
  await operations.close();
  rmSync(folder, { recursive: true });
});

const request: Request = { operation: 'ab', area: { table: 't', id: 'x:1' }, coverage: 'centre' };

async function identify(asked: Request) {
  const identity = await operations.identify(asked);
  if (isRefusal(identity)) throw new Error(refusalText(identity));
  return identity;
}

async function count(asked: Request, tilesPerBatch: number) {
  const { fingerprint } = await identify(asked);
  const plan = (await operations.plan([asked], undefined, { tilesPerBatch })) as OperationPlan;
  const parts = await Promise.all(
    plan.batches.map(({ members: _, ...tiles }) =>
      operations.count([asked], undefined, { fingerprints: [fingerprint], ...tiles }),
    ),
  );
  const result = resultDocument(plan.frames[0] as ResultFrame, parts.flat().reverse()) as GroupedCountResult;
  return { batches: plan.batches.length, result };
}

it('a catalog whose raster cannot be opened leaves no area table open', async () => {
  const table = join(import.meta.dirname, '../../areas/test/fixtures/basins.gpkg');
  const catalogPath = file('broken.yaml');
  writeFileSync(file('broken.tif'), 'no raster');
  writeFileSync(
    catalogPath,
    'rasters: { a: { url: broken.tif } }\noperations: { a: { type: groupedCount, rasters: [a] } }\n' +
      `areas: { t: { source: ${table}, table: web, id: code } }\n`,
  );
  await expect(openOperations({ catalogPath })).rejects.toThrow('rasters.a');
  expect(openFiles()).not.toContain(table);
});

/** The files that this process has open; Linux tells, elsewhere there are none. */
function openFiles(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').map((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`);
    } catch {
      return '';
    }
  });
}

it('however the tiles are cut into batches, the result is the same', async () => {
  const whole = await count(request, 100);
  const cut = await count(request, 1);
  expect(whole.batches).toBe(1);
  expect(cut.batches).toBeGreaterThan(1);
  expect(JSON.stringify(cut.result)).toBe(JSON.stringify(whole.result));
  expect(whole.result.groups.map(({ values }) => values)).toEqual([
    [1, 2],
    [1, null],
  ]);
});

it('the key says table, id and operation, and what a client may put into an id does not break out of its part', async () => {
  const { key, fingerprint } = await identify(request);
  expect(key).toBe(`geop:t:x%3A1:ab:${fingerprint}`);
});

it('an operation of other rasters has another fingerprint; so has a raster that was replaced', async () => {
  const before = await identify(request);
  expect((await identify({ ...request, operation: 'a' })).fingerprint).not.toBe(before.fingerprint);
  writeConstantRaster(file('new.tif'), { ...grid, across: 1, value: 3 });
  renameSync(file('new.tif'), file('b.tif'));
  expect((await identify(request)).fingerprint).not.toBe(before.fingerprint);
  expect((await count(request, 2)).result.groups.map(({ values }) => values)).toEqual([
    [1, 3],
    [1, null],
  ]);
});

it('what was planned for one version of a raster is not counted on another', async () => {
  const { fingerprint } = await identify(request);
  const plan = (await operations.plan([request], undefined, { tilesPerBatch: 100 })) as OperationPlan;
  writeConstantRaster(file('new.tif'), { ...grid, across: 1, value: 4 });
  renameSync(file('new.tif'), file('b.tif'));
  const counting = operations.count([request], undefined, {
    ...(plan.batches[0] as Batch),
    fingerprints: [fingerprint],
  });
  await expect(counting).rejects.toThrow('a raster, the area table or the lines of operation ab were replaced');
});

it('a raster is not called replaced if its server sends another ETag with each answer', async () => {
  await using server = await rangeServer();
  let answers = 0;
  server.tag(() => `"${answers++}"`);
  const url = server.put('a.tif', readFileSync(file('a.tif')));
  const catalogPath = file('remote.json');
  const areas = { t: { source: 'areas.geojson', id: 'id' } };
  const operation = { type: 'groupedCount', rasters: ['a'] };
  writeFileSync(catalogPath, JSON.stringify({ rasters: { a: { url } }, operations: { ab: operation }, areas }));
  const [one, other] = await Promise.all([openOperations({ catalogPath }), openOperations({ catalogPath })]);
  const [identity] = (await one.identifyAll([request])) as { fingerprint: string }[];
  const planning = other.plan([request], undefined, {
    tilesPerBatch: 100,
    fingerprints: [identity?.fingerprint as string],
  });
  await expect(planning).rejects.toThrow(/^raster a: cannot use http:\S+: its server sends different ETags or times/);
  await Promise.all([one.close(), other.close()]);
});

it('what was counted of a raster that was written over meanwhile is left in no tally', async () => {
  const tallies = { url: 'memory:', onError: () => undefined };
  const tallying = await openOperations({ catalogPath: file('catalog.yaml'), tallies });
  const box = [-97, 35, -95, 37] as const;
  const [west, south, east, north] = box;
  const polygon = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ] as const;
  const drawn = { area: (): Area => ({ polygons: [[polygon]], warnings: [] }), lines: () => ({ lines: [] }) };
  const asked: Request = { operation: 'ab', area: { drawn: 'large' }, coverage: 'centre' };
  const count = async (onTile: () => void) => {
    const plan = (await tallying.plan([asked], drawn, { tilesPerBatch: 100 })) as OperationPlan;
    const [identity] = (await tallying.identifyAll([asked])) as { fingerprint: string }[];
    const fingerprints = [identity?.fingerprint as string];
    await tallying.count([asked], drawn, { ...(plan.batches[0] as Batch), fingerprints, onTile });
  };
  const overwritten = count(() => writeConstantRaster(file('b.tif'), { ...grid, across: 1, value: 5 }));
  await expect(overwritten).rejects.toThrow('a raster, the area table or the lines of operation ab were replaced');
  expect(await tallying.tallies?.list()).toEqual([]);
  await count(() => undefined);
  expect(await tallying.tallies?.list()).toMatchObject([{ operation: 'ab', chunks: 1 }]);
  await tallying.close();
});

it.each([
  [{ table: 'nowhere', id: '1' }, 'no area table is called "nowhere"; expected one of t'],
  [{ table: 't', id: '2' }, 'table t has no area "2"'],
])('%o is refused with a sentence', async (area, problem) => {
  expect(await operations.identify({ ...request, area })).toEqual({ path: 'area', problem });
});

it('an area so small that it holds no centre of a cell is covered by the rasters it lies on', async () => {
  const tiny: Area = {
    polygons: [
      [
        [
          [-95.9, 36.4],
          [-95.8999, 36.4],
          [-95.9, 36.4001],
          [-95.9, 36.4],
        ],
      ],
    ],
    warnings: [],
  };
  const drawn = { area: () => tiny, lines: () => ({ lines: [] }) };
  const plan = (await operations.plan([{ ...request, area: { drawn: 'tiny' } }], drawn, {
    tilesPerBatch: 10,
  })) as OperationPlan;
  expect(resultDocument(plan.frames[0] as ResultFrame, [])).toMatchObject({ cells: 0, covered: 1, groups: [] });
});

it('lines that a long edge bulges out to beyond the vertices are counted', async () => {
  // An edge along the parallel of 36.6° N is straight in Albers: at its middle it lies north of it.
  const wide = {
    polygons: [
      [
        [
          [-97.4, 36.5],
          [-94.6, 36.5],
          [-94.6, 36.6],
          [-97.4, 36.6],
          [-97.4, 36.5],
        ],
      ],
    ],
    warnings: [],
  } satisfies Area;
  const drawn = { area: () => wide, lines: () => ({ lines: [] }) };
  const plan = (await operations.plan([{ ...request, operation: 'along', area: { drawn: 'wide' } }], drawn, {
    tilesPerBatch: 10,
  })) as OperationPlan;
  expect(plan.frames[0]?.areaCells).toBeGreaterThan(10);
});
