import type { Tiling } from '../raster.ts';
import type { Sheet } from './sheet.ts';
import type { Size } from './vrt-sources.ts';

/** Where a file lies in a raster, and how large its tiles are. */
export type PlacedTiles = Pick<Sheet, 'to' | 'from'> & { readonly tile: Size };

/** Tiles that are cut anew are so large that most of the files' tiles lie in one of them. */
const ownSide = 1024;

/**
 * How a raster of several files is cut into tiles. As the files are, where all have tiles of a size
 * and lie whole tiles apart: then each is read once. Else into larger ones, or several together
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

/** Whether, along an axis, all tiles have one size, and files begin where tiles end. */
function fitting(axis: readonly (readonly [first: number, size: number])[]): boolean {
  return axis.every(([first, size]) => size === axis[0]?.[1] && first % size === 0);
}
