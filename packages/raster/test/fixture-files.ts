import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RasterOptions } from '../src/files/raster-options.ts';
import { openRaster } from '../src/open-raster.ts';
import type { Raster } from '../src/tiles/raster.ts';
import type { SampleType } from '../src/tiles/samples.ts';

/** The path of a file in `fixtures`; `make-fixtures.py` makes them. */
export function fixture(...path: string[]): string {
  return join(import.meta.dirname, 'fixtures', ...path);
}

/** Opens a raster, passes it on, and closes it. */
export async function withRaster<T>(
  options: Omit<RasterOptions, 'name'>,
  use: (raster: Raster) => Promise<T> | T,
): Promise<T> {
  const raster = await openRaster({ name: 'soil', ...options });
  try {
    return await use(raster);
  } finally {
    await raster.close();
  }
}

/** All samples, row by row; undefined for sparse tiles. */
export async function allSamples(raster: Raster): Promise<(number | undefined)[]> {
  const { tiling, grid } = raster;
  const samples: (number | undefined)[] = new Array(grid.width * grid.height);
  for (let tileRow = 0; tileRow < tiling.down; tileRow++) {
    for (let tileColumn = 0; tileColumn < tiling.across; tileColumn++) {
      const tile = await raster.readTile(tileColumn, tileRow);
      const [left, top] = [tileColumn * tiling.width, tileRow * tiling.height];
      for (let row = top; row < Math.min(top + tiling.height, grid.height); row++) {
        for (let column = left; column < Math.min(left + tiling.width, grid.width); column++) {
          samples[row * grid.width + column] = tile?.[(row - top) * tiling.width + column - left];
        }
      }
    }
  }
  return samples;
}

const scales: Record<SampleType, (k: number) => number> = {
  uint8: (k) => k,
  int8: (k) => k - 125,
  uint16: (k) => k * 257,
  int16: (k) => (k - 125) * 250,
  uint32: (k) => k * 17_000_000,
  int32: (k) => (k - 125) * 17_000_000,
  float32: (k) => Math.fround((k - 125) / 7),
  float64: (k) => (k - 125) / 7,
};

export const columns = 50;
export const rows = 36;

/**
 * The values of the files in `fixtures/values`, by the same formula as in `make-fixtures.py`. Bands
 * count from 0 here.
 */
export function valueAt(type: SampleType, column: number, row: number, band = 0): number {
  return scales[type]((7 * column + 13 * row + 31 * band + column * row) % 251);
}

export function allValues(type: SampleType, band = 0): number[] {
  return Array.from({ length: columns * rows }, (_, i) => valueAt(type, i % columns, Math.floor(i / columns), band));
}

export async function bytesOf(...path: string[]): Promise<Buffer> {
  return readFile(fixture(...path));
}
