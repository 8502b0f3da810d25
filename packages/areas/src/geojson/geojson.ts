import { type Budget, unlimited as unlimitedBudget } from '@cellshed/budget';
import { isRefusal } from '@cellshed/contracts';
import type { Area } from '../area.ts';
import { areaWarnings } from '../area-warnings.ts';
import { kindOf, kinds, type LeftOut, leftOut } from '../left-out.ts';
import { drawnPositions } from '../positions.ts';
import {
  checkPolygons,
  countVertices,
  type FoundPolygon,
  type ParsedPolygons,
  type RefusedPolygons,
} from '../rings.ts';
import { show } from '../show.ts';
import { readCrs, stepsOfMember } from './crs-member.ts';
import type { NamedCrs } from './crs-name.ts';
import { isObject, type JsonObject } from './json-object.ts';

/** Options for reading geometries. */
export interface GeometryOptions {
  /** The most positions in all rings together, with the closing ones. */
  readonly vertices: number;
  /**
   * The CRS that the client names. Default: the CRS that the geometry names, else longitude and
   * latitude.
   */
  readonly crs?: NamedCrs | undefined;
  /** The budget for reading and checking. Default: no limit. */
  readonly budget?: Budget | undefined;
}

/**
 * Limits that fit the border of a large river basin. `bytes` is for the caller that reads the text;
 * parsing does not use it.
 */
export const defaultLimits = { vertices: 250_000, bytes: 16 * 1024 * 1024 } as const;

/** No limit, for files of the operator. */
export const unlimited: GeometryOptions = { vertices: Number.POSITIVE_INFINITY };

/**
 * Reads an area from GeoJSON: a Polygon, a MultiPolygon, a GeometryCollection, a Feature of any of
 * these, or a FeatureCollection, which are united. Positions are longitude and latitude, or in the
 * CRS that `options` or a member `crs` names. Third coordinates are dropped, and rings may wind
 * either way.
 *
 * A ring that crosses itself or another ring is counted by the even–odd rule and named in
 * `warnings`. So is a ring that crosses the antimeridian without a cut there. Warnings also name
 * what `checkPolygons` mends and what is left out beside polygons: points and lines (which
 * intersections leave), features without geometry, and empty geometries.
 *
 * Other input is refused with one sentence that names the feature, polygon, ring and position, the
 * value, and what was expected. The function throws nothing but OverBudget for any JSON value, and
 * counts vertices before it looks at one.
 */
export function parseArea(input: unknown, options: GeometryOptions): { readonly area: Area } | RefusedPolygons {
  const parsed = parsePolygons(input, options);
  if (isRefusal(parsed)) return parsed;
  const { polygons, crs } = parsed;
  return { area: { polygons, ...(crs && { crs }), warnings: areaWarnings(parsed, options.budget) } };
}

/** Reads polygons like `parseArea`, but does not look for crossings. */
export function parsePolygons(input: unknown, options: GeometryOptions): ParsedPolygons | RefusedPolygons {
  const { budget = unlimitedBudget } = options;
  const named = readCrs(input, options.crs, budget);
  if (isRefusal(named)) return named;
  const found: Found = { polygons: [], left: leftOut(), budget };
  const problem = findPolygons(input, found);
  if (problem !== undefined) return { problem };
  const vertices = countVertices(found.polygons);
  if (vertices > options.vertices) {
    return { problem: `has ${vertices} vertices, at most ${options.vertices} are allowed` };
  }
  const { crs } = named;
  const checked = checkPolygons(found.polygons, found.left, { check: drawnPositions(crs), budget });
  return isRefusal(checked) || crs === undefined ? checked : { ...checked, crs };
}

/** The polygons and problems found so far. */
interface Found {
  readonly polygons: FoundPolygon[];
  readonly left: LeftOut;
  readonly budget: Budget;
}

/**
 * A place in the input: its name in sentences, the name of its member, and the number of
 * collections around it.
 */
interface Place {
  readonly where: string;
  readonly member: string;
  readonly expected: string;
  readonly depth: number;
}

const polygonal = 'Polygon or MultiPolygon';

/** Types without cells. */
const withoutArea = ['Point', 'MultiPoint', 'LineString', 'MultiLineString'];

/** The most levels of collections; other programs write none. */
const mostDepth = 16;

/** Collects polygons. Returns a sentence if the input has a wrong shape. */
function findPolygons(input: unknown, found: Found): string | undefined {
  const expected = 'Polygon, MultiPolygon, Feature or FeatureCollection';
  if (!isObject(input)) return `value is ${show(input)}, expected a ${expected}${listHint(input)}`;
  if (input.type === 'Feature') return inFeature(input, '', found);
  if (input.type === 'FeatureCollection')
    return inMembers(input.features, { noun: 'feature', where: '', found, look: inFeature });
  return inGeometry(input, { where: '', member: '', expected, depth: 0 }, found);
}

