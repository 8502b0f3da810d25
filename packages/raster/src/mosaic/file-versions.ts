import { hash } from 'node:crypto';
import { groupVersion, versionIfAlone } from '../file-group.ts';
import type { RasterOptions } from '../open-raster.ts';
import { locationOf } from './file-list.ts';
import { valuesOf, withEach } from './many.ts';

/** What each of several files holds, in the order in which they lie on each other. */
export type FileVersions = ReadonlyMap<string, string>;

/** The URL of a file, and of those that may lie beside it. */
export type Group = readonly [url: string, ...besides: string[]];

type Looking = Pick<RasterOptions, 'name' | 'network' | 'version'>;

/**
 * Looks at the versions that files have now; those of an opener who has a word for all of them are
 * this word. Throws an AggregateError with a sentence for each file that cannot be looked at.
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
    // The place in the order is the group's, whenever its version comes.
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
 * The version of a raster that is made of files: another one when any of them changes, comes,
 * leaves or changes its place.
 */
export function versionOfAll(files: FileVersions): string {
  return hash('sha256', JSON.stringify(Array.from(files, ([url, version]) => [nameOf(url), version]))).slice(0, 32);
}

/** What a file is called, wherever its folder lies. */
function nameOf(url: string): string {
  return locationOf(url).replace(/^.*[\\/]/s, '');
}
