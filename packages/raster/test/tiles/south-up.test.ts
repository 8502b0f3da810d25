import fc from 'fast-check';
import { countGroups } from '../../src/gather/grouped-count.ts';
import { stackRasters } from '../../src/stack/stack.ts';
import { planTiles } from '../../src/stack/tile-plan.ts';
import { windowSpans } from '../../src/stack/whole-blocks.ts';
import { turnedOver } from '../../src/tiles/south-up.ts';
import { allSamples } from '../fixture-files.ts';
import { type PictureRaster, rasterOf } from '../pictures.ts';

const rowsOf = (width: number, height: number) =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => (y * width + x) % 256));

/** A picture whose file has its rows from south to north. */
function southUp(picture: Parameters<typeof rasterOf>[0], hole = 0): PictureRaster {
  const stored = rasterOf(picture);
  return { ...stored, ...turnedOver(stored, picture.rows.length, hole) };
}

describe('a raster whose rows go upwards', () => {
  const sizes = fc.integer({ min: 1, max: 20 });

  it('has the same cells the other way round, however it is tiled', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, sizes, sizes, sizes, async (width, height, tileWidth, tileHeight) => {
        const rows = rowsOf(width, height);
        const raster = southUp({ rows, tile: [tileWidth, tileHeight] });
        expect(await allSamples(raster)).toEqual([...rows].reverse().flat());
      }),
    );
  });

  it('has the no-data value, or nothing, where tiles are sparse', async () => {
    const rows = rowsOf(2, 5);
    const raster = southUp({ rows, tile: [2, 2], sparse: (_, row) => row < 2, nodata: 99 }, 99);
    expect(await allSamples(raster)).toEqual([
      8,
      9,
      99,
      99,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('aligns with one whose rows go downwards', async () => {
    const rows = rowsOf(13, 17);
    const down = rasterOf({ rows, tile: [4, 4] });
    const up = southUp({ rows: [...rows].reverse(), tile: [5, 6] });
    const stack = stackRasters([down, up]);
    const spans = windowSpans({ firstColumn: 0, endColumn: 13, firstRow: 0, endRow: 17 });
    const { groups } = await countGroups({ stack, spans, tiles: planTiles(stack, spans).runs });
    expect(groups).toEqual(rows.flat().map((value) => ({ values: [value, value], cells: 1 })));
  });

  it('has each tile read about once, in whatever order tiles are read', async () => {
    const raster = southUp({ rows: rowsOf(8, 30), tile: [4, 4] });
    await allSamples(raster);
    expect(raster.reads).toHaveLength(2 * 8);
  });
});
