import {
  type Code,
  crsOfCode,
  crsOfCodeShifted,
  type GeographicLine,
  geographicDefinition,
  geographicNamed,
  geographicOf,
  isKnownCode,
  projectedDefinition,
  projectedNamed,
} from './codes.ts';
import type { Crs } from './crs.ts';
import { shiftsOf } from './datum.ts';
import { blaming } from './from-text.ts';
import { methods, type Role, type Roles } from './methods.ts';
import { lineOf } from './tables.ts';
import { usable } from './usable.ts';
import { crsOfWkt, nameOfWkt } from './wkt.ts';

/** The keys of a GeoTIFF that tell its CRS, by their names. */
export type GeoKeys = Readonly<Record<string, unknown>>;

/**
 * The CRS of a GeoTIFF: by its code if it has a known one, else by the WKT that ESRI's software
 * leaves in its citation, else as its keys spell it out, else by the name in its citation. Throws
 * an Error that says what is wrong with it.
 */
export function crsOfGeoKeys(keys: GeoKeys): Crs {
  const { name, make } = sourceOf(keys);
  return blaming(name, make);
}

interface Source {
  readonly name: string;
  readonly make: () => Crs;
}

function sourceOf(keys: GeoKeys): Source {
  const { projected, geographic } = codesOf(keys);
  const shift = shiftGiven(keys);
  if (projected !== undefined && (isKnownCode(projected) || shift !== undefined)) return byCode(projected, shift);
  const citations = citationsOf(keys);
  const wkt = citations.map((citation) => peString.exec(citation)?.[1]).find((text) => text !== undefined);
  if (wkt !== undefined) return { name: nameOfWkt(wkt) ?? 'of the citation', make: () => crsOfWkt(wkt) };
  const code = projected ?? geographic;
  return code === undefined ? spelledOut(keys, citations) : byCode(code, shift);
}

function byCode(code: Code, shift: string | undefined): Source {
  return { name: code, make: () => (shift === undefined ? crsOfCode(code) : crsOfCodeShifted(code, shift)) };
}

const peString = /ESRI PE String\s*=\s*(.*)$/is;
const model = { projected: 1, geographic: 2 };
const userDefined = 32_767;

function number(keys: GeoKeys, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = keys[name];
    const first = typeof value === 'object' && value !== null ? (value as ArrayLike<unknown>)[0] : value;
    if (typeof first === 'number' && Number.isFinite(first)) return first;
  }
  return undefined;
}

/** A code of EPSG or ESRI, which share the numbers between them. */
function codeFrom(value: number | undefined): Code | undefined {
  if (value === undefined || value <= 0 || value === userDefined) return undefined;
  const esri: Code = `ESRI:${value}`;
  return !isKnownCode(`EPSG:${value}`) && isKnownCode(esri) ? esri : `EPSG:${value}`;
}

interface Codes {
  readonly projected?: Code | undefined;
  /** Only of a file that is not projected. */
  readonly geographic?: Code | undefined;
}

function codesOf(keys: GeoKeys): Codes {
  const projected = codeFrom(number(keys, 'ProjectedCSTypeGeoKey', 'ProjectedCRSGeoKey'));
  const geographic = codeFrom(number(keys, 'GeographicTypeGeoKey', 'GeodeticCRSGeoKey'));
  const type = keys['GTModelTypeGeoKey'];
  if (type === model.geographic) return { geographic };
  if (type === model.projected || isProjected(keys)) return { projected };
  return projected === undefined && (type === undefined || type === userDefined) ? { geographic } : { projected };
}

function isProjected(keys: GeoKeys): boolean {
  return (
    keys['GTModelTypeGeoKey'] === model.projected ||
    ['ProjectionGeoKey', 'ProjCoordTransGeoKey'].some((key) => key in keys)
  );
}

function shiftGiven(keys: GeoKeys): string | undefined {
  const given = keys['GeogTOWGS84GeoKey'];
  const numbers = typeof given === 'object' && given !== null ? Array.from(given as ArrayLike<number>) : [];
  return numbers.length === 3 || numbers.length === 7 ? numbers.join(',') : undefined;
}

function citationsOf(keys: GeoKeys): readonly string[] {
  return ['PCSCitationGeoKey', 'GTCitationGeoKey', 'GeogCitationGeoKey'].flatMap((key) => {
    const text = keys[key];
    return typeof text === 'string' ? [text.replace(/[\0|]+$/, '').trim()] : [];
  });
}

