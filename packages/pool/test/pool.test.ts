import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRefusal, type Request } from '@cellshed/contracts';
import { openOperations } from '@cellshed/operations';
import { writeConstantRaster } from '../../../test/constant-raster.ts';
import { openCountPool } from '../src/pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-count-pool-'));
const file = (name: string) => join(folder, name);
const catalogPath = file('catalog.yaml');
const request: Request = { operation: 'a', area: { table: 't', id: 'x' }, coverage: 'centre' };

beforeAll(() => {
  const corners = [
    [-96, 36.3],
    [-95.7, 36.3],
    [-95.7, 36.45],
    [-96, 36.3],
  ];
  const geometry = { type: 'Polygon', coordinates: [corners] };
  writeFileSync(
    file('areas.geojson'),
    JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: { id: 'x' }, geometry }] }),
  );
  writeFileSync(
    catalogPath,
    'rasters: { a: { url: a.tif } }\noperations: { a: { type: groupedCount, rasters: [a] } }\n' +
      'areas: { t: { source: areas.geojson, id: id } }\n',
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Writes the raster, or in its place what cannot be decoded; who looks at its size and time sees no
 * difference.
 */
function writeRaster(how: 'whole' | 'damaged'): void {
  if (how === 'whole')
    writeConstantRaster(file('a.tif'), { across: 3, down: 3, originX: -15_015, originY: 1_500_015, value: 1 });
  else writeFileSync(file('a.tif'), readFileSync(file('a.tif')).fill(0xff, 8, 100));
  utimesSync(file('a.tif'), 1, 1);
}

/**
 * Counts in a pool of one thread, before which `before` happens to the file, then does `between`,
 * and counts again.
 */
async function countTwice(tileCacheBytes: number, { before = () => {}, between = () => writeRaster('damaged') } = {}) {
  writeRaster('whole');
  await using opened = new AsyncDisposableStack();
  const operations = opened.adopt(await openOperations({ catalogPath }), (one) => one.close());
  const [identity, plan] = [
    await operations.identify(request),
    await operations.plan([request], undefined, { tilesPerBatch: 100 }),
  ];
  if (isRefusal(identity) || isRefusal(plan)) throw new Error('refused');
  before();
  const settings = { catalogPath, recheckMilliseconds: 0, threads: 1, tileCacheBytes };
  const pool = opened.adopt(openCountPool(settings), (one) => one.close());
  const count = () =>
    pool.count(
      { computation: 'c', requests: [request], fingerprints: [identity.fingerprint], ...plan.batches[0]! },
      () => undefined,
      new AbortController().signal,
    );
  const counted = () => count().catch((error: Error) => error.message);
  const first = await counted();
  between();
  return [first, await counted()];
}

it('a thread that cannot open a raster fails its task, and counts the next one when it can', async () => {
  const [first, again] = await countTwice(0, {
    before: () => rmSync(file('a.tif')),
    between: () => writeRaster('whole'),
  });
  expect(first).toMatch(/rasters\.a\.url: there is no file .*a\.tif$/);
  expect(again).toEqual((await countTwice(0))[0]);
});

it('a pool decodes again only what it has no room to keep', async () => {
  const [first, again] = await countTwice(2 ** 24);
  expect(again).toEqual(first);
  expect((await countTwice(2 ** 17))[1]).toMatch(/^raster a: tile 2, 0 .* cannot be read/);
  expect((await countTwice(0))[1]).toMatch(/^raster a: tile 2, 0 .* cannot be read/);
});
