import type { BytesSource } from '../bytes/bytes.ts';
import type { BytesOptions } from '../bytes/open-bytes.ts';
import { type GeotiffDirectories, readDirectories } from '../geotiff/geotiff.ts';
import { transformOf } from '../geotiff/geotiff-grid.ts';
import type { GeoTransform } from '../grid/geo-transform.ts';
import { type FileGroup, openFileGroup } from './file-group.ts';
import type { Pam } from './pam.ts';
import { type MaskFile, readMaskFile, readPamFile, readWorld } from './read-sidecar.ts';
import { besideUrl, worldFileUrls } from './sidecars.ts';

export interface FilesOptions extends BytesOptions {
  readonly sidecars?: Sidecars | undefined;
  /** The caller gives the place of the cells. */
  readonly isPlaced: boolean;
  /** The caller gives the CRS. */
  readonly hasCrs: boolean;
}

/**
 * Whether files beside a raster are looked for: `read` or `none`. Default: `read`, but on a web
 * server only if the raster does not contain its own place.
 */
export type Sidecars = 'read' | 'none';

/** A GeoTIFF, and the content of the files beside it. */
export interface RasterFiles extends Pick<FileGroup, 'currentVersion' | 'close'> {
  readonly source: BytesSource;
  readonly directories: GeotiffDirectories;
  readonly pam: Pam | undefined;
  /** The place of the cells, if a file beside the raster contains it. */
  readonly transform: GeoTransform | undefined;
  /** The mask in a separate file; undefined also if the GeoTIFF has its own mask. */
  readonly maskFile: MaskFile | undefined;
  /** The version of all files together, including the missing ones. */
  readonly version: string;
  /** The URL of the GeoTIFF, and those of all files that were looked for beside it. */
  readonly urls: readonly string[];
}

/**
 * Opens a GeoTIFF, and looks for files beside it at the same time. Throws an Error that names the
 * file.
 */
export async function openRasterFiles(url: string, options: FilesOptions): Promise<RasterFiles> {
  const { signal, sidecars, isPlaced } = options;
  const group = await openFileGroup(url, besidesOf(url, options), options);
  try {
    const directories = await readDirectories(group.main, signal);
    const { first, lookFor } = group;
    const isAsked = first.length > 0 || saysWhere(directories.image, options);
    const [pamFile, mask] = isAsked ? first : await lookFor(besidesOf(url, { sidecars: sidecars ?? 'read' }));
    const pam = pamFile && (await readPamFile(pamFile, signal));
    const maskFile = mask && directories.mask === undefined ? await readMaskFile(mask, signal) : undefined;
    const isUnplaced = !isPlaced && !pam?.geoTransform && !transformOf(directories.image);
    const worldFiles = isUnplaced && sidecars !== 'none' ? worldFileUrls(url) : [];
    const transform = pam?.geoTransform ?? (await worldTransform(await lookFor(worldFiles), signal));
    return {
      source: group.main,
      directories,
      pam,
      transform,
      maskFile,
      version: group.version(),
      urls: group.urls(),
      currentVersion: group.currentVersion,
      close: group.close,
    };
  } catch (cause) {
    await group.close();
    throw cause;
  }
}

/** Tells whether a GeoTIFF, or the caller, gives the place of its cells and its CRS. */
function saysWhere(image: Parameters<typeof transformOf>[0], { isPlaced, hasCrs }: FilesOptions): boolean {
  const isUnplaced = !isPlaced && !transformOf(image);
  return !isUnplaced && (hasCrs || Object.keys(image.geoKeys).length > 0);
}

/** The files that are looked for beside a file before it is read. */
export function besidesOf(url: string, { sidecars }: Pick<FilesOptions, 'sidecars'>): string[] {
  if (sidecars === 'none' || (sidecars === undefined && /^https?:/i.test(url))) return [];
  return (['.aux.xml', '.msk'] as const).flatMap((suffix) => besideUrl(url, suffix) ?? []);
}

/** The transform in the first file that is a world file. */
async function worldTransform(
  files: readonly (BytesSource | undefined)[],
  signal: AbortSignal | undefined,
): Promise<GeoTransform | undefined> {
  for (const file of files) {
    if (file) return readWorld(file, signal);
  }
  return undefined;
}
