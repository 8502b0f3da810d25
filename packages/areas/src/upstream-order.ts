/** Places of which each drains into at most one other. */
export interface Links {
  /** The place below each place; negative: there is none. */
  readonly below: Int32Array;
  /** The places directly above a place. */
  readonly above: (place: number) => Int32Array;
}

/**
 * Some places and all above them, each after those above it. Of the places directly above one, that
 * with the most above it comes first: so who adds up along the order keeps a sum for at most
 * log2(n) + 1 places at a time. None of the places may be on a cycle.
 */
export function upstreamOrder(places: Iterable<number>, { below, above }: Links): Int32Array {
  const downwards = fromAbove(allAbove(places, above), { below, above });
  /** The number of places of the order up to each place from its first; 0: it is not among them. */
  const sizes = new Int32Array(below.length);
  for (const place of downwards) {
    sizes[place]! += 1;
    if (below[place]! >= 0) sizes[below[place]!]! += sizes[place]!;
  }
  const order = new Int32Array(downwards.length);
  const starts = new Int32Array(below.length);
  const among = new Set(downwards);
  let next = 0;
  for (let i = downwards.length - 1; i >= 0; i--) {
    const place = downwards[i]!;
    if (!among.has(below[place]!)) {
      starts[place] = next;
      next += sizes[place]!;
    }
    order[starts[place]! + sizes[place]! - 1] = place;
    let start = starts[place]!;
    for (const one of above(place).toSorted((a, b) => sizes[b]! - sizes[a]! || a - b)) {
      starts[one] = start;
      start += sizes[one]!;
    }
  }
  return order;
}

/** Some places and all above them, each once. None may be on a cycle. */
export function allAbove(places: Iterable<number>, above: Links['above']): number[] {
  const found = new Set(places);
  for (const place of found) for (const one of above(place)) found.add(one);
  return [...found];
}

/** The same places, each after those above it. */
function fromAbove(places: readonly number[], { below, above }: Links): number[] {
  const waitsFor = new Int32Array(below.length);
  for (const place of places) waitsFor[place] = above(place).length;
  const ready = places.filter((place) => waitsFor[place] === 0);
  for (let i = 0; i < ready.length; i++) {
    const next = below[ready[i]!]!;
    if (next >= 0 && --waitsFor[next]! === 0) ready.push(next);
  }
  return ready;
}
