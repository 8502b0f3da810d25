import { type Crs, crsFromText, crsOfGeoKeys } from '@catchment/crs';
import { type BytesSource, openBytes } from './bytes.ts';
import { decodeTogether, defaultHelpers } from './decode-crew.ts';
import { freeMemory } from './free-memory.ts';
import { type GeotiffTags, readTags } from './geotiff.ts';
import { gridOf } from './geotiff-grid.ts';
import { type StoredTiles, storedTiles } from './geotiff-tiles.ts';
import type { Network } from './network.ts';
import { nodataFor, parseNodata } from './nodata.ts';
import type { Raster, SampleType } from './raster.ts';
import type { TileCache } from './tile-cache.ts';

export interface RasterOptions {
  /** For messages. */
  readonly name: string;
  /** An absolute path, or a file:, http:, https: (of a server that answers range requests) or s3: URL. */
  readonly url: string;
  /** From 1; default 1. */
  readonly band?: number | undefined;
  /** In place of the file's own; `none`: no value means no data. One that the sample type cannot hold means none, too. */
  readonly nodata?: number | 'none' | undefined;
  /** In place of what the file says: a code, PROJ text or WKT. */
  readonly crs?: string | undefined;
  /** In place of the file's size and time, or ETag. */
  readonly version?: string | undefined;
  /** What a remote file is read through; default: one for all rasters that do not say. */
  readonly network?: Network | undefined;
  /**
   * Most other threads that decode tiles together with this one; default: one for each other processor, 3 at most. The count is sooner done,
   * unless all processors are busy anyway.
   */
  readonly decodeThreads?: number | undefined;
  /** Where decoded tiles are kept; default: nowhere. */
  readonly tileCache?: TileCache | undefined;
}

/**
 * Opens one band of a GeoTIFF at full resolution: its overviews and masks are never read. Throws an Error that names the raster
 * and says what is wrong with the file or, for what is not supported, what would be.
 */
export async function openRaster(options: RasterOptions, signal?: AbortSignal): Promise<Raster> {
  const { name, url, version, network, tileCache, decodeThreads = defaultHelpers } = options;
  const source = await blaming(`raster ${name}: `, signal, openBytes(url, { network, version, signal }));
  try {
    const tags = await blaming(`raster ${name}: `, signal, readTags(source, signal));
    const { tiles, ...described } = await blaming(
      `raster ${name}: cannot use ${source.location}: `,
      signal,
      describe(tags, options),
    );
    return {
      name,
      ...described,
      tiling: tiles.tiling,
      version: version ?? source.version,
      isRemote: source.isRemote,
      readTile: tileReader(name, source, tiles, decodeThreads),
      currentVersion: async (later) =>
        version ?? (await blaming(`raster ${name}: `, later, source.currentVersion(later))),
      tileCache,
      close: () => source.close(),
    };
  } catch (cause) {
    await source.close();
    throw cause;
  }
}

async function describe(tags: GeotiffTags, options: RasterOptions) {
  const tiles = storedTiles(tags, options.band ?? 1);
  const { sampleType } = tiles.format;
  return {
    tiles,
    sampleType,
    grid: gridOf(tags, crsOf(tags, options)),
    nodata: nodataOf(tags, options, sampleType),
  };
}

function crsOf({ geoKeys }: GeotiffTags, { crs }: RasterOptions): Crs {
  if (crs !== undefined) return crsFromText(crs);
  if (Object.keys(geoKeys).length === 0) throw new Error('it names no CRS: give one with crs in the catalog');
  return crsOfGeoKeys(geoKeys);
}

function nodataOf(tags: GeotiffTags, { nodata }: RasterOptions, type: SampleType): number | undefined {
  if (nodata === 'none') return undefined;
  const value = nodata ?? parseNodata(tags.text('GDAL_NODATA') ?? '');
  return value === undefined ? undefined : nodataFor(value, type);
}

function tileReader(name: string, source: BytesSource, tiles: StoredTiles, decodeThreads: number): Raster['readTile'] {
  const { tiling, lastRows, format, offsets, byteCounts, firstTile } = tiles;
  return async (column, row, signal) => {
    if (!(column >= 0 && column < tiling.across && row >= 0 && row < tiling.down)) {
      throw new RangeError(
        `raster ${name}: no tile ${column}, ${row}, expected ${tiling.across} × ${tiling.down} tiles`,
      );
    }
    const index = firstTile + row * tiling.across + column;
    const [offset, length] = [offsets[index]!, byteCounts[index]!];
    if (length === 0) return undefined;
    try {
      const stored = await source.read(offset, length, signal);
      if (stored.length < length) throw new Error(`the file ends after ${stored.length} of these ${length} bytes`);
      const rows = row === tiling.down - 1 ? lastRows : tiling.height;
      const samples = await decodeTogether(stored, rows, format, decodeThreads);
      if (samples.buffer !== stored.buffer) freeMemory(stored);
      return samples;
    } catch (cause) {
      signal?.throwIfAborted();
      const bytes = `bytes ${offset} to ${offset + length - 1} of ${source.location}`;
      throw new Error(`raster ${name}: tile ${column}, ${row} (${bytes}) cannot be read: ${(cause as Error).message}`, {
        cause,
      });
    }
  };
}

/** Awaits; what is thrown becomes a sentence that begins with `blame`, unless the signal asked for it. */
async function blaming<T>(blame: string, signal: AbortSignal | undefined, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(blame + (cause as Error).message, { cause });
  }
}
