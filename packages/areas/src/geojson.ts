import type { Area, Polygons } from './area.ts';
import { crossingWarnings } from './crossings.ts';
import { crsProblem, wgs84 } from './crs-member.ts';
import { isObject, type JsonObject } from './json-object.ts';
import { checkPolygons, countVertices, type FoundPolygon, type Problem } from './rings.ts';
import { show } from './show.ts';

/** What `parseArea` refuses beyond. */
export interface AreaLimits {
  /** Positions in all rings together, the closing ones included. */
  readonly vertices: number;
}

/** Room for the border of a large river basin. `bytes` is for whoever reads the text: parsing sees none. */
export const defaultLimits = { vertices: 250_000, bytes: 16 * 1024 * 1024 } as const;

/**
 * An area from GeoJSON: a Polygon, a MultiPolygon, a GeometryCollection of these, a Feature of any of these, or a
 * FeatureCollection of such features, united. Longitude and latitude, WGS 84; third coordinates are dropped; rings may
 * wind either way; a ring that crosses itself or another is counted by the even–odd rule and named in `warnings`.
 *
 * Whatever else comes is refused with one sentence that names feature, polygon, ring and position, the value and what
 * was expected. It never throws on anything that JSON can express, and counts vertices before it looks at any.
 */
export function parseArea(input: unknown, limits: AreaLimits): { readonly area: Area } | Problem {
  const parsed = parsePolygons(input, limits);
  if ('problem' in parsed) return parsed;
  const { polygons, places } = parsed;
  return { area: { polygons, warnings: crossingWarnings(polygons, places) } };
}

/** Polygons, and what a sentence calls each: `polygon 2, `, or nothing if it is alone. */
export interface ParsedPolygons {
  readonly polygons: Polygons;
  readonly places: readonly string[];
}

/** As `parseArea`, without looking for crossings. */
export function parsePolygons(input: unknown, limits: AreaLimits): ParsedPolygons | Problem {
  const found = findPolygons(input);
  if ('problem' in found) return found;
  const vertices = countVertices(found.polygons);
  if (vertices > limits.vertices) {
    return { problem: `has ${vertices} vertices, at most ${limits.vertices} are allowed` };
  }
  const checked = checkPolygons(found.polygons);
  if ('problem' in checked) return checked;
  return { ...checked, places: found.polygons.map(({ where }) => where) };
}

type Found = { readonly polygons: readonly FoundPolygon[] } | Problem;

const polygonal = 'Polygon or MultiPolygon';

function findPolygons(input: unknown): Found {
  const expected = 'Polygon, MultiPolygon, Feature or FeatureCollection';
  if (!isObject(input)) return { problem: `value is ${show(input)}, expected a ${expected}` };
  if (input.type === 'Feature') return inFeature(input, '');
  if (input.type === 'FeatureCollection') return inMembers(input, 'feature', '', inFeature);
  return inGeometry(input, '', { member: '', expected });
}

function inFeature(feature: JsonObject, where: string): Found {
  if (feature.type !== 'Feature') return { problem: `${where}type is ${showType(feature.type)}, expected Feature` };
  const problem = crsProblem(feature, wgs84);
  if (problem !== undefined) return { problem: where + problem };
  if (!isObject(feature.geometry)) {
    return { problem: `${where}geometry is ${show(feature.geometry)}, expected a ${polygonal}` };
  }
  return inGeometry(feature.geometry, where, { member: 'geometry.', expected: polygonal });
}

function inGeometry(geometry: JsonObject, where: string, call: { member: string; expected: string }): Found {
  const { type, coordinates } = geometry;
  if (type === 'GeometryCollection') return inMembers(geometry, 'geometry', where, inPolygonal);
  if (type !== 'Polygon' && type !== 'MultiPolygon') {
    return { problem: `${where}${call.member}type is ${showType(type)}, expected ${call.expected}` };
  }
  const problem = crsProblem(geometry, wgs84);
  if (problem !== undefined) return { problem: where + problem };
  const part = type === 'Polygon' ? 'ring' : 'polygon';
  const wrong = listProblem(coordinates, `${where}coordinates`, part);
  if (wrong !== undefined) return { problem: wrong };
  if (type === 'Polygon') return { polygons: [{ where, rings: coordinates as unknown[] }] };
  return inPolygons(coordinates as unknown[], where);
}

/** A geometry of a GeometryCollection: collections are not nested any deeper. */
function inPolygonal(geometry: JsonObject, where: string): Found {
  if (geometry.type !== 'GeometryCollection') return inGeometry(geometry, where, { member: '', expected: polygonal });
  return { problem: `${where}type is GeometryCollection, expected ${polygonal}` };
}

function inPolygons(list: readonly unknown[], where: string): Found {
  const polygons: FoundPolygon[] = [];
  for (const [i, rings] of list.entries()) {
    const name = list.length > 1 ? `${where}polygon ${i}` : `${where}polygon`;
    const problem = listProblem(rings, name, 'ring');
    if (problem !== undefined) return { problem };
    polygons.push({ where: list.length > 1 ? `${name}, ` : where, rings: rings as unknown[] });
  }
  return { polygons };
}

/** The polygons of each feature of a FeatureCollection, or of each geometry of a GeometryCollection. */
function inMembers(
  collection: JsonObject,
  noun: 'feature' | 'geometry',
  where: string,
  look: (member: JsonObject, where: string) => Found,
): Found {
  const list = noun === 'feature' ? collection.features : collection.geometries;
  const problem =
    crsProblem(collection, wgs84) ?? listProblem(list, noun === 'feature' ? 'features' : 'geometries', noun);
  if (problem !== undefined) return { problem: where + problem };
  const members = list as readonly unknown[];
  const polygons: FoundPolygon[] = [];
  for (const [i, member] of members.entries()) {
    if (!isObject(member)) return { problem: `${where}${noun} ${i} is ${show(member)}, expected an object` };
    const found = look(member, members.length > 1 ? `${where}${noun} ${i}, ` : where);
    if ('problem' in found) return found;
    for (const polygon of found.polygons) polygons.push(polygon);
  }
  return { polygons };
}

function listProblem(list: unknown, name: string, part: string): string | undefined {
  if (!Array.isArray(list)) return `${name} is ${show(list)}, expected a list with at least one ${part}`;
  return list.length === 0 ? `${name} is empty, expected at least one ${part}` : undefined;
}

/** The name of a type stands without quotation marks where it is a plain word. */
function showType(type: unknown): string {
  return typeof type === 'string' && /^[A-Za-z]{1,40}$/.test(type) ? type : show(type);
}
