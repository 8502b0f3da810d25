import { type Budget, unlimited } from '@catchment/budget';
import type { Crs } from '@catchment/crs';
import type { Polygon, Polygons, Position, Ring } from './area.ts';
import { kinds, type LeftOut } from './left-out.ts';
import type { PositionCheck } from './positions.ts';
import { count, show } from './show.ts';

/**
 * What is wrong, in one sentence that names ring and position; the caller puts the member's name
 * before it.
 */
export interface Problem {
  readonly problem: string;
  /**
   * Nothing is wrong but that there are no polygons: what there is would be left out beside some.
   */
  readonly isEmpty?: true;
}

/**
 * The rings of one polygon, not yet looked into, and what a sentence calls it: `polygon 2, `, or
 * nothing if it is alone.
 */
export interface FoundPolygon {
  readonly where: string;
  readonly rings: readonly unknown[];
}

/**
 * At least one polygon, and what a sentence calls each: `polygon 2, `, or nothing if it is alone.
 */
export interface ParsedPolygons {
  readonly polygons: Polygons;
  /** As that of an area. */
  readonly crs?: Crs | undefined;
  readonly places: readonly string[];
  /** Sentences: what is left out, which rings had to be closed. */
  readonly warnings: readonly string[];
}

/** How many positions the polygons list; costs one step per ring. */
export function countVertices(found: readonly FoundPolygon[]): number {
  let vertices = 0;
  for (const { rings } of found) for (const ring of rings) if (Array.isArray(ring)) vertices += ring.length;
  return vertices;
}

/**
 * Coordinates as polygons, or the first thing that is wrong with them. With every position `check`
 * agrees; third coordinates are dropped. A ring that is not closed is closed, as GDAL and shapely
 * do; one of fewer than four positions is left out, and with an outer one its holes: `left` holds
 * what is left out, here and before. Repeated positions and rings without area are fine: they hold
 * no cells. Throws OverBudget.
 */
export function checkPolygons(
  found: readonly FoundPolygon[],
  left: LeftOut,
  { check, budget = unlimited }: PolygonOptions,
): ParsedPolygons | Problem {
  const polygons: Polygon[] = [];
  const places: string[] = [];
  const unclosed: Unclosed = { n: 0 };
  for (const one of found) {
    const rings = checkRings(one, { left, unclosed, check, budget });
    if ('problem' in rings) return rings;
    if (rings.length === 0) continue;
    polygons.push(rings);
    places.push(one.where);
  }
  if (polygons.length === 0) return { problem: left.problem(), isEmpty: true };
  return { polygons, places, warnings: [...left.warnings(), ...closedWarnings(unclosed)] };
}

export interface PolygonOptions {
  readonly check: PositionCheck;
  readonly budget?: Budget | undefined;
}

/** Rings that had to be closed: how many, and the first of them. */
interface Unclosed {
  n: number;
  first?: string;
}

interface Checking extends Required<PolygonOptions> {
  readonly left: LeftOut;
  readonly unclosed: Unclosed;
  readonly budget: Budget;
}

/** Steps of a ring, or a polygon, whatever it has. */
const stepsOfRing = 100;

function checkRings({ where, rings }: FoundPolygon, { left, unclosed, check, budget }: Checking): Polygon | Problem {
  const polygon: Ring[] = [];
  budget.spend(stepsOfRing * (rings.length + 1));
  for (const [i, ring] of rings.entries()) {
    const name = `${where}ring ${i}`;
    if (isList(ring)) budget.spend(check.steps * ring.length);
    const problem = ringProblem(ring, name, check);
    if (problem !== undefined) return { problem };
    const positions = (ring as readonly Position[]).map(withoutThird);
    const [first, last] = [positions[0], positions.at(-1)];
    const isOpen = first?.[0] !== last?.[0] || first?.[1] !== last?.[1];
    if (positions.length + Number(isOpen) < 4) {
      left.add(kinds.shortRing, name, `${name} has ${count(positions.length, 'position')}, needs at least 4`);
      if (i === 0) return [];
      continue;
    }
    if (isOpen) {
      positions.push(first as Position);
      unclosed.n += 1;
      unclosed.first ??= name;
    }
    polygon.push(positions);
  }
  return polygon;
}

function closedWarnings({ n, first }: Unclosed): string[] {
  if (first === undefined) return [];
  const what = n === 1 ? `${first} is` : `${n} rings (the first is ${first}) are`;
  return [`${what} not closed: the last position is joined to the first`];
}

function withoutThird(position: Position): Position {
  const [x, y] = position;
  // Most need no copy. Adding 0 makes 0 of −0.
  return position.length === 2 && x !== 0 && y !== 0 ? position : [x + 0, y + 0];
}

function ringProblem(ring: unknown, name: string, { problemOf }: PositionCheck): string | undefined {
  if (!isList(ring) || typeof ring[0] === 'number') return `${name} is ${show(ring)}, expected a list of positions`;
  for (let i = 0; i < ring.length; i++) {
    const problem = problemOf(ring[i], ring);
    if (problem !== undefined) return `${name}, position ${i} ${problem}`;
  }
  return undefined;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