/** A guess at what a list was meant to be. */
function listHint(input: unknown): string {
  if (!Array.isArray(input)) return '';
  if (isObject(input[0])) return ': a list of features stands in {"type": "FeatureCollection", "features": […]}';
  return ': coordinates stand in {"type": "Polygon", "coordinates": […]}';
}

function inFeature(feature: JsonObject, where: string, found: Found): string | undefined {
  if (feature.type !== 'Feature') return `${where}type is ${showType(feature.type)}, expected Feature`;
  const { geometry = null } = feature;
  if (geometry === null) {
    found.left.add(kinds.noGeometry, where, `${where}geometry is ${show(feature.geometry)}, expected a ${polygonal}`);
    return undefined;
  }
  if (!isObject(geometry)) return `${where}geometry is ${show(geometry)}, expected a ${polygonal}`;
  return inGeometry(geometry, { where, member: 'geometry.', expected: polygonal, depth: 0 }, found);
}

function inGeometry(geometry: JsonObject, { where, member, expected, depth }: Place, found: Found): string | undefined {
  found.budget.spend(stepsOfMember);
  const { type, coordinates } = geometry;
  if (type === 'GeometryCollection') {
    if (depth >= mostDepth) return `${where}is nested more than ${mostDepth} collections deep`;
    const look = (one: JsonObject, place: string) =>
      inGeometry(one, { where: place, member: '', expected: polygonal, depth: depth + 1 }, found);
    return inMembers(geometry.geometries, { noun: 'geometry', where, found, look });
  }
  const problem = `${where}${member}type is ${showType(type)}, expected ${expected}`;
  if (typeof type === 'string' && withoutArea.includes(type)) {
    found.left.add(kindOf(type), where, problem);
    return undefined;
  }
  if (type !== 'Polygon' && type !== 'MultiPolygon') return `${problem}${typeHint(geometry)}`;
  if (type === 'Polygon') return addPolygon(coordinates, `${where}coordinates`, { where, found });
  if (!Array.isArray(coordinates)) return listProblem(coordinates, `${where}coordinates`, 'polygon');
  if (coordinates.length === 0) addEmpty(`${where}coordinates`, 'polygon', { where, found });
  for (const [i, rings] of coordinates.entries()) {
    const name = coordinates.length > 1 ? `${where}polygon ${i}` : `${where}polygon`;
    const place = coordinates.length > 1 ? `${name}, ` : where;
    const wrong = addPolygon(rings, name, { where: place, found });
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

type Into = { readonly where: string; readonly found: Found };

function addPolygon(rings: unknown, name: string, { where, found }: Into): string | undefined {
  found.budget.spend(stepsOfMember);
  if (!Array.isArray(rings)) return listProblem(rings, name, 'ring');
  if (rings.length === 0) addEmpty(name, 'ring', { where, found });
  else found.polygons.push({ where, rings });
  return undefined;
}

function addEmpty(name: string, part: string, { where, found }: Into): void {
  found.left.add(kinds.empty, where, `${name} is empty, expected at least one ${part}`);
}

/** The members of a FeatureCollection or a GeometryCollection, and how they are searched. */
interface Members {
  readonly noun: 'feature' | 'geometry';
  readonly where: string;
  readonly found: Found;
  readonly look: (member: JsonObject, where: string, found: Found) => string | undefined;
}

function inMembers(list: unknown, { noun, where, found, look }: Members): string | undefined {
  const name = noun === 'feature' ? 'features' : 'geometries';
  if (!Array.isArray(list)) return where + listProblem(list, name, noun);
  if (list.length === 0) addEmpty(`${where}${name}`, noun, { where, found });
  for (const [i, member] of list.entries()) {
    found.budget.spend(stepsOfMember);
    if (!isObject(member)) return `${where}${noun} ${i} is ${show(member)}, expected an object`;
    const wrong = look(member, list.length > 1 ? `${where}${noun} ${i}, ` : where, found);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function listProblem(list: unknown, name: string, part: string): string {
  return `${name} is ${show(list)}, expected a list with at least one ${part}`;
}

/** The name of a type, without quotation marks if it is a plain word. */
function showType(type: unknown): string {
  return typeof type === 'string' && /^[A-Za-z]{1,40}$/.test(type) ? type : show(type);
}

/**
 * A hint for formats that other programs write into files of the same ending: how to convert them
 * to GeoJSON.
 */
function typeHint({ type, ...members }: JsonObject): string {
  if (type === 'Topology') return ' (TopoJSON: topo2geo or ogr2ogr makes GeoJSON of it)';
  if ('rings' in members || 'geometryType' in members || 'spatialReference' in members)
    return ' (this looks like Esri JSON: ask the service for f=geojson)';
  return '';
}
