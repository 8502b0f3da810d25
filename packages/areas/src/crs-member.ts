import { type Budget, unlimited } from '@catchment/budget';
import { isSameName, type NamedCrs, parseCrsName } from './crs-name.ts';
import { isObject, type JsonObject } from './json-object.ts';
import type { Problem } from './rings.ts';
import { show } from './show.ts';

/**
 * The CRS that GeoJSON is in: longitude and latitude, unless it has the member `crs` of before RFC
 * 7946, at whatever level, or the asker has named one (`given`). All that is said must agree, and
 * all parts be in one CRS. Coordinates are longitude or easting first, whatever the name implies. A
 * `crs` that is null says nothing. Throws OverBudget.
 */
export function readCrs(input: unknown, given?: NamedCrs, budget: Budget = unlimited): NamedCrs | Problem {
  const reading: Reading = { budget };
  const problem = readInto(reading, input, { where: '', crs: given, depth: 0 });
  if (problem !== undefined) return { problem };
  return reading.first?.crs ?? given ?? lonLat;
}

const lonLat: NamedCrs = { name: 'longitude and latitude' };

interface Reading {
  readonly budget: Budget;
  /** The first geometry: the others are to be in its CRS. */
  first?: { readonly where: string; readonly crs: NamedCrs };
}

/** Steps of looking at an object, also for what it is made of. */
export const stepsOfMember = 40;

interface Place {
  /** What a sentence calls it. */
  readonly where: string;
  /** What is said of all that it is part of. */
  readonly crs: NamedCrs | undefined;
  readonly depth: number;
}

/** What lies deeper in collections is refused when it is read. */
const deepest = 20;

function readInto(reading: Reading, input: unknown, { where, crs: inherited, depth }: Place): string | undefined {
  reading.budget.spend(stepsOfMember);
  if (!isObject(input) || depth > deepest) return undefined;
  const own = memberOf(input, reading.budget);
  if (own !== undefined && 'problem' in own) return `${where}crs ${own.problem}`;
  if (own && inherited && !isSameName(own, inherited))
    return `${where}crs is ${show(own.name)}, but ${show(inherited.name)} is given for it; expected the same`;
  const crs = own ?? inherited;
  const { type, features, geometries, geometry } = input;
  if (type === 'Feature') return readInto(reading, geometry, { where, crs, depth: depth + 1 });
  const [noun, members] =
    type === 'FeatureCollection' ? ['feature', features] : ['geometry', type === 'GeometryCollection' && geometries];
  if (!Array.isArray(members)) return readOne(reading, where, crs ?? lonLat);
  for (const [i, member] of members.entries()) {
    const place = { where: members.length > 1 ? `${where}${noun} ${i}, ` : where, crs, depth: depth + 1 };
    const problem = readInto(reading, member, place);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function readOne(reading: Reading, where: string, crs: NamedCrs): string | undefined {
  reading.first ??= { where, crs };
  const { first } = reading;
  if (isSameName(crs, first.crs)) return undefined;
  return `${where}crs is ${crs.name}, but ${first.where}crs is ${first.crs.name}; expected one for all`;
}

/** What the member `crs` of an object says, if it says anything. */
function memberOf({ crs }: JsonObject, budget: Budget): NamedCrs | Problem | undefined {
  if (crs === undefined || crs === null) return undefined;
  if (!isObject(crs)) return parseCrsName(crs, budget);
  const properties = isObject(crs.properties) ? crs.properties : {};
  if (crs.type === 'link' || 'href' in properties)
    return { problem: 'is a link, which is not followed: expected the name of a CRS such as EPSG:5070' };
  // Before 2008 there was also {"type": "EPSG", "properties": {"code": 4326}}.
  if (crs.type === 'EPSG' && Number.isInteger(properties.code)) return parseCrsName(`EPSG:${properties.code}`, budget);
  return parseCrsName(properties.name ?? properties.urn, budget);
}
