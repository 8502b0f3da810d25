import type { Level } from './levels.ts';
import { readScattered } from './scattered-cells.ts';

/** The tiles along a side of a raster, and the cells along one of a tile, that are looked at. */
const [tilesAlong, cellsAlong] = [8, 32];

/** Values of up to 65,536 cells, spread over the raster, ascending: the same ones each time. */
export async function someValues(level: Level): Promise<Float64Array> {
  const { tiling, grid } = level;
  const columns = spread(tiling.across, tilesAlong).flatMap((tile) =>
    cellsOf(tile * tiling.width, tiling.width, grid.width),
  );
  const rows = spread(tiling.down, tilesAlong).flatMap((tile) =>
    cellsOf(tile * tiling.height, tiling.height, grid.height),
  );
  const places = {
    columns: Int32Array.from(rows.flatMap(() => columns)),
    rows: Int32Array.from(rows.flatMap((row) => columns.map(() => row))),
  };
  const values = await readScattered(level, places, { mostCells: Number.POSITIVE_INFINITY });
  return (values ?? new Float64Array()).filter((value) => !Number.isNaN(value)).sort();
}

/** So many of the first `count` numbers, at equal distances; all where there are fewer. */
function spread(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, i) => Math.floor(((i + 0.5) * count) / taken));
}

/** Some of the cells of a tile that begins at `first`, within the raster. */
function cellsOf(first: number, side: number, end: number): number[] {
  return spread(Math.min(side, end - first), cellsAlong).map((cell) => first + cell);
}
