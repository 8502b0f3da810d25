import type { GeoKeys } from '@cellshed/crs';
import { tagNumbers } from './tag-names.ts';
import type { Numbers, TagValue } from './tag-values.ts';

/** The names of GeoKeys without `GeoKey`, by the number of the first; numbers follow each other. */
const names: Readonly<Record<number, readonly string[]>> = {
  1024: ['GTModelType', 'GTRasterType', 'GTCitation'],
  2048: [
    ...['GeographicType', 'GeogCitation', 'GeogGeodeticDatum', 'GeogPrimeMeridian', 'GeogLinearUnits'],
    ...['GeogLinearUnitSize', 'GeogAngularUnits', 'GeogAngularUnitSize', 'GeogEllipsoid', 'GeogSemiMajorAxis'],
    ...['GeogSemiMinorAxis', 'GeogInvFlattening', 'GeogAzimuthUnits', 'GeogPrimeMeridianLong', 'GeogTOWGS84'],
  ],
  3072: [
    ...['ProjectedCSType', 'PCSCitation', 'Projection', 'ProjCoordTrans', 'ProjLinearUnits', 'ProjLinearUnitSize'],
    ...['ProjStdParallel1', 'ProjStdParallel2', 'ProjNatOriginLong', 'ProjNatOriginLat', 'ProjFalseEasting'],
    ...['ProjFalseNorthing', 'ProjFalseOriginLong', 'ProjFalseOriginLat', 'ProjFalseOriginEasting'],
    ...['ProjFalseOriginNorthing', 'ProjCenterLong', 'ProjCenterLat', 'ProjCenterEasting', 'ProjCenterNorthing'],
    ...['ProjScaleAtNatOrigin', 'ProjScaleAtCenter', 'ProjAzimuthAngle', 'ProjStraightVertPoleLong'],
    'ProjRectifiedGridAngle',
  ],
  4096: ['VerticalCSType', 'VerticalCitation', 'VerticalDatum', 'VerticalUnits'],
};

const nameOf = new Map(
  Object.entries(names).flatMap(([first, some]) =>
    some.map((name, i) => [Number(first) + i, `${name}GeoKey`] as const),
  ),
);

/**
 * The GeoKeys of a directory by their names, from the values of its tags by their numbers. Throws a
 * part of a sentence.
 */
export function geoKeysOf(values: ReadonlyMap<number, TagValue>): GeoKeys {
  const directory = values.get(tagNumbers.GeoKeyDirectory) as Numbers | undefined;
  if (directory === undefined) return {};
  const [said = 0, there] = [directory[3], Math.floor(directory.length / 4) - 1];
  if (said > there) throw new Error(`its GeoKeys are damaged: it has ${there} of the ${said} that it tells of`);
  const keys: Record<string, unknown> = {};
  for (let at = 4; at <= 4 * said; at += 4) {
    const [key, tag, count, place] = directory.subarray(at, at + 4) as unknown as Key;
    keys[nameOf.get(key) ?? `GeoKey ${key}`] = tag === 0 ? place : partOf(values.get(tag), place, count);
  }
  return keys;
}

/** A key: its number, the tag of its values (0: its place is its value), their count and place. */
type Key = [key: number, tag: number, count: number, place: number];

function partOf(value: TagValue | undefined, place: number, count: number): unknown {
  if (value === undefined)
    throw new Error('its GeoKeys are damaged: a value of them is in a tag that the file does not have');
  // A text ends with a mark of its own.
  if (typeof value === 'string') return value.substring(place, place + count - 1);
  return count === 1 ? value[place] : value.subarray(place, place + count);
}
