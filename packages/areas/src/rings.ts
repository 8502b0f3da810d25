import { type Budget, unlimited } from '@cellshed/budget';
import { isRefusal, type Refusal } from '@cellshed/contracts';
import type { Crs } from '@cellshed/crs';
import type { Polygon, Polygons, Position, Ring } from './area.ts';
import { kinds, type LeftOut } from './left-out.ts';
import type { PositionCheck } from './positions.ts';
import { count, show } from './show.ts';

/** A refusal that names ring and position, without a path: the caller knows where it has read. */
export interface RefusedPolygons extends Refusal {
  /**
   * Present where the only problem is that there are no polygons. Beside polygons, such input would
   * be left out.
   */
  readonly isEmpty?: true;
}

/**
 * The unchecked rings of one polygon, and its name in sentences: `polygon 2, `, or nothing for a
 * single one.
 */
export interface FoundPolygon {
  readonly where: string;
  readonly rings: readonly unknown[];
}

/**
 * At least one polygon, and the name of each in sentences: `polygon 2, `, or nothing for a single
 * one.
 */
export interface ParsedPolygons {
  readonly polygons: Polygons;
  /** The CRS, as in an area. */
  readonly crs?: Crs | undefined;
  readonly places: readonly string[];
  /** Sentences: what is left out, which rings had to be closed. */
  readonly warnings: readonly string[];
}

/** The number of listed positions. It costs one step per ring. */
export function countVertices(found: readonly FoundPolygon[]): number {
  let vertices = 0;
  for (const { rings } of found) for (const ring of rings) if (Array.isArray(ring)) vertices += ring.length;
  return vertices;
}

/**
 * Polygons of coordinates, or the first problem. `check` accepts every position. Third coordinates
 * are dropped. An open ring is closed, as GDAL and shapely do. A ring of fewer than four positions
 * is left out, and with an outer ring its holes; `left` collects what is left out. Repeated
 * positions and rings without area are allowed, because they hold no cells. Throws OverBudget.
 */
export function checkPolygons(
  found: readonly FoundPolygon[],
  left: LeftOut,
  { check, budget = unlimited }: PolygonOptions,
): ParsedPolygons | RefusedPolygons {
  const polygons: Polygon[] = [];
  const places: string[] = [];
  const unclosed: Unclosed = { n: 0 };
  for (const one of found) {
    const rings = checkRings(one, { left, unclosed, check, budget });
    if (isRefusal(rings)) return rings;
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

/** The rings that had to be closed: their number, and the first of them. */
interface Unclosed {
  n: number;
  first?: string;
}

interface Checking extends Required<PolygonOptions> {
  readonly left: LeftOut;
  readonly unclosed: Unclosed;
  readonly budget: Budget;
}

/** The steps of a ring or a polygon, without its positions. */
const stepsOfRing = 100;

function checkRings({ where, rings }: FoundPolygon, { left, unclosed, check, budget }: Checking): Polygon | Refusal {
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
  // Most positions need no copy. Adding 0 turns −0 into 0.
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
