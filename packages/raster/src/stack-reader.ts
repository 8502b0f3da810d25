import { type LendTile, type LentTile, lendOnce } from './lent-tile.ts';
import type { RasterStack } from './stack.ts';
import { openTileCache, tileBytes } from './tile-cache.ts';

/** A tile of one layer of a stack (by its index): column and row in the raster's own tiling. */
export interface Tile {
  readonly layer: number;
  readonly column: number;
  readonly row: number;
}

/** Reads tiles for one visit of a stack. */
export interface TileReader {
  read(tile: Tile): Promise<LentTile>;
  /** Waits for what is being read, and gives back all that was lent and was not. */
  close(): Promise<void>;
}

/**
 * Reads tiles of a stack, through the cache of their raster if it has one. Where the layers' tiles
 * do not coincide, one tile is needed for several rectangles: then the last `keptBytes` of decoded
 * tiles are kept for this reader.
 */
export function tileReader({ layers }: RasterStack, signal?: AbortSignal, keptBytes = 32 * 2 ** 20): TileReader {
  const lend: LendTile = (raster, ...place) => (raster.tileCache?.lend ?? lendOnce)(raster, ...place);
  const coincide =
    sameCuts(layers.map(({ raster, column }) => [column, raster.grid.width, raster.tiling.width])) &&
    sameCuts(layers.map(({ raster, row }) => [row, raster.grid.height, raster.tiling.height]));
  // However large tiles are, each layer keeps one on average.
  const own = coincide ? undefined : openTileCache({ mostBytes: keptBytes, leastTiles: layers.length, lend });
  const lent = new Set<Promise<LentTile>>();
  return {
    async read({ layer, column, row }) {
      const lending = (own?.lend ?? lend)(layers[layer]!.raster, column, row, signal);
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
 * How many rectangles may be read at once, and for how many of them there must be room before
 * others are read.
 */
export interface ReadingAhead {
  readonly most: number;
  readonly together: number;
}

/**
 * Of local files up to 8 within 16 MiB of samples, one after the other; up to 64 within 32 MiB, a
 * quarter of them together, where one of the rasters lies on a server: its answers overlap, and
 * tiles that lie side by side come with one.
 */
export function readsAhead({ layers }: RasterStack): ReadingAhead {
  const isRemote = layers.some(({ raster }) => raster.isRemote);
  const bytes = layers.reduce((sum, { raster }) => sum + tileBytes(raster), 0);
  const within = (mebibytes: number) => Math.max(1, Math.floor((mebibytes * 2 ** 20) / bytes));
  if (!isRemote) return { most: Math.min(8, within(16)), together: 1 };
  const most = Math.min(64, within(32));
  return { most, together: Math.ceil(most / 4) };
}

/**
 * Whether no tile of a layer is cut by another's, along an axis where layers begin, have a size,
 * and tiles of a size.
 */
function sameCuts(axes: readonly (readonly [first: number, size: number, tile: number])[]): boolean {
  const [first, size, tile] = axes[0]!;
  const phase = axes.every((axis) => axis[2] === tile && (axis[0] - first) % tile === 0);
  return (
    phase && (axes.every((axis) => axis[0] + axis[1] === first + size) || axes.every((axis) => axis[1] % tile === 0))
  );
}
