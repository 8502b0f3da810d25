import type { Budget } from '@cellshed/budget';
import { at, type Crossing, crossingOf, type Edges, isWithin, passesThrough, sideOf } from './edges.ts';
import { type ScanList, scanList } from './scan-list.ts';

/**
 * One crossing, if there is any. A line scans the edges from west to east and keeps the edges that
 * it meets in their order from south to north (Shamos and Hoey, 1976). Edges that cross are
 * neighbours on the line before they cross. So only new neighbours are compared.
 *
 *        a ╲     ╱        The line reaches the beginning of b and puts b in after c.
 *           ╲   ╱         The neighbours b and c do not cross. At the end of d
 *        d ──  ╱ ╲        b and a become neighbours: they cross.
 *        b ───╱
 *        c ───────
 *
 * The scan takes about n log n steps for every input, also for edges that lie on each other and for
 * very many edges side by side. `random` gives numbers from 0 to 1. The result does not depend on
 * them.
 */
export function crossingByScan(edges: Edges, budget: Budget, random = Math.random): Crossing | undefined {
  const { count, cost } = edges;
  const scan: Scan = { edges, next: nextVertices(edges), line: scanList(count, random), beside: [] };
  const order = fromWestToEast(edges, budget);
  for (let first = 0, end = 0; first < count; first = end) {
    for (end = first + 1; end < count && isSamePlace(edges, order[first]!, order[end]!); end++);
    const found = passPlace(scan, order.subarray(first, end));
    budget.spend(cost.steps + stepsOfVertex * (end - first));
    cost.steps = 0;
    if (found) return found;
  }
  return undefined;
}

interface Scan {
  readonly edges: Edges;
  /** The vertex after each vertex, in its ring: the edge that begins there. */
  readonly next: Uint32Array;
  /** The edges that the line meets. */
  readonly line: ScanList;
  /** The neighbours of the edges that begin or end where the line is. */
  readonly beside: number[];
}

/** The steps that put two edges in and take two edges out, without the comparisons. */
const stepsOfVertex = 40;

/** Takes out the edges that end in a place, and puts in the edges that begin there. */
function passPlace(scan: Scan, vertices: Uint32Array): Crossing | undefined {
  const { edges, next } = scan;
  scan.beside.length = 0;
  for (const vertex of vertices)
    for (const edge of [vertex, next[vertex]!]) {
      const found = endsEast(edges, edge, vertex) ? takeOut(scan, edge) : undefined;
      if (found) return found;
    }
  for (const vertex of vertices)
    for (const edge of [vertex, next[vertex]!]) {
      const found = endsEast(edges, edge, vertex) ? undefined : putIn(scan, edge);
      if (found) return found;
    }
  return crossingInVertex(scan, vertices);
}

function takeOut({ edges, line, beside }: Scan, edge: number): Crossing | undefined {
  const [below, above] = [line.before(edge), line.after(edge)];
  line.remove(edge);
  beside.push(below, above);
  return look(edges, below, above);
}

function putIn({ edges, line, beside }: Scan, edge: number): Crossing | undefined {
  line.insert(edge, (other) => isAbove(edges, edge, other));
  const [below, above] = [line.before(edge), line.after(edge)];
  beside.push(below, above);
  return look(edges, below, edge) ?? look(edges, edge, above);
}

/** The crossing of two edges; either may be −1. */
function look(edges: Edges, a: number, b: number): Crossing | undefined {
  const place = a < 0 || b < 0 ? undefined : crossingOf(edges, a, b);
  return place && { ...ringsOf(edges, a, b), at: place };
}

function ringsOf({ ring }: Edges, a: number, b: number): Pick<Crossing, 'ring' | 'other'> {
  return { ring: Math.max(ring[a]!, ring[b]!), other: Math.min(ring[a]!, ring[b]!) };
}

/**
 * The crossing where a ring passes through an edge in one of the vertices, which all share one
 * place.
 */
function crossingInVertex({ edges, next, beside }: Scan, vertices: Uint32Array): Crossing | undefined {
  const [place] = vertices as unknown as [number];
  const through = beside.find((edge) => edge >= 0 && isWithin(edges, edge, place) && sideOf(edges, edge, place) === 0);
  if (through === undefined) return undefined;
  const vertex = vertices.find((each) => passesThrough(edges, through, each, next[each]!));
  return vertex === undefined ? undefined : { ...ringsOf(edges, through, vertex), at: at(edges, vertex) };
}

/**
 * Whether an edge that is put in comes after another on the line. For two edges that lie on each
 * other, either answer is right.
 */
function isAbove(edges: Edges, edge: number, other: number): boolean {
  const isBackwards = beginsAt(edges, other) === other;
  const begin = beginsAt(edges, edge);
  const side = sideOf(edges, other, begin) || sideOf(edges, other, begin === edge ? edges.from[edge]! : edge);
  return isBackwards ? side > 0 : side < 0;
}

function endsEast(edges: Edges, edge: number, vertex: number): boolean {
  return beginsAt(edges, edge) !== vertex;
}

/** The end of an edge that the line reaches first. */
function beginsAt(edges: Edges, edge: number): number {
  const from = edges.from[edge]!;
  return comesBefore(edges, from, edge) ? from : edge;
}

function comesBefore({ x, y }: Edges, a: number, b: number): boolean {
  return x[a]! < x[b]! || (x[a] === x[b] && y[a]! < y[b]!);
}

function isSamePlace({ x, y }: Edges, a: number, b: number): boolean {
  return x[a] === x[b] && y[a] === y[b];
}

function nextVertices({ count, from }: Edges): Uint32Array {
  const next = new Uint32Array(count);
  for (let k = 0; k < count; k++) next[from[k]!] = k;
  return next;
}

/** The vertices in the order in which the line reaches them. */
function fromWestToEast({ count, x, y }: Edges, budget: Budget): Uint32Array {
  budget.spend(2 * count * Math.ceil(Math.log2(count + 1)));
  return Uint32Array.from({ length: count }, (_, k) => k).sort((a, b) => x[a]! - x[b]! || y[a]! - y[b]!);
}
