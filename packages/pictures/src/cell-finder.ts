import { fromLonLat, toLonLat } from '@cellshed/crs';
import type { Grid } from '@cellshed/raster';
import { worldColumns } from '@cellshed/raster';
import { latitudeAt, longitudeAt } from './tile-address.ts';

/** Finds the place of a point of the map in cells of a grid; NaN where it has none. */
export interface CellFinder {
  /** `x` and `y` are shares of the map, from its western and its northern edge. */
  find(x: number, y: number): [column: number, row: number];
  /** Whether a point is where its place in the grid says: projections fold the far side over. */
  isThere(x: number, y: number): boolean;
}

/** The difference in degrees by which a point may be elsewhere: less than any fold. */
const tolerance = 0.01;

/** A finder of cells. Where columns repeat around the world, they are those of the grid. */
export function cellFinder(grid: Grid): CellFinder {
  const { crs, originX, originY, cellWidth, cellHeight } = grid;
  const [forth, back] = [fromLonLat(crs), toLonLat(crs)];
  const { firstColumn = 0, endColumn = 0 } = worldColumns(grid) ?? {};
  const period = endColumn - firstColumn;
  return {
    find(x, y) {
      const [placeX, placeY] = forth(longitudeAt(x), latitudeAt(y));
      const column = (placeX - originX) / cellWidth;
      const turns = period > 0 ? Math.floor((column - firstColumn) / period) : 0;
      return [column - turns * period, (originY - placeY) / cellHeight];
    },
    isThere(x, y) {
      const [longitude, latitude] = [longitudeAt(x), latitudeAt(y)];
      const [again, againLatitude] = back(...forth(longitude, latitude));
      const off = Math.abs(again - longitude) % 360;
      return Math.min(off, 360 - off) < tolerance && Math.abs(againLatitude - latitude) < tolerance;
    },
  };
}

/** The width of a pixel in cells, at a point of a map that is so many pixels wide. */
export function cellsPerPixel({ find }: CellFinder, [x, y]: readonly [number, number], pixels: number): number {
  const step = 1 / pixels;
  const [[column, row], [right, rightRow], [low, lowRow]] = [find(x, y), find(x + step, y), find(x, y + step)];
  return Math.sqrt(Math.abs((right - column) * (lowRow - row) - (low - column) * (rightRow - row)));
}
