import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databasePlace, isDatabase } from '@cellshed/areas';
import type { Refusal } from '@cellshed/contracts';
import { filesOf, isPattern } from '@cellshed/raster';
import { readS3Url } from '@cellshed/s3';
import { withoutPassword } from '@cellshed/telling';
import type { DeepPartial } from './read-yaml.ts';
import type { CatalogFile } from './schema.ts';

/** The places of the bytes of rasters and area tables. */
export interface Locations {
  /**
   * Absolute paths, or URLs of rasters on servers and of databases, by their paths in the file
   * (`rasters.nlcd.url`, `areas.huc12.source`).
   */
  readonly urls: ReadonlyMap<string, string>;
  /** URLs that are wrong or not supported, and local files that are not there or cannot be read. */
  readonly faults: readonly Refusal[];
}

/**
 * Resolves the URLs and paths of the file against `folder` and, unless `withoutFiles`, looks
 * whether local files can be read.
 */
export async function locate(
  file: DeepPartial<CatalogFile>,
  folder: string,
  { withoutFiles }: { readonly withoutFiles: boolean },
): Promise<Locations> {
  const urls = new Map<string, string>();
  const look = async (path: string, written: string | undefined, schemes: readonly string[]): Promise<Refusal[]> => {
    if (written === undefined) return [];
    const url = resolveUrl(written, folder, schemes);
    const problem =
      'refusal' in url ? url.refusal : url.isRemote || withoutFiles ? undefined : await unreadable(url.url);
    if ('url' in url) urls.set(path, url.url);
    return problem === undefined ? [] : [{ path, problem }];
  };
  const rasters = Object.entries(file.rasters ?? {}).map(([name, raster]) =>
    mapUrls(raster?.url, `rasters.${name}.url`, (url, path) => look(path, url, ['http', 'https', 's3', 'file'])),
  );
  const areas = Object.entries(file.areas ?? {}).map(([name, table]) =>
    look(`areas.${name}.source`, table?.source, ['file', 'postgresql']),
  );
  const lines = Object.entries(file.lines ?? {}).map(([name, lines]) =>
    look(`lines.${name}.source`, lines?.source, ['file']),
  );
  const faults = await Promise.all([...rasters.flat(), ...areas, ...lines]);
  return { urls, faults: faults.flat() };
}

/** Maps a raster's URL, or each of several, with the path of each in the file. */
export function mapUrls<Url extends string | undefined, T>(
  url: Url | readonly Url[],
  path: string,
  map: (url: Url, path: string) => T,
): T | T[] {
  return Array.isArray(url) ? url.map((one, i) => map(one, `${path}.${i}`)) : map(url as Url, path);
}

type Resolved = { readonly url: string; readonly isRemote: boolean } | { readonly refusal: string };

function resolveUrl(written: string, folder: string, schemes: readonly string[]): Resolved {
  const scheme = /^([a-z][a-z0-9+.-]*):[/][/]/i.exec(written)?.[1]?.toLowerCase();
  if (written.includes('\0')) return { refusal: `${JSON.stringify(written)} is not a path` };
  if (scheme === undefined) return { url: resolve(folder, written), isRemote: false };
  if (schemes.includes('postgresql') && isDatabase(written)) {
    if (databasePlace(written) !== undefined) return { url: written, isRemote: true };
    return {
      refusal: 'expected a URL such as postgresql://user@host:5432/database, its password in PGPASSWORD or PGPASSFILE',
    };
  }
  if (!schemes.includes(scheme)) {
    const known = ['a path', ...schemes.map((name) => `${name}://`)].join(', ');
    return { refusal: `${scheme}:// is not supported; expected one of ${known}; got "${withoutPassword(written)}"` };
  }
  if (scheme !== 'file' && written.includes('*')) {
    return {
      refusal: `a pattern stands for local files only; list those on servers, or give a VRT; got "${withoutPassword(written)}"`,
    };
  }
  if (scheme === 's3') return resolveS3(written);
  if (!URL.canParse(written)) return { refusal: `expected a URL; got "${withoutPassword(written)}"` };
  if (scheme !== 'file') return { url: written, isRemote: true };
  try {
    return { url: fileURLToPath(written), isRemote: false };
  } catch {
    return { refusal: `expected file:///path/to/file; got "${written}"` };
  }
}

function resolveS3(written: string): Resolved {
  try {
    readS3Url(written, 'key');
    return { url: written, isRemote: true };
  } catch (error) {
    return { refusal: (error as Error).message };
  }
}

async function unreadable(path: string): Promise<string | undefined> {
  if (isPattern(path)) {
    return filesOf(path).then(
      () => undefined,
      ({ message }: Error) => message,
    );
  }
  try {
    if (!(await stat(path)).isFile()) return `${path} is not a file`;
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no file ${path}`;
    return `${path} cannot be read: ${message}`;
  }
}
