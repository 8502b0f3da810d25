import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VrtSource } from './vrt-sources.ts';

/**
 * The path or URL of a source of the VRT at `vrt`. A VRT may come from elsewhere, so it may only
 * name files of its own kind: on a server, files on the same host; in S3, objects in the same
 * bucket. Throws a sentence for any other.
 */
export function sourceUrl(vrt: string, { file, isRelative }: Pick<VrtSource, 'file' | 'isRelative'>): string {
  if (file.includes('\0')) throw new Error(`${JSON.stringify(file)} is not a path`);
  if (/^https?:/i.test(vrt)) return onServer(new URL(vrt), file, isRelative);
  if (/^s3:/i.test(vrt)) return inBucket(new URL(vrt), file, isRelative);
  return besideFile(/^file:/i.test(vrt) ? fileURLToPath(vrt) : vrt, file, isRelative);
}

function besideFile(vrt: string, file: string, isRelative: boolean): string {
  if (/^\/vsi|^[a-z][a-z0-9+.-]+:[/][/]/i.test(file))
    throw new Error(`a local VRT may name local files only; give "${shown(file)}" in a list of files in the catalog`);
  if (isRelative) return resolve(dirname(vrt), file);
  if (isAbsolute(file)) return file;
  throw new Error(`"${shown(file)}" is relative to nothing, expected relativeToVRT="1" or an absolute path`);
}

function onServer(vrt: URL, file: string, isRelative: boolean): string {
  const named = file.replace(/^[/]vsicurl[/]/, '');
  const isWhole = /^https?:[/][/]/i.test(named);
  if (isWhole || isRelative) {
    // A relative name is a plain path: `?` and `#` are part of the name.
    const path = isWhole ? named : named.replaceAll('?', '%3F').replaceAll('#', '%23');
    const url = URL.canParse(path, vrt.href) ? new URL(path, vrt) : undefined;
    if (url?.host === vrt.host && /^https?:$/.test(url.protocol)) {
      url.protocol = vrt.protocol;
      return url.href;
    }
  }
  throw new Error(`a VRT on ${vrt.host} may name files on ${vrt.host} only, got "${shown(file)}"`);
}

function inBucket(vrt: URL, file: string, isRelative: boolean): string {
  const whole = /^(?:[/]vsis3[/]|s3:[/][/])(.*)$/i.exec(file)?.[1];
  if (whole !== undefined || isRelative) {
    const path = (whole === undefined ? file : `//${whole}`).replaceAll(/[%?#]/g, encodeURIComponent);
    const url = URL.canParse(path, vrt.href) ? new URL(path, vrt) : undefined;
    if (url?.host === vrt.host && url.protocol === 's3:') {
      url.search = vrt.search;
      return url.href;
    }
  }
  throw new Error(`a VRT in the bucket ${vrt.host} may name objects of this bucket only, got "${shown(file)}"`);
}

function shown(file: string): string {
  return file.replace(/[?].*$/s, '').slice(-200);
}
