import { type Budget, unlimited } from '@cellshed/budget';
import { isRefusal, type Refusal } from '@cellshed/contracts';
import { show } from '../show.ts';
import { isSameName, type NamedCrs, parseCrsName } from './crs-name.ts';
import { isObject, type JsonObject } from './json-object.ts';

/**
 * The CRS of GeoJSON: longitude and latitude, unless the member `crs` (used before RFC 7946, at any
 * level) or the client (`given`) names another. All names must agree, and all geometries must be in
 * one CRS. Coordinates are longitude or easting first, whatever the name implies. A `crs` of null
 * has no effect. Throws OverBudget.
 */
export function readCrs(input: unknown, given?: NamedCrs, budget: Budget = unlimited): NamedCrs | Refusal {
  const reading: Reading = { budget };
  const problem = readInto(reading, input, { where: '', crs: given, depth: 0 });
  if (problem !== undefined) return { problem };
  return reading.first?.crs ?? given ?? lonLat;
}

const lonLat: NamedCrs = { name: 'longitude and latitude' };

interface Reading {
  readonly budget: Budget;
  /** The first geometry: the others must be in its CRS. */
  first?: { readonly where: string; readonly crs: NamedCrs };
}

/** The steps to look at one object, also when its members are read. */
export const stepsOfMember = 40;

interface Place {
  /** The name of this part of the input in sentences. */
  readonly where: string;
  /** The CRS that the objects around it name. */
  readonly crs: NamedCrs | undefined;
  readonly depth: number;
}

/** The most levels that are searched. Deeper collections are refused when they are read. */
const deepest = 20;

function readInto(reading: Reading, input: unknown, { where, crs: inherited, depth }: Place): string | undefined {
  reading.budget.spend(stepsOfMember);
  if (!isObject(input) || depth > deepest) return undefined;
  const namedHere = memberOf(input, reading.budget);
  if (namedHere !== undefined && isRefusal(namedHere)) return `${where}crs ${namedHere.problem}`;
  if (namedHere && inherited && !isSameName(namedHere, inherited))
    return `${where}crs is ${show(namedHere.name)}, but ${show(inherited.name)} is given for it; expected the same`;
  const crs = namedHere ?? inherited;
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

/** The CRS that the member `crs` of an object names, if it names one. */
function memberOf({ crs }: JsonObject, budget: Budget): NamedCrs | Refusal | undefined {
  if (crs === undefined || crs === null) return undefined;
  if (!isObject(crs)) return parseCrsName(crs, budget);
  const properties = isObject(crs.properties) ? crs.properties : {};
  if (crs.type === 'link' || 'href' in properties)
    return { problem: 'is a link, which is not followed: expected the name of a CRS such as EPSG:5070' };
  // Before 2008 there was also {"type": "EPSG", "properties": {"code": 4326}}.
  if (crs.type === 'EPSG' && Number.isInteger(properties.code)) return parseCrsName(`EPSG:${properties.code}`, budget);
  return parseCrsName(properties.name ?? properties.urn, budget);
}
