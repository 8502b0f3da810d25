import { orient2d } from 'robust-predicates';
import type { Polygon, Position } from '../area.ts';

/** The edges of a polygon, none of length 0: edge k runs from vertex `from[k]` to vertex k. */
export interface Edges {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The vertex before each vertex, in its ring. */
  readonly from: Uint32Array;
  /** The ring of each vertex. */
  readonly ring: Uint32Array;
  /** West, south, east and north of each edge. */
  readonly boxes: Float64Array;
  /** Steps that comparisons of edges have taken and that are not yet spent. */
  readonly cost: { steps: number };
}

/** One place where a ring crosses itself or an earlier ring. */
export interface Crossing {
  readonly ring: number;
  readonly other: number;
  readonly at: Position;
}

export function edgesOf(polygon: Polygon): Edges {
  const most = polygon.reduce((sum, ring) => sum + ring.length, 0);
  const [x, y, from] = [new Float64Array(most), new Float64Array(most), new Uint32Array(most)];
  const [ring, boxes] = [new Uint32Array(most), new Float64Array(4 * most)];
  let end = 0;
  for (const [index, closed] of polygon.entries()) {
    const first = end;
    for (let i = 1; i < closed.length; i++) {
      const before = closed[i - 1]!;
      const position = closed[i]!;
      const atX = position[0];
      const atY = position[1];
      if (before[0] === atX && before[1] === atY) continue;
      x[end] = atX;
      y[end] = atY;
      from[end] = end - 1;
      ring[end] = index;
      end += 1;
    }
    if (end > first) from[first] = end - 1;
    for (let k = first; k < end; k++) {
      const toEast = x[from[k]!]! <= x[k]!;
      const toNorth = y[from[k]!]! <= y[k]!;
      boxes[4 * k] = x[toEast ? from[k]! : k]!;
      boxes[4 * k + 1] = y[toNorth ? from[k]! : k]!;
      boxes[4 * k + 2] = x[toEast ? k : from[k]!]!;
      boxes[4 * k + 3] = y[toNorth ? k : from[k]!]!;
    }
  }
  return { count: end, x, y, from, ring, boxes, cost: { steps: 0 } };
}

/**
 * The place where two edges cross: they pass through each other, or an end of one lies within the
 * other and its ring continues on the other side.
 */
export function crossingOf(edges: Edges, a: number, b: number): Position | undefined {
  const { from } = edges;
  // Edges that follow each other meet in their vertex and cannot cross.
  if (from[a] === b || from[b] === a) return undefined;
  const aFrom = sideOf(edges, b, from[a]!);
  const aTo = sideOf(edges, b, a);
  if (!isOpposite(aFrom, aTo) && (aFrom !== 0 || aTo === 0) && (aTo !== 0 || aFrom === 0)) return undefined;
  const bFrom = sideOf(edges, a, from[b]!);
  const bTo = sideOf(edges, a, b);
  if (isOpposite(aFrom, aTo) && isOpposite(bFrom, bTo)) return between(edges, a, aFrom / (aFrom - aTo));
  if (aFrom === 0 && isWithin(edges, b, from[a]!) && passesThrough(edges, b, from[a]!, a)) return at(edges, from[a]!);
  if (bFrom === 0 && isWithin(edges, a, from[b]!) && passesThrough(edges, a, from[b]!, b)) return at(edges, from[b]!);
  return undefined;
}

/**
 * Whether a ring continues on the other side of an edge at a vertex on that edge. `next` is the
 * vertex after it.
 */
export function passesThrough(edges: Edges, edge: number, vertex: number, next: number): boolean {
  return isOpposite(sideOf(edges, edge, edges.from[vertex]!), sideOf(edges, edge, next));
}

/**
 * The largest error of the sign below, relative to the subtracted products (Shewchuk's
 * `ccwerrboundA`).
 */
const errorBound = 3.3306690738754716e-16;

/** The steps of a sign that rounded numbers decide, and of one that needs exact numbers. */
const [roundedSteps, exactSteps] = [2, 60];

/**
 * A negative number, 0 or a positive number for a vertex on one side of the edge's line, on the
 * line, or on the other side. The sign is exact.
 */
export function sideOf({ x, y, from, cost }: Edges, edge: number, vertex: number): number {
  const ax = x[from[edge]!]!;
  const ay = y[from[edge]!]!;
  const bx = x[edge]!;
  const by = y[edge]!;
  const px = x[vertex]!;
  const py = y[vertex]!;
  const left = (ay - py) * (bx - px);
  const right = (ax - px) * (by - py);
  const side = left - right;
  cost.steps += roundedSteps;
  if (Math.abs(side) > errorBound * (Math.abs(left) + Math.abs(right))) return side;
  if ((px === ax && py === ay) || (px === bx && py === by)) return 0;
  cost.steps += exactSteps;
  return orient2d(ax, ay, bx, by, px, py);
}

function isOpposite(a: number, b: number): boolean {
  return (a < 0 && b > 0) || (a > 0 && b < 0);
}

/** Whether a vertex on the edge's line lies between its ends. */
export function isWithin({ x, y, from, boxes }: Edges, edge: number, vertex: number): boolean {
  const [px, py] = [x[vertex]!, y[vertex]!];
  const isEnd = (end: number) => x[end] === px && y[end] === py;
  const k = 4 * edge;
  const meets = px >= boxes[k]! && py >= boxes[k + 1]! && px <= boxes[k + 2]! && py <= boxes[k + 3]!;
  return meets && !isEnd(edge) && !isEnd(from[edge]!);
}

export function at({ x, y }: Edges, vertex: number): Position {
  return [x[vertex]!, y[vertex]!];
}

function between(edges: Edges, edge: number, share: number): Position {
  const [[ax, ay], [bx, by]] = [at(edges, edges.from[edge]!), at(edges, edge)];
  return [ax + (bx - ax) * share, ay + (by - ay) * share];
}
