import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { geotiffDirectory, geotiffHead } from '../../sample/geotiff-writer.ts';
import { type Patchwork, patchwork, type Rows } from './patches.ts';
import { grid } from './place.ts';

const side = 512;
const compress = promisify(deflate);

/** A raster over which a patchwork of whole tiles is repeated, sharing the bytes of its tiles. */
export interface Whole {
  readonly originX: number;
  readonly originY: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Writes a patchwork as a tiled DEFLATE GeoTIFF, a row of tiles at a time: whole rasters need not
 * fit in memory. The directory comes first, as in a Cloud Optimized GeoTIFF.
 */
export async function writeRaster(path: string, recipe: Patchwork, nodata: number, whole?: Whole): Promise<void> {
  const described = { ...grid, width: recipe.width, height: recipe.height, nodata, ...whole };
  const places = repeated(recipe, described);
  const directory = (offsets: readonly number[], byteCounts: readonly number[]) => {
    const of = (values: readonly number[]) => places.map((place) => values[place] ?? 0);
    return geotiffDirectory(described, { offsets: of(offsets), byteCounts: of(byteCounts), bytes: 1, at: headBytes });
  };
  const file = await open(path, 'w');
  try {
    const { offsets, byteCounts } = await writeTiles(file, recipe, headBytes + directory([], []).length);
    await file.write(geotiffHead(headBytes), 0, null, 0);
    await file.write(directory(offsets, byteCounts), 0, null, headBytes);
  } finally {
    await file.close();
  }
}

/** The bytes before the directory. */
const headBytes = 8;

/** For each tile of the whole raster, row by row, the tile of the patchwork that it shows. */
function repeated(recipe: Pick<Patchwork, 'width' | 'height'>, whole: Pick<Whole, 'width' | 'height'>): number[] {
  const [across, down] = [tilesAlong(whole.width), tilesAlong(whole.height)];
  const [columns, rows] = [tilesAlong(recipe.width), tilesAlong(recipe.height)];
  return Array.from({ length: across * down }, (_, tile) => {
    const [column, row] = [tile % across, Math.floor(tile / across)];
    return (row % rows) * columns + (column % columns);
  });
}

function tilesAlong(cells: number): number {
  return Math.ceil(cells / side);
}

async function writeTiles(file: FileHandle, recipe: Patchwork, start: number) {
  const [offsets, byteCounts]: [number[], number[]] = [[], []];
  let at = start;
  const write = async (tiles: readonly Buffer[]) => {
    for (const tile of tiles) {
      offsets.push(at);
      byteCounts.push(tile.length);
      await file.write(tile, 0, null, at);
      at += tile.length + (tile.length % 2);
    }
  };
  // While one row of tiles is compressed on other threads, the next is made.
  let compressing: Promise<Buffer[]> = Promise.resolve([]);
  for (const rows of patchwork(recipe, side)) {
    await write(await compressing);
    compressing = Promise.all(tilesOf(rows, recipe.width).map((tile) => compress(tile, { level: 6 })));
  }
  await write(await compressing);
  return { offsets, byteCounts };
}

/** Rows cut into tiles; the last ones are filled up with 0. */
function tilesOf({ samples }: Rows, width: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(width / side) }, (_, index) => {
    const [left, right] = [index * side, Math.min(width, (index + 1) * side)];
    const tile = new Uint8Array(side * side);
    for (let row = 0; row < samples.length / width; row++)
      tile.set(samples.subarray(row * width + left, row * width + right), row * side);
    return tile;
  });
}
