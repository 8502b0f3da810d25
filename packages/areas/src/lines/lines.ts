import { createHash } from 'node:crypto';
import { type Budget, unlimited } from '@cellshed/budget';
import { isRefusal, type Refusal } from '@cellshed/contracts';
import type { Crs } from '@cellshed/crs';
import type { Position } from '../area.ts';
import { digestInOrder, inCrs, spendOn } from '../fingerprint.ts';
import { readCrs, stepsOfMember } from '../geojson/crs-member.ts';
import type { GeometryOptions } from '../geojson/geojson.ts';
import { isObject } from '../geojson/json-object.ts';
import { drawnPositions, type PositionCheck } from '../positions.ts';
import { count, show } from '../show.ts';

/** A line of at least two positions. */
export type Line = readonly Position[];

/** Lines, such as streams, and their CRS. */
export interface Lines {
  /** The lines of the source, digit for digit. */
  readonly lines: readonly Line[];
  /** The CRS, as in an area. */
  readonly crs?: Crs | undefined;
}

const expected = 'LineString, MultiLineString, GeometryCollection, Feature or FeatureCollection';

/**
 * Reads lines from GeoJSON: a LineString, a MultiLineString, a GeometryCollection of these, a
 * Feature of any of these, or a FeatureCollection. In collections, features without geometry, empty
 * lines, and points (which intersections leave) are skipped, because no cell lies along them. An
 * empty collection has no lines. The CRS is found as for an area, and third coordinates are
 * dropped. Other input is refused with one sentence that names feature, line and position, the
 * value, and what was expected. `options.vertices` limits the positions of all lines together.
 * Throws OverBudget.
 */
export function parseLines(input: unknown, options: GeometryOptions): { readonly lines: Lines } | Refusal {
  const { budget = unlimited } = options;
  const named = readCrs(input, options.crs, budget);
  if (isRefusal(named)) return named;
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
    // Adding 0 turns −0 into 0.
    lines.push((positions as readonly Position[]).map(([x, y]): Position => [x + 0, y + 0]));
  }
  return { lines: { lines, ...(crs && { crs }) } };
}

/**
 * The fingerprint of lines: 64 hexadecimal digits, the same for the same lines in the same CRS in
 * any order. A reversed line is another line: where a line passes half-way between two cells, it is
 * drawn through the cell that is nearer to its beginning. Throws OverBudget.
 */
export function fingerprintOfLines({ lines, crs }: Lines, budget: Budget = unlimited): string {
  spendOn(lines, budget);
  return digestInOrder(inCrs('lines', crs), lines.map(digestOf).sort());
}

interface FoundLine {
  /** The name of this part of the input in sentences. */
  readonly where: string;
  readonly positions: readonly unknown[];
}

/** The lines found so far, and the budget of the search. */
interface Found {
  readonly lines: FoundLine[];
  readonly budget: Budget;
}

/** A place in the input: its name in sentences, and the number of members around it. */
interface Place {
  readonly where: string;
  readonly depth: number;
}

/**
 * The most members within each other, two for each feature or collection. Other programs write
 * fewer.
 */
const mostDepth = 32;

const points = ['Point', 'MultiPoint'];

/** Collects lines. Returns a sentence if the input has a wrong shape. */
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
