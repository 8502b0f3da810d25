import { type Budget, unlimited } from '@cellshed/budget';
import type { Border } from './border.ts';

/** Visits each edge once that shares a position with a box, or whose own box does. */
export type BorderIndex = (
  left: number,
  top: number,
  right: number,
  bottom: number,
  visit: (edge: number) => void,
) => void;

/**
 * The most bands. A band is at least a row high, so that short lines meet few bands, and edges are
 * in few.
 */
const mostBands = 2 ** 16;

/**
 * The most entries beyond four for each edge, so that a few long edges do not reduce the number of
 * bands.
 */
const mostEntriesMore = 2 ** 10;

/** The cost of looking at an edge, and of visiting one. */
const [stepsPerLook, stepsPerVisit] = [0.25, 4];

/**
 * Sorts the edges into bands of equal height, and in each band from left to right. Visits spend
 * from the budget.
 */
export function borderIndex({ count, ends, firstRow, endRow }: Border, budget: Budget = unlimited): BorderIndex {
  const rows = Math.max(endRow - firstRow, 1);
  const { bandOf, starts, edges } = banded(Math.min(mostBands, count, rows));
  const leftOf = (e: number) => Math.min(ends[4 * e]!, ends[4 * e + 2]!);
  const rightOf = (e: number) => Math.max(ends[4 * e]!, ends[4 * e + 2]!);
  // The rightmost column of the edges in a band, up to this edge. It never falls, so it can be
  // searched.
  const reach = new Float64Array(edges.length);
  for (let b = 0; b + 1 < starts.length; b++) {
    const band = edges.subarray(starts[b]!, starts[b + 1]!).sort((d, e) => leftOf(d) - leftOf(e));
    let furthest = Number.NEGATIVE_INFINITY;
    for (const [i, e] of band.entries()) {
      furthest = Math.max(furthest, rightOf(e));
      reach[starts[b]! + i] = furthest;
    }
  }

  return (left, top, right, bottom, visit) => {
    const [first, last] = [bandOf(top), bandOf(bottom)];
    let [looks, visits] = [0, 0];
    for (let b = first; b <= last; b++) {
      let [from, to] = [starts[b]!, starts[b + 1]!];
      const end = to;
      while (from < to) {
        const middle = (from + to) >>> 1;
        if (reach[middle]! < left) from = middle + 1;
        else to = middle;
      }
      const begin = from;
      for (; from < end && leftOf(edges[from]!) <= right; from++) {
        const e = edges[from]!;
        if (rightOf(e) < left || ends[4 * e + 1]! > bottom || ends[4 * e + 3]! < top) continue;
        // The edge is in several bands, and was visited in the first of them.
        if (b > first && bandOf(ends[4 * e + 1]!) < b) continue;
        visits++;
        visit(e);
      }
      looks += 8 + from - begin;
    }
    budget.spend(Math.ceil(looks * stepsPerLook + visits * stepsPerVisit));
  };

  /** Halves the number of bands while many edges are in many bands. */
  function banded(bands: number): { bandOf: (y: number) => number; starts: Uint32Array; edges: Uint32Array } {
    const bandOf = (y: number) => Math.min(Math.max(Math.floor(((y - firstRow) / rows) * bands), 0), bands - 1);
    const starts = new Uint32Array(bands + 1);
    let entries = 0;
    for (let e = 0; e < count; e++) entries += bandOf(ends[4 * e + 3]!) - bandOf(ends[4 * e + 1]!) + 1;
    if (entries > 4 * count + mostEntriesMore && bands > 1) return banded(Math.ceil(bands / 2));
    for (let e = 0; e < count; e++) {
      for (let b = bandOf(ends[4 * e + 1]!); b <= bandOf(ends[4 * e + 3]!); b++) starts[b + 1]!++;
    }
    for (let b = 0; b < bands; b++) starts[b + 1]! += starts[b]!;
    const edges = new Uint32Array(entries);
    const next = starts.slice();
    for (let e = 0; e < count; e++) {
      for (let b = bandOf(ends[4 * e + 1]!); b <= bandOf(ends[4 * e + 3]!); b++) edges[next[b]!++] = e;
    }
    return { bandOf, starts, edges };
  }
}
