import type { Tiling } from '../tiles/tiles.ts';
import type { Sheet } from './sheet.ts';
import type { Size } from './vrt-sources.ts';

/** The place of a file in a raster, and the size of its tiles. */
export type PlacedTiles = Pick<Sheet, 'to' | 'from'> & { readonly tile: Size };

/** The side of tiles that are cut anew. Most tiles of the files fit into one of them. */
const ownSide = 1024;

/**
 * The tiling of a raster of several files. If all files have tiles of one size and are whole tiles
 * apart, it is theirs: then each tile is read once. Otherwise tiles are larger, or several together
 * along the side on which they fit.
 */
export function mosaicTiling({ width, height }: Size, sheets: readonly PlacedTiles[]): Tiling {
  const [first] = sheets;
  const columns = fitting(sheets.map(({ to, from, tile }) => [to.firstColumn - from.column, tile.width]));
  const rows = fitting(sheets.map(({ to, from, tile }) => [to.firstRow - from.row, tile.height]));
  const isWhole = columns && rows;
  const side = (fits: boolean, size: number, cells: number) => {
    if (isWhole) return size;
    const together = fits && size <= ownSide ? size * Math.floor(ownSide / size) : ownSide;
    return Math.min(together, cells);
  };
  const tile = first?.tile ?? { width: ownSide, height: ownSide };
  const own = { width: side(columns, tile.width, width), height: side(rows, tile.height, height) };
  return { ...own, across: Math.ceil(width / own.width), down: Math.ceil(height / own.height) };
}

/** Tells whether, along an axis, all tiles have one size and files begin where tiles end. */
function fitting(axis: readonly (readonly [first: number, size: number])[]): boolean {
  return axis.every(([first, size]) => size === axis[0]?.[1] && first % size === 0);
}
