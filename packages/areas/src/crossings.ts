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
 * place is rounded, and told as `tell` has it: by default as it is. `places` holds what a sentence calls each polygon.
 *
 * Edges are found through an index of the boxes of chains of some of them. An area drawn so that very many boxes overlap would make
 * that quadratic: there the search ends, and a sentence says so.
 */
export function crossingWarnings(
  polygons: Polygons,
  places: readonly string[],
  tell = (place: Position): Position => place,
): readonly string[] {
  const effort = { left: 1_000_000 };
  for (const polygon of polygons) for (const ring of polygon) effort.left += 20 * ring.length;
  const warnings: string[] = [];
  for (const [i, polygon] of polygons.entries()) {
    for (const { ring, other, at } of findCrossings(edgesOf(polygon), effort)) {
      const what = ring === other ? 'itself' : `ring ${other}`;
      const [x, y] = tell(at);
      const near = `(${x.toFixed(5)}, ${y.toFixed(5)})`;
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

/** The edges of a polygon, none of length 0: edge k goes from vertex `from[k]` to vertex k. */
interface Edges {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The vertex before each, in its ring. */
  readonly from: Uint32Array;
  /** Of each edge, as `Box`. */
  readonly boxes: Float64Array;
  readonly chains: readonly Chain[];
}

/** Edges of a ring that follow each other, and their box. */
interface Chain {
  readonly ring: number;
  readonly first: number;
  readonly end: number;
  readonly box: Box;
}

type Box = [west: number, south: number, east: number, north: number];

const edgesInChain = 16;

function edgesOf(polygon: Polygon): Edges {
  const most = polygon.reduce((sum, ring) => sum + ring.length, 0);
  const [x, y, from] = [new Float64Array(most), new Float64Array(most), new Uint32Array(most)];
  const boxes = new Float64Array(4 * most);
  const chains: Chain[] = [];
  let end = 0;
  for (const [ring, closed] of polygon.entries()) {
    const first = end;
    for (let i = 1; i < closed.length; i++) {
      const position = closed[i] as Position;
      if (isSame(position, closed[i - 1] as Position)) continue;
      x[end] = position[0];
      y[end] = position[1];
      from[end] = end - 1;
      end += 1;
    }
    if (end > first) from[first] = end - 1;
    for (let k = first; k < end; k++) {
      const before = from[k]!;
      boxes[4 * k] = Math.min(x[before]!, x[k]!);
      boxes[4 * k + 1] = Math.min(y[before]!, y[k]!);
      boxes[4 * k + 2] = Math.max(x[before]!, x[k]!);
      boxes[4 * k + 3] = Math.max(y[before]!, y[k]!);
    }
    for (let k = first; k < end; k += edgesInChain) {
      const last = Math.min(k + edgesInChain, end);
      chains.push({ ring, first: k, end: last, box: boxAround(boxes, k, last) });
    }
  }
  return { x, y, from, boxes, chains };
}

function boxAround(boxes: Float64Array, first: number, end: number): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 4 * first; k < 4 * end; k += 4) {
    box[0] = Math.min(box[0], boxes[k]!);
    box[1] = Math.min(box[1], boxes[k + 1]!);
    box[2] = Math.max(box[2], boxes[k + 2]!);
    box[3] = Math.max(box[3], boxes[k + 3]!);
  }
  return box;
}

/** At most one crossing for each ring. */
function findCrossings(edges: Edges, effort: { left: number }): readonly Crossing[] {
  const { chains } = edges;
  if (chains.length === 0) return [];
  const index = new Flatbush(chains.length);
  for (const { box } of chains) index.add(...box);
  index.finish();
  const crossings: Crossing[] = [];
  for (const [c, chain] of chains.entries()) {
    if (effort.left < 0) break;
    if (crossings.at(-1)?.ring === chain.ring) continue;
    for (const d of index.search(...chain.box, (d) => d <= c)) {
      const other = chains[d] as Chain;
      const at = crossingOf(edges, [chain, other], effort);
      if (at === undefined) continue;
      crossings.push({ ring: chain.ring, other: other.ring, at });
      break;
    }
  }
  return crossings;
}

/** Where an edge of a chain crosses an edge before it of the other. */
function crossingOf(
  edges: Edges,
  [chain, other]: readonly [Chain, Chain],
  effort: { left: number },
): Position | undefined {
  const { boxes, from } = edges;
  const [otherWest, otherSouth, otherEast, otherNorth] = other.box;
  effort.left -= 1;
  for (let a = chain.first; a < chain.end && effort.left >= 0; a++) {
    const [west, south, east, north] = [boxes[4 * a]!, boxes[4 * a + 1]!, boxes[4 * a + 2]!, boxes[4 * a + 3]!];
    if (west > otherEast || east < otherWest || south > otherNorth || north < otherSouth) continue;
    effort.left -= 1;
    const end = Math.min(other.end, a);
    for (let b = other.first; b < end; b++) {
      const k = 4 * b;
      if (west > boxes[k + 2]! || east < boxes[k]! || south > boxes[k + 3]! || north < boxes[k + 1]!) continue;
      // Edges that follow each other meet in their vertex, and cannot cross.
      if (from[a] === b || from[b] === a) continue;
      effort.left -= 1;
      const at = crossing(edges, a, b);
      if (at) return at;
    }
  }
  return undefined;
}

function crossing(edges: Edges, a: number, b: number): Position | undefined {
  const { x, y, from } = edges;
  const at = (vertex: number): Position => [x[vertex]!, y[vertex]!];
  const [aFrom, aTo] = [side(edges, b, from[a]!), side(edges, b, a)];
  const [bFrom, bTo] = [side(edges, a, from[b]!), side(edges, a, b)];
  if (isOpposite(aFrom, aTo) && isOpposite(bFrom, bTo)) return between(at(from[a]!), at(a), aFrom / (aFrom - aTo));
  const before = (edge: number) => from[from[edge]!]!;
  if (aFrom === 0 && isWithin(edges, b, from[a]!) && isOpposite(side(edges, b, before(a)), aTo)) return at(from[a]!);
  if (bFrom === 0 && isWithin(edges, a, from[b]!) && isOpposite(side(edges, a, before(b)), bTo)) return at(from[b]!);
  return undefined;
}

/** Negative, 0 or positive as a vertex lies on one side of the edge's line, on it, or on the other. */
function side({ x, y, from }: Edges, edge: number, vertex: number): number {
  return orient2d(x[from[edge]!]!, y[from[edge]!]!, x[edge]!, y[edge]!, x[vertex]!, y[vertex]!);
}

function isOpposite(a: number, b: number): boolean {
  return (a < 0 && b > 0) || (a > 0 && b < 0);
}

/** Whether a vertex on the edge's line lies between its ends. */
function isWithin({ x, y, from, boxes }: Edges, edge: number, vertex: number): boolean {
  const [px, py] = [x[vertex]!, y[vertex]!];
  const isEnd = (end: number) => x[end] === px && y[end] === py;
  const k = 4 * edge;
  const meets = px >= boxes[k]! && py >= boxes[k + 1]! && px <= boxes[k + 2]! && py <= boxes[k + 3]!;
  return meets && !isEnd(edge) && !isEnd(from[edge]!);
}

function isSame(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function between(a: Position, b: Position, share: number): Position {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}
