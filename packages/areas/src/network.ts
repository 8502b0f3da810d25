import type { Refusal } from '@cellshed/contracts';
import { allAbove, upstreamOrder } from './upstream-order.ts';

/** An area, and the name of what it drains into; undefined: nothing is named. */
export type Link = readonly [id: string, downstream: string | undefined];

/** The areas of a table, each of which drains into at most one other. */
export interface Network {
  /** The areas that drain into nothing of the table, and what they name in its place. */
  readonly outlets: readonly Link[];
  /** The areas that drain into themselves, by way of others: each ring once, in its direction. */
  readonly cycles: readonly (readonly string[])[];
  /**
   * The ids of an area and of all that drain into it, ascending. Undefined: there is no such area.
   * A Refusal: it drains into itself.
   */
  upstreamOf(id: string): readonly string[] | Refusal | undefined;
  /** The refusal of an area that drains into itself. */
  cycleOf(id: string): Refusal | undefined;
  /**
   * Areas and all that drain into them, each once and after those that drain into it, with the area
   * that it drains into. Neighbours mostly follow each other, and who adds up downstream has few
   * sums at a time (see `upstreamOrder`). Ids that are not there, or on a cycle, are left out.
   */
  upstreamFirst(ids: Iterable<string>): readonly Link[];
}

/** The most ids of a cycle that a sentence lists. */
const mostListed = 10;

/** Reads which area drains into which. Links have their ids in ascending order, each once. */
export async function readNetwork(links: AsyncIterable<Link>): Promise<Network> {
  const [ids, named]: [string[], (string | undefined)[]] = [[], []];
  for await (const [id, downstream] of links) {
    ids.push(id);
    named.push(downstream);
  }
  const places = new Map(ids.map((id, place) => [id, place]));
  const below = Int32Array.from(named, (id) => (id === undefined ? nowhere : (places.get(id) ?? nowhere)));
  const above = placesAbove(below);
  const cycles = cyclesOf(below);
  const cycleOf = new Map(cycles.flatMap((cycle) => cycle.map((place) => [place, cycle] as const)));
  const idsOf = (some: readonly number[]) => some.map((place) => ids[place] as string);
  const refusalOf = (id: string): Refusal | undefined => {
    const cycle = cycleOf.get(places.get(id) ?? nowhere);
    return cycle && { path: 'area', problem: `${id} drains into itself: ${ringText(idsOf(cycle))}` };
  };
  return {
    outlets: ids.flatMap((id, place): Link[] => (below[place] === nowhere ? [[id, named[place]]] : [])),
    cycles: cycles.map(idsOf),
    upstreamOf: (id) => {
      const place = places.get(id);
      if (place === undefined) return undefined;
      return refusalOf(id) ?? idsOf(allAbove([place], above).sort((a, b) => a - b));
    },
    cycleOf: refusalOf,
    upstreamFirst: (chosen) => {
      const some = Array.from(chosen, (id) => places.get(id) ?? nowhere);
      const order = upstreamOrder(
        some.filter((place) => place !== nowhere && !cycleOf.has(place)),
        { below, above },
      );
      return Array.from(order, (place): Link => [ids[place] as string, ids[below[place]!]]);
    },
  };
}

const nowhere = -1;

/** Finds the places that drain into a place. */
function placesAbove(below: Int32Array): (place: number) => Int32Array {
  /** Those of `p` are from `starts[p]` to `starts[p + 1]`. */
  const starts = new Int32Array(below.length + 1);
  for (const place of below) if (place !== nowhere) starts[place + 1]! += 1;
  for (let place = 0; place < below.length; place++) starts[place + 1]! += starts[place]!;
  const [next, places] = [starts.slice(), new Int32Array(starts.at(-1)!)];
  for (const [place, to] of below.entries()) if (to !== nowhere) places[next[to]!++] = place;
  return (place) => places.subarray(starts[place]!, starts[place + 1]!);
}

/** Each place has one below it, so a way down ends or runs into at most one cycle. */
function cyclesOf(below: Int32Array): number[][] {
  const cycles: number[][] = [];
  /** The way, from 1, on which each place was passed first. */
  const ways = new Int32Array(below.length);
  for (let start = 0; start < below.length; start++) {
    let place = start;
    while (place !== nowhere && ways[place] === 0) {
      ways[place] = start + 1;
      place = below[place]!;
    }
    if (place === nowhere || ways[place] !== start + 1) continue;
    const cycle = [place];
    for (let next = below[place]!; next !== place; next = below[next]!) cycle.push(next);
    cycles.push(cycle);
  }
  return cycles;
}

function ringText(cycle: readonly string[]): string {
  const shown = cycle.length > mostListed ? [...cycle.slice(0, mostListed), '…'] : cycle;
  return [...shown, cycle[0]].join(' → ');
}
