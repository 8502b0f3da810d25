import { type Area, fingerprintOfArea, fingerprintOfLines, type Lines, parseArea, parseLines } from '@catchment/areas';
import { areaPath, linesPath } from '@catchment/jobs';
import { refuseDeep } from '../depth.ts';
import { ProblemError } from '../problem.ts';
import type { Drawn } from '../resolve-area.ts';
import type { ToLonLat } from './crs.ts';

export interface GeometryOptions {
  readonly toLonLat: ToLonLat;
  readonly vertexLimit: number;
  /** What is read is put here. */
  readonly drawn: Drawn;
}

/** GeoJSON as text, and what sentences call it: `input.polygon.0`. */
export interface GeometryText {
  readonly text: string;
  readonly member: string;
}

/** The texts of a member that is a list of them. */
export function textsOf(texts: readonly string[], member: string): GeometryText[] {
  return texts.map((text, i) => ({ text, member: `${member}.${i}` }));
}

/**
 * Always a drawn area, whatever it is called there, so that no polygon is ever taken for a well-known area. Several texts are united.
 * Throws a ProblemError (400) that names the member, its value and what was expected.
 */
export function readArea(texts: readonly GeometryText[], options: GeometryOptions): { readonly drawn: string } {
  const areas = texts.map((one) => parsed(one, options, areaIn));
  const area: Area = {
    polygons: areas.flatMap(({ polygons }) => polygons),
    warnings: areas.flatMap(({ warnings }) => warnings),
  };
  const reference = fingerprintOfArea(area);
  options.drawn.set(areaPath(reference), Buffer.from(JSON.stringify(area)));
  return { drawn: reference };
}

/** The same for lines, all together; there may be none. */
export function readLines(texts: readonly GeometryText[], options: GeometryOptions): { readonly drawn: string } {
  const lines: Lines = texts.flatMap((one) => parsed(one, options, linesIn));
  const reference = fingerprintOfLines(lines);
  options.drawn.set(linesPath(reference), Buffer.from(JSON.stringify(lines)));
  return { drawn: reference };
}

interface Problem {
  readonly problem: string;
}

function areaIn(geojson: unknown, vertices: number): Area | Problem {
  const read = parseArea(geojson, { vertices });
  return 'problem' in read ? read : read.area;
}

/** Of streams there may be any number: their texts are bounded by the body's length. */
function linesIn(geojson: unknown): Lines | Problem {
  const read = parseLines(geojson, { vertices: Number.POSITIVE_INFINITY });
  return 'problem' in read ? read : read.lines;
}

function parsed<Geometry extends object>(
  { text, member }: GeometryText,
  { toLonLat, vertexLimit }: GeometryOptions,
  read: (geojson: unknown, vertices: number) => Geometry | Problem,
): Geometry {
  const found = read(toLonLat(jsonIn(text, member), member), vertexLimit);
  if ('problem' in found) throw new ProblemError(400, `${member}: ${found.problem}`);
  return found;
}

function jsonIn(text: string, member: string): unknown {
  const json = parsedJson(text, member);
  refuseDeep(json, member);
  return json;
}

function parsedJson(text: string, member: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemError(400, `${member}: is not JSON: ${(error as Error).message}`);
  }
}
