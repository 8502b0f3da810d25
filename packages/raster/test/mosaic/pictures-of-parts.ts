import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Raster } from '../../src/tiles/raster.ts';
import { isData, meaningOf } from '../../src/tiles/sample-values.ts';
import { cellsFile } from '../odd-files/tiff-writer.ts';

export interface Picture {
  readonly rows: readonly (readonly number[])[];
  /** The place of its upper left cell. */
  readonly column: number;
  readonly row: number;
  readonly nodata: number | undefined;
  /** Cells of a tile; undefined: one strip. */
  readonly tile: readonly [width: number, height: number] | undefined;
}

export type Kind = 'uint8' | 'int16' | 'float32';

const writing = {
  uint8: { kind: 'unsigned', bits: 8 },
  int16: { kind: 'signed', bits: 16 },
  float32: { kind: 'float', bits: 32 },
} as const;

/**
 * The GeoTIFF of a picture: cells of 30 m, cell (0, 0) of all at (500000, 5000000) in UTM zone 33.
 */
export function pictureFile(kind: Kind, { rows, column, row, nodata, tile }: Picture): Buffer {
  return cellsFile({
    ...writing[kind],
    bands: [rows],
    tile,
    tags: [
      [33922, 'double', [0, 0, 0, 500_000 + 30 * column, 5_000_000 - 30 * row, 0]],
      ...(nodata === undefined ? [] : ([[42113, 'ascii', String(nodata)]] as const)),
    ],
  });
}

/**
 * Pictures with few values, so that many cells are the no-data value of their own picture, or of
 * another.
 */
export function pictures(nodata: fc.Arbitrary<number | undefined>): fc.Arbitrary<Picture> {
  return fc
    .record({
      width: fc.integer({ min: 1, max: 12 }),
      height: fc.integer({ min: 1, max: 9 }),
      column: fc.integer({ min: -7, max: 15 }),
      row: fc.integer({ min: -7, max: 15 }),
      tile: fc.constantFrom(undefined, [4, 4] as const, [5, 3] as const),
      nodata,
      values: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 108, maxLength: 108 }),
    })
    .map(({ width, height, values, ...rest }) => ({
      ...rest,
      rows: Array.from({ length: height }, (_, y) => values.slice(y * width, (y + 1) * width)),
    }));
}

/** All cells, row by row; null: no data. */
export async function cellsOf(raster: Raster): Promise<(number | null)[][]> {
  const { grid, tiling } = raster;
  const meaning = meaningOf(raster);
  const cells = Array.from({ length: grid.height }, () => new Array<number | null>(grid.width).fill(null));
  for (let y = 0; y < tiling.down; y++) {
    for (let x = 0; x < tiling.across; x++) {
      const tile = await raster.readTile(x, y);
      for (let row = y * tiling.height; row < Math.min((y + 1) * tiling.height, grid.height); row++) {
        for (let column = x * tiling.width; column < Math.min((x + 1) * tiling.width, grid.width); column++) {
          const sample = tile?.[(row - y * tiling.height) * tiling.width + column - x * tiling.width];
          if (tile !== undefined && sample === undefined) throw new Error(`tile ${x}, ${y} is too short`);
          cells[row]![column] = sample === undefined || !isData(sample, meaning) ? null : sample;
        }
      }
    }
  }
  return cells;
}

/** A folder of its own for one test. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>) {
  const path = await mkdtemp(join(tmpdir(), 'catchment-mosaic-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return {
    path,
    at: (name: string) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}
