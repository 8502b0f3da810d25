import { createHash } from 'node:crypto';
import type { Crs } from '@catchment/crs';
import type { Position } from './area.ts';
import { readCrs } from './crs-member.ts';
import { inCrs } from './fingerprint.ts';
import type { GeometryOptions } from './geojson.ts';
import { isObject, type JsonObject } from './json-object.ts';
import { drawnPositions, type PositionProblem } from './positions.ts';
import type { Problem } from './rings.ts';
import { count, show } from './show.ts';

/** At least two positions. */
export type Line = readonly Position[];

/** Lines, such as streams. */
export interface Lines {
  /** As the source has them, digit for digit. */
  readonly lines: readonly Line[];
  /** As that of an area. */
  readonly crs?: Crs | undefined;
}

const expected = 'LineString, MultiLineString, GeometryCollection, Feature or FeatureCollection';

/**
 * Lines from GeoJSON: a LineString, a MultiLineString, a GeometryCollection of these, a Feature of any of these, or a
 * FeatureCollection of such features; features without geometry are passed by, and an empty collection has no lines. In the CRS
 * that an area would be in; third coordinates are dropped. Whatever else comes is refused with one sentence that names feature, line
 * and position, the value and what was expected; `options.vertices` bounds the positions of all lines together.
 */
export function parseLines(input: unknown, options: GeometryOptions): { readonly lines: Lines } | Problem {
  const named = readCrs(input, options.crs);
  if ('problem' in named) return named;
  const { crs } = named;
  const found: FoundLine[] = [];
  const problem = findLines(input, '', found);
  if (problem !== undefined) return { problem };
  const vertices = found.reduce((sum, { positions }) => sum + positions.length, 0);
  if (vertices > options.vertices)
    return { problem: `has ${vertices} vertices, at most ${options.vertices} are allowed` };
  const positionProblem = drawnPositions(crs);
  const lines: Line[] = [];
  for (const { where, positions } of found) {
    const wrong = lineProblem(positions, positionProblem);
    if (wrong !== undefined) return { problem: where + wrong };
    // Adding 0 makes 0 of −0.
    lines.push((positions as readonly Position[]).map(([x, y]): Position => [x + 0, y + 0]));
  }
  return { lines: { lines, ...(crs && { crs }) } };
}

/** 64 hexadecimal digits that name lines: the same for the same lines in the same CRS in any order, each from either end. */
export function fingerprintOfLines({ lines, crs }: Lines): string {
  const digests = lines.map((line) => {
    const [forth, back] = [digestOf(line), digestOf(line.toReversed())];
    return forth < back ? forth : back;
  });
  return createHash('sha256')
    .update([inCrs('lines', crs), ...digests.sort()].join(' '))
    .digest('hex');
}

interface FoundLine {
  /** What a sentence calls it. */
  readonly where: string;
  readonly positions: readonly unknown[];
}

/** Gathers lines; answers what is wrong with the shape of the input. */
function findLines(input: unknown, where: string, found: FoundLine[]): string | undefined {
  if (!isObject(input)) return `${where || 'value '}is ${show(input)}, expected a ${expected}`;
  const { type } = input;
  if (type === 'FeatureCollection') return inMembers(input.features, 'feature', where, found);
  if (type === 'GeometryCollection') return inMembers(input.geometries, 'geometry', where, found);
  if (type === 'Feature')
    return input.geometry === null ? undefined : findLines(input.geometry, `${where}geometry `, found);
  if (type === 'LineString') return add(input.coordinates, `${where}coordinates `, found);
  if (type !== 'MultiLineString') return `${where}type is ${show(type)}, expected ${expected}`;
  return inLines(input, where, found);
}

function inMembers(list: unknown, noun: string, where: string, found: FoundLine[]): string | undefined {
  if (!Array.isArray(list)) return `${where}${noun} list is ${show(list)}, expected a list`;
  for (const [i, member] of list.entries()) {
    const problem = findLines(member, `${where}${noun} ${i} `, found);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function inLines({ coordinates }: JsonObject, where: string, found: FoundLine[]): string | undefined {
  if (!Array.isArray(coordinates)) return `${where}coordinates is ${show(coordinates)}, expected a list of lines`;
  for (const [i, line] of coordinates.entries()) {
    const problem = add(line, `${where}line ${i} `, found);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function add(line: unknown, where: string, found: FoundLine[]): string | undefined {
  if (!Array.isArray(line) || typeof line[0] === 'number')
    return `${where}is ${show(line)}, expected a list of positions`;
  found.push({ where, positions: line });
  return undefined;
}

function lineProblem(positions: readonly unknown[], positionProblem: PositionProblem): string | undefined {
  if (positions.length < 2) return `has ${count(positions.length, 'position')}, needs at least 2`;
  for (const [i, position] of positions.entries()) {
    const problem = positionProblem(position, positions);
    if (problem !== undefined) return `position ${i} ${problem}`;
  }
  return undefined;
}

function digestOf(line: readonly Position[]): string {
  const bytes = Buffer.alloc(16 * line.length);
  for (const [i, [x, y]] of line.entries()) {
    bytes.writeDoubleBE(x, 16 * i);
    bytes.writeDoubleBE(y, 16 * i + 8);
  }
  return createHash('sha256').update('line').update(bytes).digest('hex');
}
