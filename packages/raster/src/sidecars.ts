import { isPam } from './pam.ts';
import { formOf } from './tiff-directory.ts';
import { readWorldFile } from './world-file.ts';

/** What is added to a raster's URL for files beside it. */
export type Suffix = '.aux.xml' | '.msk';

/**
 * The URL of a file that is called as a raster and a suffix; undefined: there cannot be one. What
 * follows a question mark in a URL of a web server may be a signature for this one object; of S3 it
 * tells the service.
 */
export function besideUrl(url: string, suffix: Suffix): string | undefined {
  const place = placeOf(url);
  return place && place.path + suffix + place.query;
}

/**
 * The URLs at which a world file may lie, in the order in which GDAL looks for it: of r.tif, these
 * are r.tfw, r.tifw and r.wld. On servers names in capitals are looked for only where the raster's
 * are such.
 */
export function worldFileUrls(url: string): string[] {
  const place = placeOf(url);
  if (place === undefined) return [];
  const [, stem = place.path, extension = ''] = /^(.*[^/\\])[.]([^./\\]*)$/s.exec(place.path) ?? [];
  const short = extension.length > 1 ? [`${extension[0]}${extension.at(-1)}w`] : [];
  const long = extension === '' ? [] : [`${extension}w`];
  const names = [...short, ...long, 'wld'].map((name) => name.toLowerCase());
  const isLower = extension === extension.toLowerCase();
  return names.flatMap((name) => {
    const cases = isLower && place.isRemote ? [name] : [name, name.toUpperCase()];
    return cases.map((one) => `${stem}.${one}${place.query}`);
  });
}

function placeOf(
  url: string,
): { readonly path: string; readonly query: string; readonly isRemote: boolean } | undefined {
  if (/^https?:/i.test(url)) return /[?#]/.test(url) ? undefined : { path: url, query: '', isRemote: true };
  if (!/^s3:/i.test(url)) return { path: url, query: '', isRemote: false };
  const [path = '', query] = url.split(/(?=[?])/, 2);
  return { path, query: query ?? '', isRemote: true };
}

/** Whether what a file beside a raster begins with is what its name promises. */
export function isSidecar(url: string, head: Uint8Array): boolean {
  if (/[.]msk([?]|$)/.test(url)) return formOf(head) !== undefined;
  const text = new TextDecoder().decode(head);
  return /[.]aux[.]xml([?]|$)/.test(url) ? isPam(text) : readWorldFile(text) !== undefined;
}
