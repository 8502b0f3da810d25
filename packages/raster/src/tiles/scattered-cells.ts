import { lendOnce } from './lent-tile.ts';
import type { Level } from './levels.ts';
import { meaningOf, valueOf } from './sample-values.ts';

/** Places of cells. A column below 0 is none. */
export interface Places {
  readonly columns: Int32Array;
  readonly rows: Int32Array;
}

export interface ScatteredOptions {
  /** The most cells that the tiles may have that are read. */
  readonly mostCells: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The values of cells anywhere in a raster, in the order of their places; NaN for no data, and for
 * no place. Each tile is read once. Undefined: too many would have to be read.
 */
export async function readScattered(
  level: Level,
  places: Places,
  { mostCells, signal }: ScatteredOptions,
): Promise<Float64Array | undefined> {
  const { tiling } = level;
  const byTile = placesByTile(places, level);
  if (byTile.size * tiling.width * tiling.height > mostCells) return undefined;
  const values = new Float64Array(places.columns.length).fill(Number.NaN);
  const meaning = meaningOf(level);
  const lend = level.tileCache?.lend ?? lendOnce;
  for (const [tile, own] of byTile) {
    const [column, row] = [tile % tiling.across, Math.floor(tile / tiling.across)];
    const { samples, giveBack } = await lend(level, column, row, signal);
    const first = row * tiling.height * tiling.width + column * tiling.width;
    if (samples)
      for (const i of own)
        values[i] = valueOf(samples[places.rows[i]! * tiling.width + places.columns[i]! - first]!, meaning);
    giveBack();
  }
  return values;
}

/** The indexes of the places in each tile. */
function placesByTile({ columns, rows }: Places, { tiling }: Level): Map<number, number[]> {
  const byTile = new Map<number, number[]>();
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!;
    if (column < 0) continue;
    const tile = Math.floor(rows[i]! / tiling.height) * tiling.across + Math.floor(column / tiling.width);
    const own = byTile.get(tile);
    if (own) own.push(i);
    else byTile.set(tile, [i]);
  }
  return byTile;
}
