import { stackRasters } from '../src/stack.ts';
import { readsAhead, tileReader } from '../src/stack-reader.ts';
import { digits, type PictureRaster, rasterOf } from './pictures.ts';

const rows = digits('12345678');
const tiles = (columns: readonly number[]) => columns.map((column) => ({ layer: 0, column, row: 0 }));

/** Reads columns of tiles of two bytes each, one after the other; answers what was read of the raster itself. */
async function readsOf(raster: PictureRaster, keptBytes: number, columns: readonly number[]): Promise<string[]> {
  const offset = rasterOf({ rows, tile: [2, 1], at: [1, 0] });
  const read = tileReader(stackRasters([raster, offset]), undefined, keptBytes).read;
  for (const tile of tiles(columns)) expect(await read(tile)).toHaveLength(2);
  return raster.reads;
}

describe('tileReader', () => {
  it('keeps the tiles that were asked for last, as many as there is room for', async () => {
    const raster = rasterOf({ rows, tile: [2, 1] });
    expect(await readsOf(raster, 6, [0, 1, 2, 0, 1, 2])).toEqual(['0,0', '1,0', '2,0']);
    const again = rasterOf({ rows, tile: [2, 1] });
    expect(await readsOf(again, 6, [0, 1, 2, 0, 3, 0, 2, 1, 3])).toEqual(['0,0', '1,0', '2,0', '3,0', '1,0', '3,0']);
  });

  it('keeps as many tiles as there are layers, however large', async () => {
    expect(await readsOf(rasterOf({ rows, tile: [2, 1] }), 0, [0, 1, 0, 1, 2, 0])).toEqual([
      '0,0',
      '1,0',
      '2,0',
      '0,0',
    ]);
  });

  it('keeps nothing where tilings coincide', async () => {
    const raster = rasterOf({ rows, tile: [2, 1] });
    const read = tileReader(stackRasters([raster, rasterOf({ rows, tile: [2, 1], at: [2, 0] })])).read;
    for (const tile of tiles([0, 0])) await read(tile);
    expect(raster.reads).toEqual(['0,0', '0,0']);
  });
});

describe('readsAhead', () => {
  it('is as many rectangles as fit in 16 MiB, from 1 to 8', () => {
    const wide = (bytes: number) => {
      const raster = rasterOf({ rows: digits('1') });
      return stackRasters([{ ...raster, sampleType: 'float64', tiling: { ...raster.tiling, width: bytes / 8 } }]);
    };
    expect([2 ** 10, 2 ** 21, 2 ** 22, 2 ** 24, 2 ** 26].map((bytes) => readsAhead(wide(bytes)))).toEqual([
      8, 8, 4, 1, 1,
    ]);
  });
});
