import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { variedRaster } from '../../../test/varied-raster.ts';
import { openNetwork } from '../src/bytes/network.ts';
import { openRangeCache } from '../src/bytes/range-cache.ts';
import { countGroups } from '../src/gather/grouped-count.ts';
import { openRaster } from '../src/open-raster.ts';
import { spansOf } from '../src/spans/centre-spans.ts';
import { stackRasters } from '../src/stack/stack.ts';
import { planTiles } from '../src/stack/tile-plan.ts';
import { rangeServer } from './range-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'catchment-remote-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const size = { across: 40, down: 20, side: 64 };
const bytes = {
  cover: variedRaster({ ...size, valueAt: (column, row) => (column * 7 + row * 13) % 20 }),
  soil: variedRaster({ ...size, valueAt: (column, row) => ((column >> 6) + (row >> 5)) % 5 }),
};

/** A diamond in 8 × 8 tiles in the middle; it has cells in each row of tiles. */
const diamond = [[Float64Array.of(1280, 384, 1536, 640, 1280, 896, 1024, 640)]];

/** Opens both rasters, counts, and closes them. */
async function count(urls: { cover: string; soil: string }, cached: boolean, before: () => void = () => undefined) {
  const cache = cached ? openRangeCache({ folder: join(folder, 'cache'), mostBytes: 2 ** 26 }) : undefined;
  const network = openNetwork({ cache });
  const rasters = await Promise.all(
    (['cover', 'soil'] as const).map((name) => openRaster({ name, url: urls[name], network })),
  );
  before();
  const stack = stackRasters(rasters);
  const spans = spansOf(diamond, stack.bounds);
  const { runs } = planTiles(stack, spans);
  const counts = await countGroups({ stack, spans, tiles: runs });
  await Promise.all(rasters.map((raster) => raster.close()));
  await cache?.settled();
  return counts;
}

function locally() {
  const urls = { cover: join(folder, 'cover.tif'), soil: join(folder, 'soil.tif') };
  for (const name of ['cover', 'soil'] as const) writeFileSync(urls[name], bytes[name]);
  return count(urls, false);
}

describe('counting on remote rasters', () => {
  it('gives what counting on local ones gives, by a request for each row of tiles', async () => {
    await using server = await rangeServer();
    const urls = { cover: server.put('cover.tif', bytes.cover), soil: server.put('soil.tif', bytes.soil) };
    let [opening, release] = [0, () => undefined as void];
    const counting = count(urls, false, () => {
      opening = server.asked.length;
      release = server.hold();
    });
    // All requests are in progress before the first is answered.
    await server.hasBeenAsked(2 + 16);
    release();
    expect(await counting).toEqual(await locally());
    expect(opening).toBe(2);
    expect(server.asked).toHaveLength(2 + 16);
  });

  it('has the requests of four rasters under way at once, all over connections that stay open', async () => {
    await using server = await rangeServer();
    const urls = ['a', 'b', 'c', 'd'].map((name) => server.put(`${name}.tif`, bytes.cover));
    const rasters = await Promise.all(urls.map((url) => openRaster({ name: 'cover', url })));
    const stack = stackRasters(rasters);
    const spans = spansOf(diamond, stack.bounds);
    const { runs } = planTiles(stack, spans);
    for (const times of [1, 2]) {
      const release = server.hold();
      const counting = countGroups({ stack, spans, tiles: runs });
      await server.hasBeenAsked(4 + times * 32);
      release();
      await counting;
    }
    expect(server.asked).toHaveLength(4 + 2 * 32);
    expect(server.mostAtOnce()).toBe(32);
    expect(server.connections()).toBe(32);
    await Promise.all(rasters.map((raster) => raster.close()));
  });

  it('asks for many tiles with one request also where they are more than are read ahead', async () => {
    await using server = await rangeServer();
    const raster = await openRaster({ name: 'cover', url: server.put('cover.tif', bytes.cover) });
    const stack = stackRasters([raster]);
    const spans = spansOf([[Float64Array.of(0, 0, 2560, 0, 2560, 1280, 0, 1280)]], stack.bounds);
    const { runs } = planTiles(stack, spans);
    const { cells } = await countGroups({ stack, spans, tiles: runs });
    expect(cells).toBe(2560 * 1280);
    // 800 tiles; a row of a block has 8 of them, side by side.
    expect(server.asked.length).toBeLessThan(1 + 100);
    await raster.close();
  });

  it('needs no network for what was looked at before, but to open', async () => {
    await using server = await rangeServer();
    const urls = { cover: server.put('cover.tif', bytes.cover), soil: server.put('soil.tif', bytes.soil) };
    const expected = await locally();
    expect(await count(urls, true)).toEqual(expected);
    const first = server.asked.length;
    expect(await count(urls, true, () => void server.kill())).toEqual(expected);
    expect(server.asked.slice(first)).toEqual([
      [0, 65_536],
      [0, 65_536],
    ]);
    await server.start();
  });

  it('needs one request to open what was opened before, wherever its directory lies', async () => {
    await using server = await rangeServer();
    const last = variedRaster({ ...size, directoryLast: true });
    const urls = { cover: server.put('cover.tif', bytes.cover), soil: server.put('soil.tif', last) };
    const [expected, first] = [await count(urls, true), server.asked.length];
    expect(await count(urls, true)).toEqual(expected);
    expect(server.asked.slice(first)).toEqual([
      [0, 65_536],
      [0, 65_536],
    ]);
  });

  it('is never answered from the tiles of a raster that was replaced', async () => {
    await using server = await rangeServer();
    const urls = { cover: server.put('cover.tif', bytes.cover), soil: server.put('soil.tif', bytes.soil) };
    const before = await count(urls, true);
    server.put('cover.tif', bytes.soil);
    const after = await count(urls, true);
    expect(after.cells).toBe(before.cells);
    expect(after.groups.every(({ values: [cover, soil] }) => cover === soil)).toBe(true);
    server.put('cover.tif', bytes.cover);
    expect(await count(urls, true)).toEqual(before);
  });

  it('keeps nothing of an object without a strong tag', async () => {
    await using server = await rangeServer();
    const urls = { cover: server.put('cover.tif', bytes.cover), soil: server.put('soil.tif', bytes.soil) };
    const weakly = () => server.tag((tag) => `W/${tag}`);
    weakly();
    await count(urls, true);
    const first = server.asked.length;
    await count(urls, true);
    expect(server.asked).toHaveLength(2 * first);
  });
});
