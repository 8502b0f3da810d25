import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';

/**
 * The URL of a raster that is one file (also alone in a list) and no VRT; undefined if it has
 * several files.
 */
export function singleFile(url: string | readonly string[]): string | undefined {
  const [first = '', ...others] = typeof url === 'string' ? [url] : url;
  return others.length === 0 && first !== '' && !isVrt(first) && !isPattern(first) ? first : undefined;
}

export function isVrt(url: string): boolean {
  return /[.]vrt$/i.test(locationOf(url));
}

/**
 * Tells whether a text is a pattern for the names of local files. A file may have such a name
 * itself.
 */
export function isPattern(url: string): boolean {
  return /^[/].*[*?]/s.test(url) && !existsSync(url);
}

/** A path, or a URL without its query, for messages. The query may be a signature. */
export function locationOf(url: string): string {
  return /^[a-z0-9]+:[/][/]/i.test(url) ? url.replace(/[?#].*$/s, '') : url;
}

/** The most files of a raster; the version of each is looked up. */
export const mostFiles = 100_000;

/**
 * The files of a list, in its order, and those of patterns by name. Throws a sentence for a pattern
 * without files.
 */
export async function filesOf(url: string | readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const one of typeof url === 'string' ? [url] : url) {
    if (!isPattern(one)) files.push(one);
    else files.push(...(await matching(one)));
    if (files.length > mostFiles) throw new Error(`it has more than ${mostFiles} files, expected fewer`);
  }
  return files;
}

async function matching(pattern: string): Promise<string[]> {
  // Only * and ? are wildcards.
  const plain = pattern.replaceAll(/[[{(]/g, '[$&]');
  const files: string[] = [];
  for await (const entry of glob(plain, { withFileTypes: true }))
    if (!entry.isDirectory()) files.push(`${entry.parentPath}/${entry.name}`);
  if (files.length === 0) throw new Error(`no file is called as in ${pattern}`);
  // The order is by code units, not by the user's language.
  return files.sort((a, b) => (a < b ? -1 : 1));
}
