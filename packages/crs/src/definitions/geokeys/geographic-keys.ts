import { type GeographicLine, geographicNamed, geographicOf } from '../codes.ts';
import { shiftsOf } from '../datum.ts';
import { lineOf } from '../tables.ts';
import { codeFrom, degreesOf, type GeoKeys, number, shiftGiven, userDefined } from './key-values.ts';

/** The geographic CRS that the keys name or spell out. */
export function geographicOfKeys(keys: GeoKeys): GeographicLine {
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
