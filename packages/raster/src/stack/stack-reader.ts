import { lendOnce } from '../tiles/lent-tile.ts';
import { openTileCache, tileBytes } from '../tiles/tile-cache.ts';
import type { LendTile, LentTile } from '../tiles/tiles.ts';
import type { RasterSet, RasterSets } from './raster-sets.ts';
import type { RasterStack } from './stack.ts';

/** A tile of one raster of a stack (by its index): column and row in the raster's own tiling. */
export interface Tile {
  readonly raster: number;
  readonly column: number;
  readonly row: number;
}

/** Reads tiles for one visit of a stack. */
export interface TileReader {
  read(tile: Tile): Promise<LentTile>;
  /** Waits for running reads, and gives back all tiles that are still lent. */
  close(): Promise<void>;
}

/**
 * Reads tiles of a stack, through the cache of their raster if it has one. If the tiles of the
 * rasters do not coincide, one tile is needed for several rectangles: then this reader keeps the
 * last `keptBytes` of decoded tiles.
 */
export function tileReader({ rasters }: RasterStack, signal?: AbortSignal, keptBytes = 32 * 2 ** 20): TileReader {
  const lend: LendTile = (raster, ...place) => (raster.tileCache?.lend ?? lendOnce)(raster, ...place);
  const coincide =
    sameCuts(rasters.map(({ raster, column }) => [column, raster.grid.width, raster.tiling.width])) &&
    sameCuts(rasters.map(({ raster, row }) => [row, raster.grid.height, raster.tiling.height]));
  // Even if tiles are large, the reader keeps one for each raster on average.
  const own = coincide ? undefined : openTileCache({ mostBytes: keptBytes, leastTiles: rasters.length, lend });
  const lent = new Set<Promise<LentTile>>();
  return {
    async read({ raster, column, row }) {
      const lending = (own?.lend ?? lend)(rasters[raster]!.raster, column, row, signal);
      lent.add(lending);
      const { samples, giveBack } = await lending;
      return {
        samples,
        giveBack: () => {
          giveBack();
          lent.delete(lending);
        },
      };
    },
    async close() {
      for (const lending of await Promise.allSettled(lent))
        if (lending.status === 'fulfilled') lending.value.giveBack();
      own?.clear();
    },
  };
}

/**
 * The number of rectangles that may be read at once, and the number that must have space before
 * others are read.
 */
export interface ReadingAhead {
  readonly most: number;
  readonly together: number;
}

/**
 * The limits of reading ahead. For local files, up to 8 rectangles within 16 MiB of samples, one
 * after the other. If one of the rasters is on a server, up to 64 within 32 MiB, a quarter of them
 * together: its answers overlap, and neighbouring tiles arrive with one answer.
 */
export function readsAhead({ rasters }: RasterStack, { sets }: Pick<RasterSets, 'sets'>): ReadingAhead {
  const isRemote = rasters.some(({ raster }) => raster.isRemote);
  const bytesOf = (set: RasterSet) => [...set].reduce((sum, raster) => sum + tileBytes(rasters[raster]!.raster), 0);
  const bytes = Math.max(...sets.map(bytesOf));
  const within = (mebibytes: number) => Math.max(1, Math.floor((mebibytes * 2 ** 20) / bytes));
  if (!isRemote) return { most: Math.min(8, within(16)), together: 1 };
  const most = Math.min(64, within(32));
  return { most, together: Math.ceil(most / 4) };
}

/**
 * Tells whether no tile of a raster is cut by a tile of another, along an axis where rasters have a
 * start, a size and a tile size.
 */
function sameCuts(axes: readonly (readonly [first: number, size: number, tile: number])[]): boolean {
  const [first, size, tile] = axes[0]!;
  const phase = axes.every((axis) => axis[2] === tile && (axis[0] - first) % tile === 0);
  return (
    phase && (axes.every((axis) => axis[0] + axis[1] === first + size) || axes.every((axis) => axis[1] % tile === 0))
  );
}
