import { formOf } from '../geotiff/tiff-form.ts';
import { isPam } from './pam.ts';
import { readWorldFile } from './world-file.ts';

/** The endings of files beside a raster, which are added to its URL. */
export type Suffix = '.aux.xml' | '.msk';

/**
 * The URL of a raster's file with an ending; undefined if there cannot be one. The query of a web
 * URL may be a signature for this one object; that of an S3 URL names the service.
 */
export function besideUrl(url: string, suffix: Suffix): string | undefined {
  const place = placeOf(url);
  return place && place.path + suffix + place.query;
}

/**
 * The URLs of possible world files, in the order in which GDAL looks for them: for r.tif, these are
 * r.tfw, r.tifw and r.wld. On servers, names in capitals are looked for only if the raster's name
 * has capitals.
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

/** Tells whether the first bytes of a file beside a raster fit its name. */
export function isSidecar(url: string, head: Uint8Array): boolean {
  if (/[.]msk([?]|$)/.test(url)) return formOf(head) !== undefined;
  const text = new TextDecoder().decode(head);
  return /[.]aux[.]xml([?]|$)/.test(url) ? isPam(text) : readWorldFile(text) !== undefined;
}
