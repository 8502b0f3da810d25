import { type Code, isKnownCode } from '../codes.ts';
import { lineOf } from '../tables.ts';

/** The keys of a GeoTIFF that describe its CRS, by their names. */
export type GeoKeys = Readonly<Record<string, unknown>>;

/** The code that stands for none. */
export const userDefined = 32_767;

/** The first number under one of these keys. */
export function number(keys: GeoKeys, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = keys[name];
    const first = typeof value === 'object' && value !== null ? (value as ArrayLike<unknown>)[0] : value;
    if (typeof first === 'number' && Number.isFinite(first)) return first;
  }
  return undefined;
}

/** A code of EPSG or ESRI. No number belongs to both. */
export function codeFrom(value: number | undefined): Code | undefined {
  if (value === undefined || value <= 0 || value === userDefined) return undefined;
  const esri: Code = `ESRI:${value}`;
  return !isKnownCode(`EPSG:${value}`) && isKnownCode(esri) ? esri : `EPSG:${value}`;
}

/** The shift to WGS 84 in the file. */
export function shiftGiven(keys: GeoKeys): string | undefined {
  const given = keys['GeogTOWGS84GeoKey'];
  const numbers = typeof given === 'object' && given !== null ? Array.from(given as ArrayLike<number>) : [];
  return numbers.length === 3 || numbers.length === 7 ? numbers.join(',') : undefined;
}

/** Degrees in the unit of angles. */
export function degreesOf(keys: GeoKeys): number {
  const size = number(keys, 'GeogAngularUnitSizeGeoKey');
  return unitOf(keys, ['GeogAngularUnitsGeoKey'], size === undefined ? undefined : (size * 180) / Math.PI, 1);
}

/** Metres in the unit of lengths. */
export function metresOf(keys: GeoKeys): number {
  return unitOf(
    keys,
    ['ProjLinearUnitsGeoKey'],
    number(keys, 'ProjLinearUnitSizeGeoKey', 'ProjLinearUnitValueGeoKey'),
    1,
  );
}

function unitOf(keys: GeoKeys, names: readonly string[], size: number | undefined, otherwise: number): number {
  const code = number(keys, ...names);
  if (code === undefined) return size ?? otherwise;
  if (code === userDefined) {
    if (size === undefined) throw new Error('its keys do not say how large its unit is');
    return size;
  }
  const known = lineOf('units', String(code))?.[0];
  if (known === undefined) throw new Error(`its unit has the code ${code}, which is not known`);
  return Number(known);
}