function spelledOut(keys: GeoKeys, citations: readonly string[]): Source {
  const hasProjection = number(keys, 'ProjCoordTransGeoKey', 'ProjMethodGeoKey', 'ProjectionGeoKey') !== undefined;
  if (!hasProjection) {
    const named = citations.map(codeNamed).find((code) => code !== undefined);
    if (named !== undefined && (isProjected(keys) || !hasEllipsoid(keys)))
      return { name: named, make: () => crsOfCode(named) };
    if (!isProjected(keys)) {
      const name = citations.at(-1) || 'of the keys';
      return { name, make: () => usable({ name, definition: geographicDefinition(geographicOfKeys(keys)) }) };
    }
  }
  const projection = () => `${projectionText(keys)}${unitText(keys)}`;
  const make = () => projectedDefinition(projection(), geographicOfKeys(keys));
  return {
    name: citations[0] || 'of the keys',
    make: () => {
      const definition = make();
      return usable({ name: definition, definition });
    },
  };
}

function codeNamed(citation: string): Code | undefined {
  return projectedNamed(citation) ?? geographicNamed('crs', citation);
}

function hasEllipsoid(keys: GeoKeys): boolean {
  const names = [
    'GeographicTypeGeoKey',
    'GeodeticCRSGeoKey',
    'GeogGeodeticDatumGeoKey',
    'GeogEllipsoidGeoKey',
    'GeogSemiMajorAxisGeoKey',
  ];
  return names.some((name) => number(keys, name) !== undefined);
}

/** The geographic CRS that the keys name, or spell out. */
function geographicOfKeys(keys: GeoKeys): GeographicLine {
  const code = codeFrom(number(keys, 'GeographicTypeGeoKey', 'GeodeticCRSGeoKey'));
  const shift = shiftGiven(keys);
  const known = code && geographicOf(code);
  if (known) return { ...known, shifts: shift ?? known.shifts };
  if (code) throw new Error(`no such code of a geographic CRS is known (${code})`);
  const datum = number(keys, 'GeogGeodeticDatumGeoKey', 'GeodeticDatumGeoKey');
  const byDatum = datum === undefined || datum === userDefined ? undefined : geographicNamed('datum', String(datum));
  const line = byDatum && geographicOf(byDatum);
  if (line) return { ...line, shifts: shift ?? line.shifts };
  const { a, inverseFlattening } = ellipsoidOf(keys);
  const citation = String(keys['GeogCitationGeoKey'] ?? '');
  const [, name = citation.replace(/\|.*$/s, ''), datumName = name] =
    /GCS Name = ([^|]*)(?:\|Datum = ([^|]*))?/.exec(citation) ?? [];
  const ellipsoid = inverseFlattening === 0 ? `+R=${a}` : `+a=${a} +rf=${inverseFlattening}`;
  const parts = { name, datumName, a, inverseFlattening, meridian: 0, degrees: 1 };
  return { name, text: withMeridian(keys, ellipsoid), shifts: shift ?? shiftsOf(parts) };
}

function ellipsoidOf(keys: GeoKeys): { readonly a: number; readonly inverseFlattening: number } {
  const code = number(keys, 'GeogEllipsoidGeoKey', 'EllipsoidGeoKey');
  const a = number(keys, 'GeogSemiMajorAxisGeoKey', 'EllipsoidSemiMajorAxisGeoKey');
  const b = number(keys, 'GeogSemiMinorAxisGeoKey', 'EllipsoidSemiMinorAxisGeoKey');
  const inverseFlattening = number(keys, 'GeogInvFlatteningGeoKey', 'EllipsoidInvFlatteningGeoKey');
  if (a !== undefined && inverseFlattening !== undefined) return { a, inverseFlattening };
  if (a !== undefined && b !== undefined) return { a, inverseFlattening: a === b ? 0 : a / (a - b) };
  const known = code === undefined || code === userDefined ? undefined : lineOf('ellipsoids', String(code));
  if (known) return { a: Number(known[0]), inverseFlattening: Number(known[1]) };
  throw new Error('its keys give neither a geographic CRS nor a datum nor an ellipsoid');
}

function withMeridian(keys: GeoKeys, text: string): string {
  const longitude = number(keys, 'GeogPrimeMeridianLongGeoKey', 'PrimeMeridianLongitudeGeoKey');
  const code = number(keys, 'GeogPrimeMeridianGeoKey', 'PrimeMeridianGeoKey');
  const known = code === undefined || code === userDefined ? undefined : lineOf('meridians', String(code))?.[0];
  const meridian = known === undefined ? (longitude ?? 0) * degreesOf(keys) : Number(known);
  const unit = degreesOf(keys);
  const words = [
    text.replace(/ \+(pm|degrees)=\S+/g, ''),
    meridian && `+pm=${meridian}`,
    unit !== 1 && `+degrees=${unit}`,
  ];
  return longitude === undefined && known === undefined ? text : words.filter(Boolean).join(' ');
}

