import { type LendTile, lendOnce, type SharedTile, shareTile } from './lent-tile.ts';
import type { Tiles } from './raster.ts';
import { sampleBits } from './sample-words.ts';

/** Decoded tiles, kept for all who look at them. */
export interface TileCache {
  /**
   * Lends a tile that is kept, or that somebody has asked for already, or else reads it. What fails
   * is not kept.
   */
  readonly lend: LendTile;
  /**
   * Keeps nothing of what is kept now. What somebody looks at stays valid until he gives it back.
   */
  clear(): void;
}

export interface TileCacheOptions {
  /**
   * Most bytes of samples that are kept. Tiles that are read or looked at when they have to go come
   * on top, until they are given back.
   */
  readonly mostBytes: number;
  /** Tiles that are kept however large they are; default 0. */
  readonly leastTiles?: number;
  /** Where tiles come from; default: from their raster. */
  readonly lend?: LendTile;
}

/**
 * A cache of tiles, by raster and place: a file opened anew is another raster. Those that nobody
 * has asked for longest go first, their memory as soon as nobody looks at them.
 */
export function openTileCache({ mostBytes, leastTiles = 0, lend = lendOnce }: TileCacheOptions): TileCache {
  // A map lists its keys in the order in which they were set: the first is the one not asked for
  // longest.
  const kept = new Map<string, Kept>();
  const numberOf = rasterNumbers();
  let bytes = 0;

  const drop = (key: string, one: Kept) => {
    if (kept.get(key) !== one) return;
    kept.delete(key);
    bytes -= one.bytes;
    one.tile.end();
  };
  const begin = (key: string, raster: Tiles, column: number, row: number): Kept => {
    const tile = shareTile(
      (signal) => lend(raster, column, row, signal),
      () => drop(key, one),
    );
    const one = { tile, bytes: tileBytes(raster) };
    bytes += one.bytes;
    return one;
  };
  const makeRoom = () => {
    for (const [key, oldest] of kept) {
      if (bytes <= mostBytes || kept.size <= leastTiles) break;
      drop(key, oldest);
    }
  };
  return {
    async lend(raster, column, row, signal) {
      signal?.throwIfAborted();
      const key = `${numberOf(raster)} ${column} ${row}`;
      const one = kept.get(key) ?? begin(key, raster, column, row);
      kept.delete(key);
      kept.set(key, one);
      const lent = one.tile.lend(signal);
      makeRoom();
      return lent;
    },
    clear() {
      for (const [key, one] of kept) drop(key, one);
    },
  };
}

interface Kept {
  readonly tile: SharedTile;
  readonly bytes: number;
}

/** Bytes of a decoded tile of a raster. */
export function tileBytes({ tiling, sampleType }: Tiles): number {
  return (tiling.width * tiling.height * sampleBits(sampleType)) / 8;
}

/**
 * Numbers rasters as they come; two are never the same one, though one may have taken the other's
 * place in memory.
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
