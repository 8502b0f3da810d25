import { type Area, fingerprintOfLines, type Lines, type NamedCrs, parseArea, parseLines } from '@catchment/areas';
import type { Budget } from '@catchment/budget';
import type { DrawnGeometries } from '../asked.ts';
import { parseJson } from '../json-text.ts';
import { ProblemError } from '../problem-error.ts';
import type { VertexCount } from '../vertex-count.ts';
import { isEmptyArea, withoutShortLines } from './lenient.ts';

export interface GeometryOptions {
  /** The CRS of the texts. */
  readonly crs: NamedCrs;
  /** Of one area. */
  readonly vertexLimit: number;
  /** Of all areas and lines of the body. */
  readonly vertices: VertexCount;
  readonly budget: Budget;
}

/** GeoJSON as text, and what sentences call it: `input.polygon.0`. */
export interface GeometryText {
  readonly text: string;
  readonly member: string;
}

/** The texts of a member that is a list of them; null stands for none. */
export function textsOf(texts: readonly (string | null)[], member: string): GeometryText[] {
  return texts.flatMap((text, i) => (text === null ? [] : [{ text, member: `${member}.${i}` }]));
}

/**
 * The area of these texts, united. Throws a ProblemError (400) that names the member, its value and
 * what was expected. As the original has it, a geometry other than a Polygon or MultiPolygon is an
 * empty area.
 */
export function readArea(texts: readonly GeometryText[], options: GeometryOptions): Area {
  const ofArea = { vertexLimit: options.vertexLimit, vertices: 0 };
  const areas = texts.map((one) => {
    const area = parsed(one, options, areaIn);
    addVertices(ofArea, area, one.member);
    options.vertices.add(area.polygons.flat(), one.member);
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
 * Lines, all together, put among what is drawn. As the original has it, what is no line, or has one
 * position, is left out.
 */
export function readLines(
  texts: readonly GeometryText[],
  { drawn, ...options }: GeometryOptions & { readonly drawn: DrawnGeometries },
): { readonly drawn: string } {
  const { crs } = options.crs;
  const read = texts.flatMap((one) => {
    const { lines } = parsed(one, options, linesIn);
    options.vertices.add(lines, one.member);
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
function addVertices(counted: { readonly vertexLimit: number; vertices: number }, area: Area, member: string): void {
  for (const ring of area.polygons.flat()) counted.vertices += ring.length;
  const { vertexLimit, vertices } = counted;
  if (vertices <= vertexLimit) return;
  const what = `the polygons of the area, up to this one, have ${vertices} vertices`;
  throw new ProblemError(400, `${member}: ${what}, at most ${vertexLimit} are allowed`);
}

interface Problem {
  readonly problem: string;
}

function areaIn(geojson: unknown, { crs, vertexLimit: vertices, budget }: GeometryOptions): Area | Problem {
  if (isEmptyArea(geojson)) return { polygons: [], warnings: [] };
  const read = parseArea(geojson, { vertices, crs, budget });
  return 'problem' in read ? read : read.area;
}

/** Of streams there may be any number: their texts are bounded by the body's length. */
function linesIn(given: unknown, { crs, budget }: GeometryOptions): Lines | Problem {
  const geojson = withoutShortLines(given);
  if (geojson === undefined) return { lines: [] };
  const read = parseLines(geojson, { vertices: Number.POSITIVE_INFINITY, crs, budget });
  return 'problem' in read ? read : read.lines;
}

function parsed<Geometry extends object>(
  { text, member }: GeometryText,
  options: GeometryOptions,
  read: (geojson: unknown, options: GeometryOptions) => Geometry | Problem,
): Geometry {
  const found = read(withoutCrs(parseJson(Buffer.from(text), { what: member, budget: options.budget })), options);
  if ('problem' in found) throw new ProblemError(400, `${member}: ${found.problem}`);
  return found;
}

/** The request says the CRS; as the original has it, a member of the geometry does not. */
function withoutCrs(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('crs' in json)) return json;
  const { crs, ...others } = json;
  return others;
}