/** Degrees in the unit of angles. */
function degreesOf(keys: GeoKeys): number {
  const size = number(keys, 'GeogAngularUnitSizeGeoKey');
  return unitOf(keys, ['GeogAngularUnitsGeoKey'], size === undefined ? undefined : (size * 180) / Math.PI, 1);
}

/** Metres in the unit of lengths. */
function metresOf(keys: GeoKeys): number {
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

function unitText(keys: GeoKeys): string {
  const metres = metresOf(keys);
  return metres === 1 ? '' : ` +to_meter=${metres}`;
}

function projectionText(keys: GeoKeys): string {
  const conversion = number(keys, 'ProjectionGeoKey');
  if (conversion !== undefined && conversion !== userDefined) {
    const [text] = lineOf('conversions', String(conversion)) ?? [];
    if (text === undefined) throw new Error(`its projection has the code ${conversion}, which is not known`);
    return text;
  }
  const number_ = number(keys, 'ProjCoordTransGeoKey', 'ProjMethodGeoKey');
  if (number_ === undefined)
    throw new Error('it has neither a code that is known nor a projection: give its crs in the catalog');
  const method = methodNumbers[number_];
  const write = method && methods[method];
  if (!write)
    throw new Error(`its projection has the number ${number_}, which is not one that Catchment can read from keys`);
  return write(rolesOf(keys), Number(/\+(?:a|R)=(\S+)/.exec(geographicOfKeys(keys).text)?.[1] ?? Number.NaN));
}

/** The numbers of ProjCoordTransGeoKey, and those that GDAL adds. */
const methodNumbers: Readonly<Record<number, string>> = {
  1: 'transversemercator',
  3: 'hotineobliquemercator',
  7: 'mercator',
  8: 'lambertconformalconic2sp',
  9: 'lambertconformalconic1sp',
  10: 'lambertazimuthalequalarea',
  11: 'albersconicequalarea',
  12: 'azimuthalequidistant',
  13: 'equidistantconic',
  14: 'stereographic',
  15: 'polarstereographic',
  16: 'obliquestereographic',
  17: 'equirectangular',
  18: 'cassinisoldner',
  20: 'millercylindrical',
  21: 'orthographic',
  22: 'polyconic',
  23: 'robinson',
  24: 'sinusoidal',
  26: 'newzealandmapgrid',
  27: 'transversemercatorsouthorientated',
  28: 'cylindricalequalarea',
  9815: 'hotineobliquemercatorazimuthcenter',
};

/** Keys of each role, the first that is there counts. */
const keysOfRoles: Readonly<Record<Role, readonly string[]>> = {
  lat0: ['ProjNatOriginLatGeoKey', 'ProjFalseOriginLatGeoKey', 'ProjCenterLatGeoKey'],
  lon0: [
    'ProjNatOriginLongGeoKey',
    'ProjFalseOriginLongGeoKey',
    'ProjCenterLongGeoKey',
    'ProjStraightVertPoleLongGeoKey',
  ],
  lat1: ['ProjStdParallel1GeoKey'],
  lat2: ['ProjStdParallel2GeoKey'],
  latTs: [],
  k: ['ProjScaleAtNatOriginGeoKey', 'ProjScaleAtCenterGeoKey'],
  x0: ['ProjFalseEastingGeoKey', 'ProjFalseOriginEastingGeoKey', 'ProjCenterEastingGeoKey'],
  y0: ['ProjFalseNorthingGeoKey', 'ProjFalseOriginNorthingGeoKey', 'ProjCenterNorthingGeoKey'],
  alpha: ['ProjAzimuthAngleGeoKey'],
  gamma: ['ProjRectifiedGridAngleGeoKey'],
  height: [],
};

function rolesOf(keys: GeoKeys): Roles {
  const [metres, degrees] = [metresOf(keys), degreesOf(keys)];
  const entries = Object.entries(keysOfRoles).flatMap(([role, names]) => {
    const value = number(keys, ...names);
    if (value === undefined) return [];
    const factor = role === 'k' ? 1 : role === 'x0' || role === 'y0' ? metres : degrees;
    return [[role, factor === 1 ? value : value * factor]];
  });
  return Object.fromEntries(entries) as Roles;
}
