import { stackRasters } from '../../src/stack/stack.ts';
import { readsAhead, tileReader } from '../../src/stack/stack-reader.ts';
import { openTileCache } from '../../src/tiles/tile-cache.ts';
import { digits, type PictureRaster, rasterOf } from '../pictures.ts';

const rows = digits('12345678');
const tiles = (columns: readonly number[]) => columns.map((column) => ({ raster: 0, column, row: 0 }));

/**
 * Reads columns of tiles of two bytes each, one after the other, and returns the reads of the
 * raster itself.
 */
async function readsOf(raster: PictureRaster, keptBytes: number, columns: readonly number[]): Promise<string[]> {
  const offset = rasterOf({ rows, tile: [2, 1], at: [1, 0] });
  const reader = tileReader(stackRasters([raster, offset]), undefined, keptBytes);
  for (const tile of tiles(columns)) expect((await reader.read(tile)).samples).toHaveLength(2);
  await reader.close();
  return raster.reads;
}

describe('tileReader', () => {
  it('keeps the tiles that were asked for last, as many as there is room for', async () => {
    const raster = rasterOf({ rows, tile: [2, 1] });
    expect(await readsOf(raster, 6, [0, 1, 2, 0, 1, 2])).toEqual(['0,0', '1,0', '2,0']);
    const again = rasterOf({ rows, tile: [2, 1] });
    expect(await readsOf(again, 6, [0, 1, 2, 0, 3, 0, 2, 1, 3])).toEqual(['0,0', '1,0', '2,0', '3,0', '1,0', '3,0']);
  });

  it('keeps as many tiles as there are rasters, however large', async () => {
    expect(await readsOf(rasterOf({ rows, tile: [2, 1] }), 0, [0, 1, 0, 1, 2, 0])).toEqual([
      '0,0',
      '1,0',
      '2,0',
      '0,0',
    ]);
  });

  it('keeps nothing where tilings coincide', async () => {
    const raster = rasterOf({ rows, tile: [2, 1] });
    const reader = tileReader(stackRasters([raster, rasterOf({ rows, tile: [2, 1], at: [2, 0] })]));
    for (const tile of tiles([0, 0])) await reader.read(tile);
    expect(raster.reads).toEqual(['0,0', '0,0']);
  });

  it('reads through the cache of a raster, which other readers share, whether or not tilings coincide', async () => {
    for (const at of [0, 1, 2]) {
      const raster = rasterOf({ rows, tile: [2, 1] });
      const cached = { ...raster, tileCache: openTileCache({ mostBytes: 100 }) };
      const stack = stackRasters([cached, rasterOf({ rows, tile: [2, 1], at: [at, 0] })]);
      for (const reader of [tileReader(stack), tileReader(stack)]) {
        for (const tile of tiles([0, 1])) await reader.read(tile);
        await reader.close();
      }
      expect(raster.reads).toEqual(['0,0', '1,0']);
    }
  });

  it('gives back what was lent when it is closed, also what is still being read', async () => {
    const raster = rasterOf({ rows, tile: [2, 1] });
    const reader = tileReader(stackRasters([raster]));
    const first = await reader.read({ raster: 0, column: 0, row: 0 });
    const second = reader.read({ raster: 0, column: 1, row: 0 });
    expect(first.samples).toHaveLength(2);
    await reader.close();
    expect(first.samples).toHaveLength(0);
    expect((await second).samples).toHaveLength(0);
  });

  it('gives back what it kept for itself when it is closed', async () => {
    const raster = { ...rasterOf({ rows, tile: [2, 1] }), tileCache: openTileCache({ mostBytes: 0 }) };
    const reader = tileReader(stackRasters([raster, rasterOf({ rows, tile: [2, 1], at: [1, 0] })]));
    const tile = await reader.read({ raster: 0, column: 0, row: 0 });
    tile.giveBack();
    expect(tile.samples).toHaveLength(2);
    await reader.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(tile.samples).toHaveLength(0);
  });
});

describe('readsAhead', () => {
  const wide = (bytes: number, isRemote: boolean) => {
    const raster = rasterOf({ rows: digits('1') });
    const tiling = { ...raster.tiling, width: bytes / 8 };
    return stackRasters([{ ...raster, isRemote, sampleType: 'float64', tiling }]);
  };
  const ofOne = { sets: [new Set([0])] };
  const sizes = [2 ** 10, 2 ** 21, 2 ** 22, 2 ** 24, 2 ** 26];

  it('is as many rectangles of local rasters as fit in 16 MiB, from 1 to 8, one by one', () => {
    const ahead = sizes.map((bytes) => readsAhead(wide(bytes, false), ofOne));
    expect(ahead.map(({ most }) => most)).toEqual([8, 8, 4, 1, 1]);
    expect(ahead.map(({ together }) => together)).toEqual([1, 1, 1, 1, 1]);
  });

  it('is as many of remote ones as fit in 32 MiB, from 1 to 64, a quarter of them together', () => {
    const ahead = sizes.map((bytes) => readsAhead(wide(bytes, true), ofOne));
    expect(ahead.map(({ most }) => most)).toEqual([64, 16, 8, 2, 1]);
    expect(ahead.map(({ together }) => together)).toEqual([16, 4, 2, 1, 1]);
  });

  it('counts the bytes of the largest set of rasters, as those of one set are needed at a time', () => {
    const raster = wide(2 ** 22, false).rasters[0]!.raster;
    const stack = stackRasters([raster, raster, raster]);
    const most = (...sets: number[][]) => readsAhead(stack, { sets: sets.map((set) => new Set(set)) }).most;
    expect([most([0], [1], [2]), most([0], [1, 2]), most([0, 1, 2])]).toEqual([4, 2, 1]);
  });
});
