import type { Crs } from '../../crs.ts';
import {
  type Code,
  crsOfCode,
  crsOfCodeShifted,
  geographicDefinition,
  geographicNamed,
  isKnownCode,
  projectedDefinition,
  projectedNamed,
} from '../codes.ts';
import { blaming } from '../from-text.ts';
import { usable } from '../usable.ts';
import { crsOfWkt, nameOfWkt } from '../wkt/wkt.ts';
import { geographicOfKeys } from './geographic-keys.ts';
import { codeFrom, type GeoKeys, number, shiftGiven, userDefined } from './key-values.ts';
import { projectionOfKeys } from './projection-keys.ts';

/**
 * The CRS of a GeoTIFF: by its code if that is known, else by the WKT that ESRI's software writes
 * into the citation, else by its other keys, else by the name in its citation. Throws an Error that
 * says what is wrong with it.
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

interface Codes {
  readonly projected?: Code | undefined;
  /** Only for a file that is not projected. */
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
  const make = () => projectedDefinition(projectionOfKeys(keys), geographicOfKeys(keys));
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
