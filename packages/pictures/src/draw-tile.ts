import { type Level, type Places, type RasterLevels, readScattered } from '@cellshed/raster';
import { encode } from 'fast-png';
import { type CellFinder, cellFinder, cellsPerPixel } from './cell-finder.ts';
import type { Colours } from './colours.ts';
import { type TileAddress, tileSide } from './tile-address.ts';

/** The most cells that the tiles of a raster may have that are read for one picture. */
export const mostCells = 2 ** 25;

/** The side of a block of pixels of which one is looked at more closely. */
const blockSide = 16;

/**
 * A tile of a map as PNG: each pixel has the colour of the cell in which its centre lies, of the
 * overview whose cells are nearly as large as pixels, and not larger. Undefined: more cells than
 * `most` would have to be read.
 */
export async function drawTile(
  { levels }: Pick<RasterLevels, 'levels'>,
  address: TileAddress,
  { colours, most = mostCells }: { readonly colours: Colours; readonly most?: number },
): Promise<Uint8Array | undefined> {
  const [whole] = levels as [Level];
  const finder = cellFinder(whole.grid);
  const level = levelFor(levels, cellsInPixel(finder, address));
  const values = await readScattered(level, placesIn(level, whole, { finder, address }), { mostCells: most });
  if (!values) return undefined;
  const { palette, indexOf } = colours;
  const data = Uint8Array.from(values, indexOf);
  return encode({
    width: tileSide,
    height: tileSide,
    data,
    channels: 1,
    depth: 8,
    palette: palette.map((one) => [...one]),
  });
}

/** The coarsest level whose cells are not larger than a pixel, which is so many cells wide. */
function levelFor(levels: readonly Level[], cells: number): Level {
  const [whole] = levels as [Level];
  const fits = ({ grid }: Level) => whole.grid.width / grid.width <= cells * (1 + 1e-9);
  return levels.findLast(fits) ?? whole;
}

/** The width of a pixel in cells of the raster: the median of those all over the tile. */
function cellsInPixel(finder: CellFinder, address: TileAddress): number {
  const widths: number[] = [];
  const pixels = tileSide * 2 ** address.z;
  for (const [, , x, y] of blocksOf(address)) {
    const cells = cellsPerPixel(finder, [x, y], pixels);
    if (Number.isFinite(cells)) widths.push(cells);
  }
  return widths.sort((a, b) => a - b)[widths.length >> 1] ?? 1;
}

/** The first column and row of pixels of each block, and the place of its middle on the map. */
function* blocksOf({ z, x, y }: TileAddress): Generator<[left: number, top: number, x: number, y: number]> {
  const share = (tile: number, pixel: number) => (tile + pixel / tileSide) / 2 ** z;
  for (let top = 0; top < tileSide; top += blockSide)
    for (let left = 0; left < tileSide; left += blockSide)
      yield [left, top, share(x, left + blockSide / 2), share(y, top + blockSide / 2)];
}

/** The cells of a level in which the centres of the pixels of a tile lie, row by row. */
function placesIn(
  level: Level,
  whole: Level,
  { finder, address }: { finder: CellFinder; address: TileAddress },
): Places {
  const { width, height } = level.grid;
  const [across, down] = [width / whole.grid.width, height / whole.grid.height];
  const columns = new Int32Array(tileSide * tileSide).fill(-1);
  const rows = new Int32Array(tileSide * tileSide);
  const pixels = tileSide * 2 ** address.z;
  const centre = (tile: number, pixel: number) => (tile * tileSide + pixel + 0.5) / pixels;
  for (const [left, top, middleX, middleY] of blocksOf(address)) {
    if (!finder.isThere(middleX, middleY)) continue;
    for (let row = top; row < top + blockSide; row++) {
      for (let column = left; column < left + blockSide; column++) {
        const [x, y] = finder.find(centre(address.x, column), centre(address.y, row));
        const [cellColumn, cellRow] = [Math.floor(x * across), Math.floor(y * down)];
        if (!(cellColumn >= 0 && cellColumn < width && cellRow >= 0 && cellRow < height)) continue;
        columns[row * tileSide + column] = cellColumn;
        rows[row * tileSide + column] = cellRow;
      }
    }
  }
  return { columns, rows };
}
