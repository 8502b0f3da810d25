import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { areaEndings, areaFileKind } from '@cellshed/areas';

/** A file that a catalog may be made of. */
export interface Source {
  /** The path or URL as the user names it, or as the folder has it. */
  readonly location: string;
  readonly kind: 'raster' | 'areas';
  /** The user has named its folder, not the file. */
  readonly isFromFolder: boolean;
}

const rasterEndings = ['.tif', '.tiff', '.vrt'];

/**
 * The rasters and polygons that a user names, in his order: files, URLs of rasters, and the files
 * of folders by name. Throws a sentence for what is neither, or is not there.
 */
export async function findSources(named: readonly string[]): Promise<Source[]> {
  const found = await Promise.all(named.map(sourcesAt));
  return found.flat();
}

async function sourcesAt(location: string): Promise<Source[]> {
  const isRemote = isUrl(location);
  if (!isRemote && (await isFolder(location))) return sourcesIn(location);
  const kind = kindOf(isRemote ? location.replace(/[?#].*$/s, '') : location);
  if (kind === undefined)
    throw new Error(
      `${location}: expected a raster that ends in ${rasterEndings.join(', ')}, or polygons in a file that ends in ` +
        `${areaEndings.join(', ')}; gdal_translate -of COG makes a raster of most others`,
    );
  if (kind === 'areas' && isRemote)
    throw new Error(`${location}: polygons are read from files on this machine only; download it first`);
  return [{ location, kind, isFromFolder: false }];
}

/** Whether a location is a URL, not a path. */
export function isUrl(location: string): boolean {
  return /^[a-z0-9+.-]+:\/\//i.test(location);
}

/** The usable files of a folder, by name; folders within are left alone. */
async function sourcesIn(folder: string): Promise<Source[]> {
  const names = (await readdir(folder)).sort();
  const sources = names.flatMap((name): Source[] => {
    const kind = kindOf(name);
    return kind === undefined ? [] : [{ location: join(folder, name), kind, isFromFolder: true }];
  });
  if (sources.length > 0) return sources;
  throw new Error(`${folder}: has no file that ends in ${[...rasterEndings, ...areaEndings].join(', ')}`);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new Error(`${path}: there is no such file or folder`, { cause });
  }
}

function kindOf(location: string): Source['kind'] | undefined {
  if (rasterEndings.some((ending) => location.toLowerCase().endsWith(ending))) return 'raster';
  return areaFileKind(location) === undefined ? undefined : 'areas';
}
