import { isObject, type JsonObject } from './json-object.ts';
import { show } from './show.ts';

/** The CRS names that mean longitude and latitude on WGS 84, as `crsProblem` wants them. */
export const wgs84 = ['CRS84', 'EPSG:4326'] as const;

/**
 * What is wrong with the `crs` member that GeoJSON had before RFC 7946, if it names none of `accepted`
 * (`CRS84`, `EPSG:4326`, …). Absent and null are fine. The order of axes that a URN implies is not honoured: GeoJSON is
 * longitude first, whatever the name.
 */
export function crsProblem(object: JsonObject, accepted: readonly string[]): string | undefined {
  const { crs } = object;
  if (crs === undefined || crs === null) return undefined;
  const properties = isObject(crs) ? crs.properties : undefined;
  const name = isObject(properties) ? properties.name : undefined;
  if (typeof name === 'string' && accepted.includes(codeOf(name))) return undefined;
  return `crs is ${show(name ?? crs)}, expected ${accepted.join(' or ')}`;
}

/** `urn:ogc:def:crs:EPSG::4326`, `http://www.opengis.net/def/crs/EPSG/0/4326` and `epsg:4326` are `EPSG:4326`. */
function codeOf(name: string): string {
  const parts = name.slice(0, 100).toUpperCase().split(/[:/]+/);
  const code = parts.at(-1) ?? '';
  return parts.includes('EPSG') ? `EPSG:${code}` : code;
}
