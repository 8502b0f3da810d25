import type { Polygon, Polygons, Position, Ring } from './area.ts';
import { kinds, type LeftOut } from './left-out.ts';
import { count, show } from './show.ts';

/** What is wrong, in one sentence that names ring and position; the caller puts the member's name before it. */
export interface Problem {
  readonly problem: string;
  /** Nothing is wrong but that there are no polygons: what there is would be left out beside some. */
  readonly isEmpty?: true;
}

/** The rings of one polygon, not yet looked into, and what a sentence calls it: `polygon 2, `, or nothing if it is alone. */
export interface FoundPolygon {
  readonly where: string;
  readonly rings: readonly unknown[];
}

/** At least one polygon, and what a sentence calls each: `polygon 2, `, or nothing if it is alone. */
export interface ParsedPolygons {
  readonly polygons: Polygons;
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
 * Coordinates as polygons, or the first thing that is wrong with them. Every position is finite and within ±180 and ±90 degrees; third
 * coordinates are dropped. A ring that is not closed is closed, as GDAL and shapely do; one of fewer than four positions is left out, and
 * with an outer one its holes: `left` holds what is left out, here and before. Repeated positions and rings without area are fine: they
 * hold no cells.
 */
export function checkPolygons(found: readonly FoundPolygon[], left: LeftOut): ParsedPolygons | Problem {
  const polygons: Polygon[] = [];
  const places: string[] = [];
  const unclosed: string[] = [];
  for (const one of found) {
    const rings = checkRings(one, left, unclosed);
    if ('problem' in rings) return rings;
    if (rings.length === 0) continue;
    polygons.push(rings);
    places.push(one.where);
  }
  if (polygons.length === 0) return { problem: left.problem(), isEmpty: true };
  return { polygons, places, warnings: [...left.warnings(), ...closedWarnings(unclosed)] };
}

function checkRings({ where, rings }: FoundPolygon, left: LeftOut, unclosed: string[]): Polygon | Problem {
  const polygon: Ring[] = [];
  for (const [i, ring] of rings.entries()) {
    const name = `${where}ring ${i}`;
    const problem = ringProblem(ring, name);
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
      unclosed.push(name);
    }
    polygon.push(positions);
  }
  return polygon;
}

function closedWarnings(unclosed: readonly string[]): string[] {
  const [first, ...others] = unclosed;
  if (first === undefined) return [];
  const what = others.length === 0 ? `${first} is` : `${unclosed.length} rings (the first is ${first}) are`;
  return [`${what} not closed: the last position is joined to the first`];
}

function withoutThird(position: Position): Position {
  const [lon, lat] = position;
  // Most need no copy. Adding 0 makes 0 of −0.
  return position.length === 2 && lon !== 0 && lat !== 0 ? position : [lon + 0, lat + 0];
}

function ringProblem(ring: unknown, name: string): string | undefined {
  if (!isList(ring) || typeof ring[0] === 'number') return `${name} is ${show(ring)}, expected a list of positions`;
  for (let i = 0; i < ring.length; i++) {
    const problem = positionProblem(ring[i]);
    if (problem !== undefined) return `${name}, position ${i} ${problem}${hint(ring)}`;
  }
  return undefined;
}

/** What is wrong with a position, as the end of a sentence. */
export function positionProblem(position: unknown): string | undefined {
  if (!isList(position) || position.length < 2 || isList(position[0])) {
    return `is ${show(position)}, expected [longitude, latitude]`;
  }
  const [lon, lat] = position;
  if (!isWithin(lon, 180)) return `has longitude ${show(lon)}, expected a number from -180 to 180`;
  if (!isWithin(lat, 90)) return `has latitude ${show(lat)}, expected a number from -90 to 90`;
  return undefined;
}

/** What may have gone wrong with a ring that has a position out of range; nothing where that is not clear. */
function hint(ring: readonly unknown[]): string {
  const seen = ring.slice(0, 1000);
  const all = (test: (x: number, y: number) => boolean) =>
    seen.every((position) => {
      const [x, y] = isList(position) ? position : [];
      return typeof x === 'number' && typeof y === 'number' && test(x, y);
    });
  if (all((x, y) => Math.abs(x) <= 90 && Math.abs(y) > 90 && Math.abs(y) <= 180)) {
    return ' (longitude and latitude look swapped)';
  }
  if (all((x, y) => Math.max(Math.abs(x), Math.abs(y)) > 400)) {
    return ' (these look like projected coordinates, not degrees)';
  }
  return '';
}

function isWithin(value: unknown, bound: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= bound;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
