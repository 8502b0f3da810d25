import { type BytesSource, openBytes } from './bytes.ts';
import { crsFromText } from './crs.ts';
import { crsOfGeoKeys } from './geokeys.ts';
import { type GeotiffTags, readTags } from './geotiff.ts';
import { gridOf } from './geotiff-grid.ts';
import { type StoredTiles, storedTiles } from './geotiff-tiles.ts';
import type { Crs } from './grid.ts';
import { nodataFor, parseNodata } from './nodata.ts';
import type { Raster, SampleType } from './raster.ts';
import { decodeTile } from './tile-decoder.ts';

export interface RasterOptions {
  /** For messages. */
  readonly name: string;
  /** An absolute path, or a file:, http: or https: URL. */
  readonly url: string;
  /** From 1; default 1. */
  readonly band?: number | undefined;
  /** In place of the file's own; `none`: no value means no data. */
  readonly nodata?: number | 'none' | undefined;
  /** In place of what the file says: a code, PROJ text or WKT. */
  readonly crs?: string | undefined;
  /** In place of the file's size and time, or ETag. */
  readonly version?: string | undefined;
}

/**
 * Opens one band of a GeoTIFF at full resolution: its overviews are never read. Throws an Error that names the raster and says
 * what is wrong with the file or, for what is not supported, what would be.
 */
export async function openRaster(options: RasterOptions, signal?: AbortSignal): Promise<Raster> {
  const { name, url, version } = options;
  const inRaster = (cause: unknown) => {
    signal?.throwIfAborted();
    return new Error(`raster ${name}: ${(cause as Error).message}`, { cause });
  };
  const source = await openBytes(url, signal).catch((cause) => {
    throw inRaster(cause);
  });
  try {
    const tags = await readTags(source, signal);
    const tiles = storedTiles(tags, options.band ?? 1);
    return {
      name,
      grid: gridOf(tags, crsOf(tags, options)),
      sampleType: tiles.format.sampleType,
      nodata: nodataOf(tags, options, tiles.format.sampleType),
      tiling: tiles.tiling,
      version: version ?? source.version,
      readTile: tileReader(name, source, tiles),
      currentVersion: async (later) => version ?? (await source.currentVersion(later)),
      close: () => source.close(),
    };
  } catch (cause) {
    await source.close();
    throw inRaster(cause);
  }
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

function tileReader(name: string, source: BytesSource, tiles: StoredTiles): Raster['readTile'] {
  const { tiling, lastRows, format, offsets, byteCounts, firstTile } = tiles;
  return async (column, row, signal) => {
    const index = firstTile + row * tiling.across + column;
    const [offset, length] = [offsets[index] ?? 0, byteCounts[index] ?? 0];
    if (length === 0) return undefined;
    const where = `raster ${name}: tile ${column}, ${row} (bytes ${offset} to ${offset + length - 1} of ${source.location})`;
    const stored = await source.read(offset, length, signal);
    if (stored.length < length) throw new Error(`${where} cannot be read: the file ends after ${stored.length} of them`);
    try {
      return decodeTile(stored, row === tiling.down - 1 ? lastRows : tiling.height, format);
    } catch (cause) {
      throw new Error(`${where} cannot be decoded: ${(cause as Error).message}`, { cause });
    }
  };
}
