import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { variedRaster } from '../../../../test/varied-raster.ts';
import { openRasterLevels } from '../../src/open-levels.ts';
import { someValues } from '../../src/tiles/some-values.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-some-values-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function valuesOf(name: string, raster: Parameters<typeof variedRaster>[0]): Promise<number[]> {
  const url = join(folder, name);
  writeFileSync(url, variedRaster(raster));
  const { levels, close } = await openRasterLevels({ name, url });
  try {
    return [...(await someValues(levels[0]!))];
  } finally {
    await close();
  }
}

it('all values of a small raster are found, ascending', async () => {
  const values = await valuesOf('small.tif', {
    across: 2,
    down: 1,
    side: 16,
    valueAt: (column, row) => 32 * (row % 4) + column,
  });
  expect(values).toHaveLength(512);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  expect(new Set(values).size).toBe(128);
});

it('of a large one, cells are spread over it', async () => {
  const values = await valuesOf('large.tif', {
    across: 16,
    down: 16,
    side: 64,
    valueAt: (column, row) => Math.floor(column / 64) + 16 * (Math.floor(row / 64) % 8),
  });
  expect(values).toHaveLength(65_536);
  // Every second tile of the sixteen along each side.
  expect(new Set(values.map((value) => value % 16))).toEqual(new Set([1, 3, 5, 7, 9, 11, 13, 15]));
});
