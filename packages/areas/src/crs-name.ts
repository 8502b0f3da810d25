import { type Crs, crsFromText, isLonLat } from '@catchment/crs';
import type { Problem } from './rings.ts';
import { show } from './show.ts';

/** A CRS that somebody has named. */
export interface NamedCrs {
  /** As it was written. */
  readonly name: string;
  /** Absent: longitude and latitude. */
  readonly crs?: Crs | undefined;
}

/**
 * The CRS of a name: a code (`EPSG:5070`, `[EPSG:5070]`), a URN (`urn:ogc:def:crs:EPSG::5070`) or a URL of OGC's
 * (`http://www.opengis.net/def/crs/EPSG/0/5070`). Only codes are looked up, and nothing else of the name is read: whatever order of axes
 * it implies, x is the longitude or easting. The problem is the end of a sentence.
 */
export function parseCrsName(name: unknown): NamedCrs | Problem {
  const code = typeof name === 'string' ? codeOf(name) : undefined;
  if (code === undefined) return { problem: `is ${show(name)}, ${expected}` };
  const written = name as string;
  if (lonLat.includes(code)) return { name: written };
  if (!/^(EPSG|ESRI):\d{1,9}$/.test(code)) return { problem: `is ${show(name)}, ${expected}` };
  try {
    const crs = crsFromText(code);
    return isLonLat(crs) ? { name: written } : { name: written, crs };
  } catch (error) {
    return { problem: `is ${show(name)}: ${(error as Error).message}` };
  }
}

/** Whether two names mean one CRS. */
export function isSameName(a: NamedCrs, b: NamedCrs): boolean {
  return a.crs?.name === b.crs?.name;
}

const expected = 'expected the code of a CRS such as EPSG:5070 or OGC:CRS84';

/** WGS 84, also with heights, and what lies within a metre or two of it. */
const lonLat = ['OGC:CRS84', 'OGC:CRS84H', 'OGC:CRS83', 'CRS:84', 'CRS:83', 'EPSG:4326', 'EPSG:4269', 'EPSG:4979'];

const forms = [
  /^(?:urn:(?:x-)?ogc:def:crs:)?(\w+):(?:[\d.]*:)?(\w+)$/i,
  /^\[(\w+):(\w+)\]$/,
  /^https?:\/\/(?:www\.)?opengis\.net\/def\/crs\/(\w+)\/[\w.]+\/(\w+)\/?$/i,
  /^https?:\/\/(?:www\.)?opengis\.net\/gml\/srs\/(epsg)\.xml#(\d+)$/i,
];

/** `EPSG:4326` for all ways to write it. */
function codeOf(name: string): string | undefined {
  const short = name.trim().slice(0, 200);
  if (/^CRS\d\dh?$/i.test(short)) return `OGC:${short.toUpperCase()}`;
  for (const form of forms) {
    const [, authority, code] = form.exec(short) ?? [];
    if (authority !== undefined && code !== undefined) return `${authority}:${code}`.toUpperCase();
  }
  return undefined;
}
