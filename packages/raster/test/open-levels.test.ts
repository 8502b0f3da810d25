import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRaster, openRasterLevels, readScattered } from '@cellshed/raster';
import { variedRaster } from '../../../test/varied-raster.ts';

const kinds = join(import.meta.dirname, 'fixtures/kinds');
const folder = mkdtempSync(join(tmpdir(), 'catchment-levels-'));
const varied = join(folder, 'varied.tif');
writeFileSync(
  varied,
  variedRaster({ across: 3, down: 2, side: 16, valueAt: (column, row) => (column + 10 * row) % 200 }),
);
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['overview.tif', 'overview-first.tif'])(
  'has the raster and its overview in the same place: %s',
  async (file) => {
    const raster = await openRaster({ name: 'a', url: join(kinds, file) });
    const { levels, version, close } = await openRasterLevels({ name: 'a', url: join(kinds, file) });
    expect(version).toBe(raster.version);
    const [whole, overview, ...others] = levels;
    expect(others).toEqual([]);
    expect(whole?.grid).toEqual(raster.grid);
    expect(await whole?.readTile(0, 0)).toEqual(await raster.readTile(0, 0));
    const { width, height, cellWidth, cellHeight, originX, originY } = raster.grid;
    expect(overview?.grid).toMatchObject({ width: width / 2, height: height / 2, originX, originY });
    expect(overview?.grid).toMatchObject({ cellWidth: 2 * cellWidth, cellHeight: 2 * cellHeight });
    await Promise.all([raster.close(), close()]);
  },
);

it('a raster of several files is its only level', async () => {
  const { levels, close } = await openRasterLevels({ name: 'a', url: [varied, varied] });
  expect(levels.map(({ grid }) => [grid.width, grid.height])).toEqual([[48, 32]]);
  await close();
});

describe('scattered cells', () => {
  const places = { columns: Int32Array.of(47, -1, 0, 20, 0), rows: Int32Array.of(31, 5, 0, 3, 1) };

  it('have their values in the order of their places, whatever tiles they are in', async () => {
    const { levels, close } = await openRasterLevels({ name: 'a', url: varied, nodata: 50 });
    const values = await readScattered(levels[0]!, places, { mostCells: 3 * 256 });
    expect(values).toEqual(Float64Array.of(157, Number.NaN, 0, Number.NaN, 10));
    await close();
  });

  it('are not read where their tiles have more cells than may be', async () => {
    const { levels, close } = await openRasterLevels({ name: 'a', url: varied });
    expect(await readScattered(levels[0]!, places, { mostCells: 3 * 256 - 1 })).toBeUndefined();
    await close();
  });
});
