import { type Crs, crsFromText, crsOfGeoKeys } from '@catchment/crs';
import { bandTiles } from './band-reader.ts';
import { openBytes } from './bytes.ts';
import { defaultHelpers } from './decode-crew.ts';
import { type GeotiffTags, readTags } from './geotiff.ts';
import { gridOf, placedGrid } from './geotiff-grid.ts';
import { storedTiles } from './geotiff-tiles.ts';
import type { Grid } from './grid.ts';
import { singleFile } from './mosaic/file-list.ts';
import type { Network } from './network.ts';
import { fillOfTag, nodataFor, nodataOfTag, parseNodata } from './nodata.ts';
import type { Raster, SampleType } from './raster.ts';
import { isData, meaningOf } from './sample-values.ts';
import { turnedOver } from './south-up.ts';
import type { TileCache } from './tile-cache.ts';

export interface RasterOptions extends Omit<GeotiffOptions, 'url' | 'placed'> {
  /**
   * A GeoTIFF, or a VRT of some, which ends in .vrt: an absolute path, or a file:, http:, https: (of a server that answers range
   * requests) or s3: URL. Several GeoTIFFs on one grid are a list, or local ones a pattern with `*` and `?`: later ones lie on top.
   */
  readonly url: string | readonly string[];
}

/** How one GeoTIFF is opened. */
export interface GeotiffOptions {
  /** For messages. */
  readonly name: string;
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
  /** Where cells lie, in place of what the file says: its rows are taken as they are stored. */
  readonly placed?: Omit<Grid, 'width' | 'height'> | undefined;
}

export type OpenGeotiff = typeof openGeotiff;

/**
 * Opens one band of a raster at full resolution: its overviews and masks are never read. Throws an Error that names the raster
 * and says what is wrong with a file or, for what is not supported, what would be; an AggregateError for several files.
 */
export async function openRaster(options: RasterOptions, signal?: AbortSignal): Promise<Raster> {
  const url = singleFile(options.url);
  if (url !== undefined) return openGeotiff({ ...options, url }, signal);
  // Few rasters are several files.
  const { openMosaic } = await import('./mosaic/open-mosaic.ts');
  return openMosaic(options, openGeotiff, signal);
}

async function openGeotiff(options: GeotiffOptions, signal?: AbortSignal): Promise<Raster> {
  const { name, url, version, network, tileCache, decodeThreads = defaultHelpers } = options;
  const source = await blaming(`raster ${name}: `, signal, openBytes(url, { network, version, signal }));
  try {
    const tags = await blaming(`raster ${name}: `, signal, readTags(source, signal));
    const { tiles, grid, isSouthUp, nodata, fill } = await blaming(
      `raster ${name}: cannot use ${source.location}: `,
      signal,
      describe(tags, options),
    );
    const isHole = !isData(fill, meaningOf({ nodata, sampleType: tiles.format.sampleType }));
    const stored = bandTiles({ name: `raster ${name}`, source, tiles, fill: isHole ? undefined : fill, decodeThreads });
    return {
      name,
      grid,
      nodata,
      ...(isSouthUp ? turnedOver(stored, grid.height, fill) : stored),
      version: version ?? source.version,
      isRemote: source.isRemote,
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

async function describe(tags: GeotiffTags, options: GeotiffOptions) {
  const tiles = storedTiles(tags, options.band ?? 1);
  const { placed } = options;
  const grid = placed ? placedGrid(tags, placed) : gridOf(tags, crsOf(tags, options));
  return { tiles, ...grid, ...nodataOf(tags, options, tiles.format.sampleType) };
}

function crsOf({ geoKeys }: GeotiffTags, { crs }: GeotiffOptions): Crs {
  if (crs !== undefined) return crsFromText(crs);
  if (Object.keys(geoKeys).length === 0) throw new Error('it names no CRS: give one with crs in the catalog');
  return crsOfGeoKeys(geoKeys);
}

/** The no-data value that is meant, and what the cells of sparse tiles hold, which the file's own says. */
function nodataOf(tags: GeotiffTags, { nodata }: GeotiffOptions, type: SampleType) {
  const tag = parseNodata(tags.text('GDAL_NODATA') ?? '');
  const fill = tag === undefined ? 0 : fillOfTag(tag, type);
  if (nodata === 'none') return { nodata: undefined, fill };
  if (nodata !== undefined) return { nodata: nodataFor(nodata, type), fill };
  return { nodata: tag === undefined ? undefined : nodataOfTag(tag, type), fill };
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
