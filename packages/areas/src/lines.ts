import { createHash } from 'node:crypto';
import { type Budget, unlimited } from '@catchment/budget';
import type { Crs } from '@catchment/crs';
import type { Position } from './area.ts';
import { readCrs, stepsOfMember } from './crs-member.ts';
import { digestInOrder, inCrs, spendOn } from './fingerprint.ts';
import type { GeometryOptions } from './geojson.ts';
import { isObject } from './json-object.ts';
import { drawnPositions, type PositionCheck } from './positions.ts';
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
 * Lines from GeoJSON: a LineString, a MultiLineString, a GeometryCollection of these, a Feature of
 * any of these, or a FeatureCollection of such features. In collections, features without geometry,
 * empty lines, and points, as an intersection leaves them, are passed by: no cell lies along them.
 * An empty collection has no lines. In the CRS that an area would be in; third coordinates are
 * dropped. Whatever else comes is refused with one sentence that names feature, line and position,
 * the value and what was expected; `options.vertices` bounds the positions of all lines together.
 * Throws OverBudget.
 */
export function parseLines(input: unknown, options: GeometryOptions): { readonly lines: Lines } | Problem {
  const { budget = unlimited } = options;
  const named = readCrs(input, options.crs, budget);
  if ('problem' in named) return named;
  const { crs } = named;
  const found: FoundLine[] = [];
  const problem = findLines(input, { where: '', depth: 0 }, { lines: found, budget });
  if (problem !== undefined) return { problem };
  const vertices = found.reduce((sum, { positions }) => sum + positions.length, 0);
  if (vertices > options.vertices)
    return { problem: `has ${vertices} vertices, at most ${options.vertices} are allowed` };
  const check = drawnPositions(crs);
  const lines: Line[] = [];
  for (const { where, positions } of found) {
    budget.spend(stepsOfMember + check.steps * positions.length);
    const wrong = lineProblem(positions, check);
    if (wrong !== undefined) return { problem: where + wrong };
    // Adding 0 makes 0 of −0.
    lines.push((positions as readonly Position[]).map(([x, y]): Position => [x + 0, y + 0]));
  }
  return { lines: { lines, ...(crs && { crs }) } };
}

/**
 * 64 hexadecimal digits that name lines: the same for the same lines in the same CRS, in any order.
 * A line from its other end is another: where it passes half-way between two cells, it is drawn
 * through the one nearer its beginning. Throws OverBudget.
 */
export function fingerprintOfLines({ lines, crs }: Lines, budget: Budget = unlimited): string {
  spendOn(lines, budget);
  return digestInOrder(inCrs('lines', crs), lines.map(digestOf).sort());
}

interface FoundLine {
  /** What a sentence calls it. */
  readonly where: string;
  readonly positions: readonly unknown[];
}

/** What has been found so far, and who pays for looking. */
interface Found {
  readonly lines: FoundLine[];
  readonly budget: Budget;
}

/**
 * Where in the input something is: what a sentence calls it, and how many members it lies within.
 */
interface Place {
  readonly where: string;
  readonly depth: number;
}

/** Members within members, two for each feature or collection: other programs make fewer. */
const mostDepth = 32;

const points = ['Point', 'MultiPoint'];

/** Gathers lines; answers what is wrong with the shape of the input. */
function findLines(input: unknown, place: Place, found: Found): string | undefined {
  const { where, depth } = place;
  found.budget.spend(stepsOfMember);
  if (!isObject(input)) return `${where || 'value '}is ${show(input)}, expected a ${expected}`;
  if (depth > mostDepth) return `${where.slice(0, 100)}… is nested more than ${mostDepth} members deep`;
  const { type, coordinates, geometry = null } = input;
  if (type === 'FeatureCollection') return inMembers(input.features, 'feature', place, found);
  if (type === 'GeometryCollection') return inMembers(input.geometries, 'geometry', place, found);
  if (type === 'Feature') return geometry === null ? undefined : findLines(geometry, within(place, 'geometry'), found);
  const isPassedBy = (points as unknown[]).includes(type) || (type === 'LineString' && isEmpty(coordinates));
  if (depth > 0 && isPassedBy) return undefined;
  if (type === 'LineString') return add(coordinates, within(place, 'coordinates'), found);
  if (type !== 'MultiLineString') return `${where}type is ${show(type)}, expected ${expected}`;
  return inLines(coordinates, place, found);
}

function within({ where, depth }: Place, name: string): Place {
  return { where: `${where}${name} `, depth: depth + 1 };
}

function inMembers(list: unknown, noun: string, place: Place, found: Found): string | undefined {
  if (!Array.isArray(list)) return `${place.where}${noun} list is ${show(list)}, expected a list`;
  for (const [i, member] of list.entries()) {
    const problem = findLines(member, within(place, `${noun} ${i}`), found);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function inLines(coordinates: unknown, place: Place, found: Found): string | undefined {
  if (!Array.isArray(coordinates)) return `${place.where}coordinates is ${show(coordinates)}, expected a list of lines`;
  found.budget.spend(coordinates.length);
  for (const [i, line] of coordinates.entries()) {
    const problem = isEmpty(line) ? undefined : add(line, within(place, `line ${i}`), found);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

function add(line: unknown, { where }: Place, { lines, budget }: Found): string | undefined {
  if (!Array.isArray(line) || typeof line[0] === 'number')
    return `${where}is ${show(line)}, expected a list of positions`;
  budget.spend(stepsOfMember);
  lines.push({ where, positions: line });
  return undefined;
}

function lineProblem(positions: readonly unknown[], { problemOf }: PositionCheck): string | undefined {
  if (positions.length < 2) return `has ${count(positions.length, 'position')}, needs at least 2`;
  for (const [i, position] of positions.entries()) {
    const problem = problemOf(position, positions);
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
