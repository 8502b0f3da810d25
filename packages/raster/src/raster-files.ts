import type { BytesOptions, BytesSource } from './bytes.ts';
import { type FileGroup, openFileGroup } from './file-group.ts';
import { type GeotiffDirectories, readDirectories } from './geotiff.ts';
import { transformOf } from './geotiff-grid.ts';
import type { Pam } from './pam.ts';
import { type MaskFile, readMaskFile, readPamFile, readWorld } from './read-sidecar.ts';
import { besideUrl, worldFileUrls } from './sidecars.ts';
import type { GeoTransform } from './world-file.ts';

export interface FilesOptions extends BytesOptions {
  readonly sidecars?: Sidecars | undefined;
  /** Somebody else says where cells lie. */
  readonly isPlaced: boolean;
  /** Somebody else says in which CRS. */
  readonly hasCrs: boolean;
}

/**
 * Whether files beside a raster are looked for: `read`, they are; `none`, they are not. Default:
 * they are, but on a web server only where the raster does not say by itself where it lies.
 */
export type Sidecars = 'read' | 'none';

/** A GeoTIFF, and what the files beside it say of it. */
export interface RasterFiles extends Pick<FileGroup, 'currentVersion' | 'close'> {
  readonly source: BytesSource;
  readonly directories: GeotiffDirectories;
  readonly pam: Pam | undefined;
  /** Where cells lie, if a file beside it says so. */
  readonly transform: GeoTransform | undefined;
  /** The mask in a file of its own; undefined also where the GeoTIFF has one. */
  readonly maskFile: MaskFile | undefined;
  /** That of all files together, also of those that are not there. */
  readonly version: string;
  /** The GeoTIFF's, and those of all that was looked for beside it. */
  readonly urls: readonly string[];
}

/**
 * Opens a GeoTIFF, and looks at the same time for files beside it. Throws an Error that names the
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

/** Whether a GeoTIFF, or somebody else, says where its cells lie and in which CRS. */
function saysWhere(image: Parameters<typeof transformOf>[0], { isPlaced, hasCrs }: FilesOptions): boolean {
  const isUnplaced = !isPlaced && !transformOf(image);
  return !isUnplaced && (hasCrs || Object.keys(image.geoKeys).length > 0);
}

/** What is looked for beside a file before it is known. */
export function besidesOf(url: string, { sidecars }: Pick<FilesOptions, 'sidecars'>): string[] {
  if (sidecars === 'none' || (sidecars === undefined && /^https?:/i.test(url))) return [];
  return (['.aux.xml', '.msk'] as const).flatMap((suffix) => besideUrl(url, suffix) ?? []);
}

/** What the first file says that is a world file. */
async function worldTransform(
  files: readonly (BytesSource | undefined)[],
  signal: AbortSignal | undefined,
): Promise<GeoTransform | undefined> {
  for (const file of files) {
    if (file) return readWorld(file, signal);
  }
  return undefined;
}
