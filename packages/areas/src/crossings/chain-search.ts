import type { Budget } from '@cellshed/budget';
import Flatbush from 'flatbush';
import { type Crossing, crossingOf, type Edges } from './edges.ts';

type Box = [west: number, south: number, east: number, north: number];

/** Edges of a ring that follow each other, and their box. */
interface Chain {
  readonly ring: number;
  readonly first: number;
  readonly end: number;
  readonly box: Box;
}

const edgesInChain = 16;

/** The steps of one edge's part of the index, and of one look at the box of a chain. */
const [stepsOfIndex, stepsOfLook] = [16, 2];

/**
 * One crossing for each ring that crosses itself or an earlier ring. Edges are found through an
 * index of the boxes of chains. That is quick for drawn and surveyed areas, and quadratic where
 * very many boxes overlap.
 */
export function crossingsByChains(edges: Edges, budget: Budget): readonly Crossing[] {
  const chains = chainsOf(edges);
  budget.spend(stepsOfIndex * edges.count);
  const near = chains.length < 4 ? () => chains.keys() : indexOf(chains, edges);
  const crossings: Crossing[] = [];
  for (const [c, chain] of chains.entries()) {
    if (crossings.at(-1)?.ring === chain.ring) continue;
    for (const d of near(chain, c)) {
      if (d > c) continue;
      const other = chains[d] as Chain;
      const at = crossingOfChains(edges, chain, other);
      budget.spend(edges.cost.steps);
      edges.cost.steps = 0;
      if (at === undefined) continue;
      crossings.push({ ring: chain.ring, other: other.ring, at });
      break;
    }
  }
  return crossings;
}

function indexOf(chains: readonly Chain[], { cost }: Edges): (chain: Chain, c: number) => Iterable<number> {
  const index = new Flatbush(chains.length);
  for (const { box } of chains) index.add(...box);
  index.finish();
  return ({ box }, c) =>
    index.search(...box, (d) => {
      cost.steps += stepsOfLook;
      return d <= c;
    });
}

function chainsOf({ count, ring, boxes }: Edges): readonly Chain[] {
  const chains: Chain[] = [];
  let first = 0;
  for (let k = 1; k <= count; k++) {
    if (k < count && ring[k] === ring[first] && k - first < edgesInChain) continue;
    chains.push({ ring: ring[first]!, first, end: k, box: boxAround(boxes, first, k) });
    first = k;
  }
  return chains;
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

/** The place where an edge of one chain crosses an earlier edge of the other. */
function crossingOfChains(edges: Edges, chain: Chain, other: Chain) {
  const { boxes, from, cost } = edges;
  const [otherWest, otherSouth, otherEast, otherNorth] = other.box;
  cost.steps += edgesInChain;
  for (let a = chain.first; a < chain.end; a++) {
    const west = boxes[4 * a]!;
    const south = boxes[4 * a + 1]!;
    const east = boxes[4 * a + 2]!;
    const north = boxes[4 * a + 3]!;
    if (west > otherEast || east < otherWest || south > otherNorth || north < otherSouth) continue;
    cost.steps += edgesInChain;
    // An edge does not cross the one before it.
    const end = Math.min(other.end, from[a] === a - 1 ? a - 1 : a);
    for (let b = other.first; b < end; b++) {
      const k = 4 * b;
      if (west > boxes[k + 2]! || east < boxes[k]! || south > boxes[k + 3]! || north < boxes[k + 1]!) continue;
      const at = crossingOf(edges, a, b);
      if (at) return at;
    }
  }
  return undefined;
}
