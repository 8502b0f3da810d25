import { recentlyUsed } from '@cellshed/recent';
import { lendOnce, type SharedTile, shareTile } from './lent-tile.ts';
import { sampleBits } from './sample-words.ts';
import type { LendTile, TileCache, Tiles } from './tiles.ts';

export interface TileCacheOptions {
  /**
   * The most bytes of samples that are kept. Tiles that are in use when they are dropped count in
   * addition, until they are given back.
   */
  readonly mostBytes: number;
  /** The number of tiles that are kept even if they are large; default 0. */
  readonly leastTiles?: number;
  /** Reads the tiles; default: from their raster. */
  readonly lend?: LendTile;
}

/**
 * Opens a cache of tiles, by raster and place. A file that is opened again is another raster. The
 * least recently used tiles are dropped first; their memory is freed when nobody uses them any
 * more.
 */
export function openTileCache({ mostBytes, leastTiles = 0, lend = lendOnce }: TileCacheOptions): TileCache {
  const kept = recentlyUsed<Kept>({
    limit: mostBytes,
    sizeOf: ({ bytes }) => bytes,
    least: leastTiles,
    onDrop: ({ tile }) => tile.end(),
  });
  const numberOf = rasterNumbers();

  const drop = (key: string, one: Kept) => {
    if (kept.peek(key) !== one) return;
    kept.delete(key);
    one.tile.end();
  };
  const begin = (key: string, raster: Tiles, column: number, row: number): Kept => {
    const tile = shareTile(
      (signal) => lend(raster, column, row, signal),
      () => drop(key, one),
    );
    const one: Kept = { tile, bytes: tileBytes(raster) };
    return one;
  };
  return {
    async lend(raster, column, row, signal) {
      signal?.throwIfAborted();
      const key = `${numberOf(raster)} ${column} ${row}`;
      const known = kept.get(key);
      if (known) return known.tile.lend(signal);
      const one = begin(key, raster, column, row);
      // The tile is lent first: it may be dropped at once, if it is too large.
      const lent = one.tile.lend(signal);
      kept.set(key, one);
      return lent;
    },
    clear() {
      for (const key of [...kept.keys()]) drop(key, kept.peek(key) as Kept);
    },
  };
}

interface Kept {
  readonly tile: SharedTile;
  readonly bytes: number;
}

/** The number of bytes of a decoded tile of a raster. */
export function tileBytes({ tiling, sampleType }: Tiles): number {
  return (tiling.width * tiling.height * sampleBits(sampleType)) / 8;
}

/**
 * Numbers rasters in the order in which they appear. Two never get one number, even if one takes
 * the other's place in memory.
 */
function rasterNumbers(): (raster: Tiles) => number {
  const numbers = new WeakMap<Tiles, number>();
  let next = 0;
  return (raster) => {
    const known = numbers.get(raster);
    if (known !== undefined) return known;
    numbers.set(raster, next);
    return next++;
  };
}
