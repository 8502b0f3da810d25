import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databasePlace, isDatabase } from '@catchment/areas';
import { s3Address } from '@catchment/raster';
import type { Fault } from './catalog-error.ts';
import type { DeepPartial } from './read-yaml.ts';
import type { CatalogFile } from './schema.ts';
import { withoutPassword } from './without-password.ts';

/** Where the rasters' and area tables' bytes are. */
export interface Locations {
  /** By member path (`rasters.nlcd.url`, `areas.huc12.source`): an absolute path, or the URL of a raster on a server or of a database. */
  readonly urls: ReadonlyMap<string, string>;
  /** URLs that are wrong or not supported, and local files that are not there or cannot be read. */
  readonly faults: readonly Fault[];
}

/** Resolves the URLs and paths of the file against `folder` and looks whether local files can be read. */
export async function locate(file: DeepPartial<CatalogFile>, folder: string): Promise<Locations> {
  const rasters = Object.entries(file.rasters ?? {}).map(
    ([name, raster]) => [`rasters.${name}.url`, raster?.url] as const,
  );
  const areas = Object.entries(file.areas ?? {}).map(
    ([name, table]) => [`areas.${name}.source`, table?.source] as const,
  );
  const lines = Object.entries(file.lines ?? {}).map(
    ([name, lines]) => [`lines.${name}.source`, lines?.source] as const,
  );
  const urls = new Map<string, string>();
  const faults: Fault[] = [];
  const look = async (member: string, written: string | undefined, schemes: readonly string[]) => {
    if (written === undefined) return;
    const url = resolveUrl(written, folder, schemes);
    const sentence = 'refusal' in url ? url.refusal : url.isRemote ? undefined : await unreadable(url.url);
    if (sentence !== undefined) faults.push({ member, sentence });
    if ('url' in url) urls.set(member, url.url);
  };
  await Promise.all([
    ...rasters.map(([member, url]) => look(member, url, ['http', 'https', 's3', 'file'])),
    ...areas.map(([member, source]) => look(member, source, ['file', 'postgresql'])),
    ...lines.map(([member, source]) => look(member, source, ['file'])),
  ]);
  return { urls, faults };
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
    s3Address(written);
    return { url: written, isRemote: true };
  } catch (error) {
    return { refusal: (error as Error).message };
  }
}

async function unreadable(path: string): Promise<string | undefined> {
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
