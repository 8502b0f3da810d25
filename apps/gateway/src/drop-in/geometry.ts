import { type Area, fingerprintOfLines, type Lines, type NamedCrs, parseArea, parseLines } from '@cellshed/areas';
import type { Budget } from '@cellshed/budget';
import { isRefusal, type Refusal } from '@cellshed/contracts';
import { parseJson } from '../http/json-text.ts';
import { refused } from '../problems/problem-error.ts';
import type { DrawnGeometries } from '../processes/asked.ts';
import type { VertexCount } from '../processes/vertex-count.ts';
import { isEmptyArea, withoutShortLines } from './lenient.ts';

export interface GeometryOptions {
  /** The CRS of the texts. */
  readonly crs: NamedCrs;
  /** The most vertices of one area. */
  readonly vertexLimit: number;
  /** The vertices of all areas and lines of the body. */
  readonly vertices: VertexCount;
  readonly budget: Budget;
}

/** GeoJSON as text, and its path in the body: `input.polygon.0`. */
export interface GeometryText {
  readonly text: string;
  readonly path: string;
}

/** The texts of a list; null stands for none. */
export function textsOf(texts: readonly (string | null)[], path: string): GeometryText[] {
  return texts.flatMap((text, i) => (text === null ? [] : [{ text, path: `${path}.${i}` }]));
}

/**
 * Reads the union of the areas in these texts. Throws a ProblemError (400) with the path, the value
 * and what was expected. As in the original, a geometry other than a Polygon or MultiPolygon is an
 * empty area.
 */
export function readArea(texts: readonly GeometryText[], options: GeometryOptions): Area {
  const ofArea = { vertexLimit: options.vertexLimit, vertices: 0 };
  const areas = texts.map((one) => {
    const area = parsed(one, options, areaIn);
    addVertices(ofArea, area, one.path);
    options.vertices.add(area.polygons.flat(), one.path);
    return area;
  });
  const { crs } = options.crs;
  return {
    polygons: areas.flatMap(({ polygons }) => polygons),
    ...(crs && { crs }),
    warnings: areas.flatMap(({ warnings }) => warnings),
  };
}

/**
 * Adds lines, all together, to `drawn`. As in the original, geometries that are no lines, and lines
 * of one position, are left out.
 */
export function readLines(
  texts: readonly GeometryText[],
  { drawn, ...options }: GeometryOptions & { readonly drawn: DrawnGeometries },
): { readonly drawn: string } {
  const { crs } = options.crs;
  const read = texts.flatMap((one) => {
    const { lines } = parsed(one, options, linesIn);
    options.vertices.add(lines, one.path);
    return lines;
  });
  const lines: Lines = { lines: read, ...(crs && { crs }) };
  const reference = fingerprintOfLines(lines, options.budget);
  drawn.lines.set(reference, Buffer.from(JSON.stringify(lines)));
  return { drawn: reference };
}

/**
 * Throws a ProblemError (400) when the polygons of an area have too many vertices together: each
 * alone was allowed.
 */
function addVertices(counted: { readonly vertexLimit: number; vertices: number }, area: Area, path: string): void {
  for (const ring of area.polygons.flat()) counted.vertices += ring.length;
  const { vertexLimit, vertices } = counted;
  if (vertices <= vertexLimit) return;
  const what = `the polygons of the area, up to this one, have ${vertices} vertices`;
  throw refused({ path, problem: `${what}, at most ${vertexLimit} are allowed` });
}

function areaIn(geojson: unknown, { crs, vertexLimit: vertices, budget }: GeometryOptions): Area | Refusal {
  if (isEmptyArea(geojson)) return { polygons: [], warnings: [] };
  const read = parseArea(geojson, { vertices, crs, budget });
  return isRefusal(read) ? read : read.area;
}

/** Streams may be many: only the length of the body bounds their texts. */
function linesIn(given: unknown, { crs, budget }: GeometryOptions): Lines | Refusal {
  const geojson = withoutShortLines(given);
  if (geojson === undefined) return { lines: [] };
  const read = parseLines(geojson, { vertices: Number.POSITIVE_INFINITY, crs, budget });
  return isRefusal(read) ? read : read.lines;
}

function parsed<Geometry extends object>(
  { text, path }: GeometryText,
  options: GeometryOptions,
  read: (geojson: unknown, options: GeometryOptions) => Geometry | Refusal,
): Geometry {
  const found = read(withoutCrs(parseJson(Buffer.from(text), { what: path, budget: options.budget })), options);
  if (isRefusal(found)) throw refused(found, path);
  return found;
}

/** Takes away the CRS of a geometry: as in the original, only the request's own CRS counts. */
function withoutCrs(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('crs' in json)) return json;
  const { crs, ...others } = json;
  return others;
}
