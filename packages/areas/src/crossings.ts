import Flatbush from 'flatbush';
import { orient2d } from 'robust-predicates';
import type { Polygon, Polygons, Position } from './area.ts';

/** At most so many rings are named; the rest is a number in one more sentence. */
const maxNamed = 10;

/**
 * A sentence for each ring that crosses itself, or an earlier ring of its polygon, with one place where it does.
 *
 * Two edges cross where they pass through each other, or where a vertex lies within an edge and its ring goes on to the
 * other side. Touching in a point, sharing a vertex and running along each other is not crossing. Signs are exact; the
 * place is rounded. `places` holds what a sentence calls each polygon.
 *
 * Edges are found through an index of their boxes. An area drawn so that very many boxes overlap would make that
 * quadratic: there the search ends, and a sentence says so.
 */
export function crossingWarnings(polygons: Polygons, places: readonly string[]): readonly string[] {
  const effort = { left: 1_000_000 };
  for (const polygon of polygons) for (const ring of polygon) effort.left += 20 * ring.length;
  const warnings: string[] = [];
  for (const [i, polygon] of polygons.entries()) {
    for (const { ring, other, at } of findCrossings(edgesOf(polygon), effort)) {
      const what = ring === other ? 'itself' : `ring ${other}`;
      const near = `(${at[0].toFixed(5)}, ${at[1].toFixed(5)})`;
      warnings.push(`${places[i] ?? ''}ring ${ring} crosses ${what} near ${near}: counted by the even–odd rule`);
    }
  }
  const unnamed = warnings.length - maxNamed;
  if (unnamed > 0) warnings.splice(maxNamed, unnamed, `${unnamed} more rings cross: counted by the even–odd rule`);
  if (effort.left < 0) warnings.push('too entangled to look for every crossing: counted by the even–odd rule');
  return warnings;
}

interface Crossing {
  readonly ring: number;
  readonly other: number;
  readonly at: Position;
}

/** None is of length 0. */
interface Edge {
  readonly ring: number;
  readonly before: Position;
  readonly from: Position;
  readonly to: Position;
}

function edgesOf(polygon: Polygon): readonly Edge[] {
  return polygon.flatMap((closed, ring) => {
    const vertices = closed.filter((position, i) => i > 0 && !isSame(position, closed[i - 1] as Position));
    return vertices.map((to, i) => ({
      ring,
      before: vertices.at(i - 2) as Position,
      from: vertices.at(i - 1) as Position,
      to,
    }));
  });
}

/** At most one crossing for each ring. */
function findCrossings(edges: readonly Edge[], effort: { left: number }): readonly Crossing[] {
  if (edges.length < 4) return [];
  const index = new Flatbush(edges.length);
  for (const { from, to } of edges) index.add(...boxOf(from, to));
  index.finish();
  const crossings: Crossing[] = [];
  for (const [i, edge] of edges.entries()) {
    if (effort.left < 0) break;
    if (crossings.at(-1)?.ring === edge.ring) continue;
    index.collides(...boxOf(edge.from, edge.to), (j) => {
      const other = edges[j] as Edge;
      const at = j < i ? crossing(edge, other) : undefined;
      if (at !== undefined) crossings.push({ ring: edge.ring, other: other.ring, at });
      return at !== undefined || --effort.left < 0;
    });
  }
  return crossings;
}

function boxOf([ax, ay]: Position, [bx, by]: Position): [number, number, number, number] {
  return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
}

function crossing(a: Edge, b: Edge): Position | undefined {
  const [aFrom, aTo] = [side(b, a.from), side(b, a.to)];
  const [bFrom, bTo] = [side(a, b.from), side(a, b.to)];
  if (isOpposite(aFrom, aTo) && isOpposite(bFrom, bTo)) return between(a.from, a.to, aFrom / (aFrom - aTo));
  if (aFrom === 0 && isWithin(b, a.from) && isOpposite(side(b, a.before), aTo)) return a.from;
  if (bFrom === 0 && isWithin(a, b.from) && isOpposite(side(a, b.before), bTo)) return b.from;
  return undefined;
}

/** Negative, 0 or positive as the position lies on one side of the edge's line, on it, or on the other. */
function side({ from, to }: Edge, position: Position): number {
  return orient2d(from[0], from[1], to[0], to[1], position[0], position[1]);
}

function isOpposite(a: number, b: number): boolean {
  return (a < 0 && b > 0) || (a > 0 && b < 0);
}

/** Whether a position on the edge's line lies between its ends. */
function isWithin({ from, to }: Edge, [x, y]: Position): boolean {
  const [west, south, east, north] = boxOf(from, to);
  return x >= west && x <= east && y >= south && y <= north && !isSame(from, [x, y]) && !isSame(to, [x, y]);
}

function isSame(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function between(a: Position, b: Position, share: number): Position {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}
