import { freeMemory } from './free-memory.ts';
import type { Raster, Samples, SampleType } from './raster.ts';
import type { Layer, RasterStack } from './stack.ts';

/** A tile of one layer of a stack (by its index): column and row in the raster's own tiling. */
export interface Tile {
  readonly layer: number;
  readonly column: number;
  readonly row: number;
}

type ReadTile = (tile: Tile) => Promise<Samples | undefined>;

export interface TileReader {
  readonly read: ReadTile;
  /** To be told when samples have been visited; nobody may look at them again. */
  readonly release: (samples: Samples) => void;
}

/**
 * Reads tiles of a stack. Where the layers' tiles do not coincide, one tile is needed for several rectangles:
 * then the last `keptBytes` of decoded tiles are kept. Where they do, nothing is.
 */
export function tileReader({ layers }: RasterStack, signal?: AbortSignal, keptBytes = 32 * 2 ** 20): TileReader {
  const read: ReadTile = async ({ layer, column, row }) => layers[layer]!.raster.readTile(column, row, signal);
  const coincide =
    sameCuts(layers.map(({ raster, column }) => [column, raster.grid.width, raster.tiling.width])) &&
    sameCuts(layers.map(({ raster, row }) => [row, raster.grid.height, raster.tiling.height]));
  if (!coincide) return { read: keeping(read, layers, keptBytes), release: () => undefined };
  return { read, release: freeMemory };
}

function keeping(read: ReadTile, layers: readonly Layer[], keptBytes: number): ReadTile {
  const kept = new Map<string, { readonly reading: Promise<Samples | undefined>; readonly bytes: number }>();
  let bytes = 0;
  return (tile) => {
    const key = `${tile.layer} ${tile.column} ${tile.row}`;
    const known = kept.get(key);
    const entry = known ?? { reading: read(tile), bytes: tileBytes(layers[tile.layer]!.raster) };
    // A map lists its keys in the order in which they were set: the first is the one not asked for longest.
    kept.delete(key);
    kept.set(key, entry);
    if (known === undefined) bytes += entry.bytes;
    for (const [oldest, { bytes: freed }] of kept) {
      // However large tiles are, each layer keeps one on average.
      if (bytes <= keptBytes || kept.size <= layers.length) break;
      kept.delete(oldest);
      bytes -= freed;
    }
    return entry.reading;
  };
}

/**
 * How many rectangles may be read at once: of local files up to 8 within 16 MiB of samples; up to 64 within 32 MiB where one of the rasters
 * lies on a server, so that its answers overlap and tiles that lie side by side come with one.
 */
export function readsAhead({ layers }: RasterStack): number {
  const [most, mebibytes] = layers.some(({ raster }) => raster.isRemote) ? [64, 32] : [8, 16];
  const bytes = layers.reduce((sum, { raster }) => sum + tileBytes(raster), 0);
  return Math.max(1, Math.min(most, Math.floor((mebibytes * 2 ** 20) / bytes)));
}

/** Whether no tile of a layer is cut by another's, along an axis where layers begin, have a size, and tiles of a size. */
function sameCuts(axes: readonly (readonly [first: number, size: number, tile: number])[]): boolean {
  const [first, size, tile] = axes[0]!;
  const phase = axes.every((axis) => axis[2] === tile && (axis[0] - first) % tile === 0);
  return (
    phase && (axes.every((axis) => axis[0] + axis[1] === first + size) || axes.every((axis) => axis[1] % tile === 0))
  );
}

const sampleBytes: Record<SampleType, number> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
};

function tileBytes({ tiling, sampleType }: Raster): number {
  return tiling.width * tiling.height * sampleBytes[sampleType];
}
