import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefusal, type Request, refusalText } from '@cellshed/contracts';
import { type Operations, openOperations, resultDocument } from '@cellshed/operations';
import fc from 'fast-check';
import { variedRaster } from '../../../test/varied-raster.ts';
import { type CountPool, openCountPool } from '../src/pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-sweep-'));
const catalogPath = join(folder, 'catalog.yaml');
const names = ['counts', 'both', 'average', 'statistics', 'summary'] as const;
const ids = Array.from({ length: 40 }, (_, n) => `a${n}`);
const { signal } = new AbortController();
const opened = new AsyncDisposableStack();
let operations: Operations;
let pool: CountPool;

beforeAll(async () => {
  // Two times three tiles of 16 cells of 30 m, around 96° W 23° N.
  const cells = { across: 3, down: 2, side: 16, origin: [-720, 480] as const };
  writeFileSync(
    join(folder, 'a.tif'),
    variedRaster({ ...cells, valueAt: (column, row) => (column * 7 + row * row) % 5 }),
  );
  writeFileSync(join(folder, 'b.tif'), variedRaster({ ...cells, across: 2, valueAt: (column, row) => column * row }));
  const features = ids.map((id, n) => {
    const [x, y] = [-96.007 + 0.002 * (n % 7), 23.0035 - 0.0016 * Math.floor(n / 7)];
    const [width, height] = [0.0008 * (1 + (n % 4)), 0.0007 * (1 + (n % 3))];
    const ring = [
      [x, y],
      [x + width, y - height / 3],
      [x + width / 2, y - height],
      [x, y],
    ];
    return { type: 'Feature', properties: { id }, geometry: { type: 'Polygon', coordinates: [ring] } };
  });
  const wrong = {
    type: 'Feature',
    properties: { id: 'wrong' },
    geometry: { type: 'Polygon', coordinates: [[[0, 0]]] },
  };
  const collection = { type: 'FeatureCollection', features: [...features, wrong] };
  writeFileSync(join(folder, 'areas.geojson'), JSON.stringify(collection));
  writeFileSync(
    catalogPath,
    `rasters: { a: { url: a.tif }, b: { url: b.tif } }
operations:
  counts: { type: groupedCount, rasters: [a] }
  both: { type: groupedCount, rasters: [b, a] }
  average: { type: groupedAverage, rasters: [a], target: b }
  statistics: { type: statistics, rasters: [b], weights: a, quantiles: [0.1, 0.5] }
  summary: { type: summary, rasters: [a, b] }
areas: { t: { source: areas.geojson, id: id } }
`,
  );
  operations = opened.adopt(await openOperations({ catalogPath }), (one) => one.close());
  pool = opened.adopt(openCountPool({ catalogPath, recheckMilliseconds: 0, threads: 1 }), (one) => one.close());
});

afterAll(async () => {
  await opened.disposeAsync();
  rmSync(folder, { recursive: true });
});

async function fingerprintsOf(requests: readonly Request[]): Promise<string[]> {
  const identified = await operations.identifyAll(requests);
  if (isRefusal(identified)) throw new Error(refusalText(identified));
  return identified.map(({ fingerprint }) => fingerprint);
}

const sweep = async (requests: Request[], mostTiles: number, stop = signal) =>
  pool.sweep({ computation: 'c', requests, fingerprints: await fingerprintsOf(requests), mostTiles }, stop);

/** Counted tile by tile. */
async function alone(request: Request): Promise<string> {
  const fingerprints = await fingerprintsOf([request]);
  const plan = await operations.plan([request], undefined, { tilesPerBatch: 1 });
  if (isRefusal(plan)) throw new Error(refusalText(plan));
  const parts = [];
  for (const batch of plan.batches)
    parts.push(...(await operations.count([request], undefined, { ...batch, fingerprints })));
  return JSON.stringify(resultDocument(plan.frames[0]!, parts));
}

const on = (id: string, operation = 'both', coverage: Request['coverage'] = 'centre'): Request => ({
  operation,
  area: { table: 't', id },
  coverage,
});

it('a sweep answers each as it is answered alone, to the bit', async () => {
  const anyRequest = fc
    .tuple(fc.constantFrom(...ids), fc.constantFrom(...names), fc.constantFrom('centre', 'fraction'))
    .filter(([, name, coverage]) => coverage === 'centre' || name !== 'statistics')
    .map((chosen) => on(...(chosen as [string, string, 'centre'])));
  await fc.assert(
    fc.asyncProperty(fc.array(anyRequest, { minLength: 1, maxLength: 60 }), async (requests) => {
      const swept = await sweep(requests, 6);
      const values = [];
      for (const request of requests) values.push(await alone(request));
      expect(swept?.results.map(({ value }) => value)).toEqual(values);
      expect(swept?.results.map(({ cells }) => cells)).toEqual(values.map((value) => JSON.parse(value).cells));
    }),
    { numRuns: 25 },
  );
});

it('what has more tiles than a sweep may is left to others, as are many of which the first are large', async () => {
  const few = ids.slice(0, 30).map((id) => on(id));
  const { tiles = 0 } = (await sweep(few, 100)) ?? {};
  expect(tiles).toBeGreaterThan(1);
  expect(await sweep(few, tiles)).toMatchObject({ tiles });
  expect(await sweep(few, tiles - 1)).toBeUndefined();
  // The first eight of 40 areas have two tiles: all might have ten, of which neighbours share half.
  // More operations on the same areas need no more tiles.
  for (const operations of [['both'], ['both', 'counts', 'average', 'summary']]) {
    const many = ids.flatMap((id) => operations.map((operation) => on(id, operation)));
    expect(await sweep(many, 5)).toMatchObject({ tiles });
    expect(await sweep(many, 4)).toBeUndefined();
  }
});

it('a sweep of an area that is wrong throws, and one that is stopped throws the reason', async () => {
  await expect(sweep([on('a1'), on('wrong')], 6)).rejects.toThrow(/area table t: area wrong: /);
  const stop = AbortSignal.abort(new Error('dismissed'));
  await expect(sweep([on('a1'), on('a2')], 6, stop)).rejects.toThrow('dismissed');
});
