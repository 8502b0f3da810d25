import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';

/**
 * The URL of a raster that is one file, as it is or alone in a list, and no VRT; undefined: it is
 * made of several.
 */
export function singleFile(url: string | readonly string[]): string | undefined {
  const [first = '', ...others] = typeof url === 'string' ? [url] : url;
  return others.length === 0 && first !== '' && !isVrt(first) && !isPattern(first) ? first : undefined;
}

export function isVrt(url: string): boolean {
  return /[.]vrt$/i.test(locationOf(url));
}

/** Whether it stands for local files by their names. A file may have such a name itself. */
export function isPattern(url: string): boolean {
  return /^[/].*[*?]/s.test(url) && !existsSync(url);
}

/** A path, or a URL without its query, which may be a signature: for messages. */
export function locationOf(url: string): string {
  return /^[a-z0-9]+:[/][/]/i.test(url) ? url.replace(/[?#].*$/s, '') : url;
}

/** More than anybody lists; each is looked at for its version. */
export const mostFiles = 100_000;

/**
 * The files of a list, in its order; those of a pattern by their names. Throws a sentence for a
 * pattern without files.
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
  // Only * and ? stand for something else.
  const plain = pattern.replaceAll(/[[{(]/g, '[$&]');
  const files: string[] = [];
  for await (const entry of glob(plain, { withFileTypes: true }))
    if (!entry.isDirectory()) files.push(`${entry.parentPath}/${entry.name}`);
  if (files.length === 0) throw new Error(`no file is called as in ${pattern}`);
  // By code units, as everywhere: not by the language of whoever runs it.
  return files.sort((a, b) => (a < b ? -1 : 1));
}
