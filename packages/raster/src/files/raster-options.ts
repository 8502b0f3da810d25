import type { Network } from '../bytes/network.ts';
import type { Grid } from '../grid/grid.ts';
import type { TileCache } from '../tiles/tiles.ts';
import type { Sidecars } from './raster-files.ts';

export interface RasterOptions extends Omit<GeotiffOptions, 'url' | 'placed'> {
  /**
   * A GeoTIFF, or a VRT of some, which ends in .vrt: an absolute path, or a file:, http:, https:
   * (of a server that answers range requests) or s3: URL. A raster of several GeoTIFFs on one grid
   * is a list, or a pattern of local files with `*` and `?`: later ones are on top.
   */
  readonly url: string | readonly string[];
}

/** The options for opening one GeoTIFF. */
export interface GeotiffOptions {
  /** The name in messages. */
  readonly name: string;
  readonly url: string;
  /** The band, from 1; default 1. */
  readonly band?: number | undefined;
  /**
   * Replaces the file's own value; `none`: no value means no data. A value that the sample type
   * cannot hold also means none.
   */
  readonly nodata?: number | 'none' | undefined;
  /** `none`: cells that the file's mask or alpha band hides are counted, too. */
  readonly mask?: 'none' | undefined;
  /**
   * Whether files beside it are looked for (`.aux.xml`, `.msk`, a world file). Those that are
   * looked for are part of the version, so that it changes when one appears or disappears.
   */
  readonly sidecars?: Sidecars | undefined;
  /**
   * Whether values are in units (sample × scale + offset, from the file); otherwise they are the
   * samples.
   */
  readonly scaled?: boolean | undefined;
  /** Replaces the CRS of the file: a code, PROJ text or WKT. */
  readonly crs?: string | undefined;
  /** Replaces the file's size and time, or ETag. */
  readonly version?: string | undefined;
  /** The network for remote files; default: one that all rasters without a network share. */
  readonly network?: Network | undefined;
  /**
   * The most other threads that decode tiles together with this one; default: one for each other
   * processor, at most 3. They make a count faster, unless all processors are busy anyway.
   */
  readonly decodeThreads?: number | undefined;
  /** The cache for decoded tiles; default: none. */
  readonly tileCache?: TileCache | undefined;
  /** Replaces the place of the cells in the file; its rows keep their stored order. */
  readonly placed?: Omit<Grid, 'width' | 'height'> | undefined;
}
