import { hash } from 'node:crypto';
import { groupVersion, versionIfAlone } from '../files/file-group.ts';
import type { RasterOptions } from '../files/raster-options.ts';
import { locationOf } from './file-list.ts';
import { valuesOf, withEach } from './many.ts';

/** The version of each file, in the order in which the files are on top of each other. */
export type FileVersions = ReadonlyMap<string, string>;

/** The URL of a file, and those of possible files beside it. */
export type Group = readonly [url: string, ...besides: string[]];

type Looking = Pick<RasterOptions, 'name' | 'network' | 'version'>;

/**
 * Looks up the current versions of files. If the caller gives one version for all, it is taken.
 * Throws an AggregateError with a sentence for each file that cannot be looked up.
 */
export async function currentVersions(
  groups: readonly Group[],
  { name, network, version }: Looking,
  signal?: AbortSignal,
): Promise<FileVersions> {
  const found = new Map<string, string>();
  const others: Group[] = [];
  for (const group of groups) {
    const [url] = group;
    signal?.throwIfAborted();
    const known = version ?? versionIfAlone(group);
    // The group keeps its place in the order, whenever its version arrives.
    found.set(url, known ?? '');
    if (known === undefined) others.push(group);
  }
  const look = async (group: Group) => {
    try {
      found.set(group[0], await groupVersion(group, { network, signal }));
    } catch (cause) {
      signal?.throwIfAborted();
      throw new Error(`raster ${name}: ${(cause as Error).message}`, { cause });
    }
  };
  valuesOf(name, await withEach(others, look, signal));
  return found;
}

/**
 * The version of a raster of several files. It changes when a file changes, appears, disappears or
 * moves to another place in the order.
 */
export function versionOfAll(files: FileVersions): string {
  return hash('sha256', JSON.stringify(Array.from(files, ([url, version]) => [nameOf(url), version]))).slice(0, 32);
}

/** The name of a file without its folder. */
function nameOf(url: string): string {
  return locationOf(url).replace(/^.*[\\/]/s, '');
}
