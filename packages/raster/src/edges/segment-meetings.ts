import type { Budget } from '@cellshed/budget';
import type { Border } from './border.ts';
import type { BorderIndex } from './border-index.ts';
import { orientation } from './orientation.ts';
import type { Segment } from './segment.ts';

/** The places where a segment meets a border. The arrays are reused for the next segment. */
export interface Meetings {
  readonly count: number;
  /** The indexes of all meetings, from the beginning of the segment to its end. */
  readonly order: readonly number[];
  /** The place of each meeting on the segment, from 0 at its beginning to 1 at its end. */
  readonly places: Float64Array;
  /**
   * The polygon that is entered or left there; or the segment `begins` or `ends` to run along an
   * edge.
   */
  readonly changes: Int32Array;
  /** Whether the segment ends on the border. */
  readonly endsOnBorder: boolean;
}

export const begins = -1;
const ends = -2;

/**
 * Finds the places where segments pass edges. A position on a segment's line counts as on its
 * right, so that a segment through a vertex passes one of the edges at the vertex, or both, or
 * none. Between two places, the polygons that contain the segment are those just left of it; they
 * also contain the segment itself, unless it is on the border.
 *
 *            ╲ ╱           both edges are on the left: both are passed, at one place
 *     ────────•───────▶
 *
 * An edge through the segment's beginning or end is not passed: it is behind the place beside the
 * beginning, and beyond the place beside the end.
 */
export function meetingFinder(
  { ends: xy, polygon }: Border,
  near: BorderIndex,
  budget: Budget,
): (segment: Segment) => Meetings {
  const found = growing();
  return (segment) => {
    const [x1, y1, x2, y2] = segment;
    let endsOnBorder = false;
    found.clear();
    near(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2), (edge) => {
      const [u1, v1, u2, v2] = [xy[4 * edge]!, xy[4 * edge + 1]!, xy[4 * edge + 2]!, xy[4 * edge + 3]!];
      const upper = orientation(x1, y1, x2, y2, u1, v1, budget);
      const lower = orientation(x1, y1, x2, y2, u2, v2, budget);
      if (upper * lower > 0) return;
      const begin = orientation(u1, v1, u2, v2, x1, y1, budget);
      const end = orientation(u1, v1, u2, v2, x2, y2, budget);
      if (begin * end > 0) return;
      if (begin === 0 && end === 0) {
        const [a, b] = [placeOf(u1, v1, segment), placeOf(u2, v2, segment)];
        const [first, last] = [Math.max(Math.min(a, b), 0), Math.min(Math.max(a, b), 1)];
        found.add(first, begins);
        found.add(last, ends);
        if (last === 1) endsOnBorder = true;
      } else if (end === 0) endsOnBorder = true;
      else if (begin !== 0 && upper >= 0 !== lower >= 0) {
        // At a vertex on the segment, the edges on both its sides are met at the same place.
        if (upper === 0) found.add(placeOf(u1, v1, segment), polygon[edge]!);
        else if (lower === 0) found.add(placeOf(u2, v2, segment), polygon[edge]!);
        else found.add(crossing(segment, [u1, v1, u2, v2]), polygon[edge]!);
      }
    });
    return { ...found.sorted(), endsOnBorder };
  };
}

function growing() {
  let [places, changes] = [new Float64Array(64), new Int32Array(64)];
  const order: number[] = [];
  return {
    clear(): void {
      order.length = 0;
    },
    add(place: number, change: number): void {
      const count = order.length;
      if (count === places.length) {
        const [more, moreChanges] = [new Float64Array(2 * count), new Int32Array(2 * count)];
        more.set(places);
        moreChanges.set(changes);
        [places, changes] = [more, moreChanges];
      }
      places[count] = place;
      changes[count] = change;
      order.push(count);
    },
    sorted() {
      const at = places;
      order.sort((a, b) => at[a]! - at[b]!);
      return { count: order.length, order, places, changes };
    },
  };
}

/** The place on a segment of a position on its line. */
function placeOf(x: number, y: number, [x1, y1, x2, y2]: Segment): number {
  return Math.abs(x2 - x1) > Math.abs(y2 - y1) ? (x - x1) / (x2 - x1) : (y - y1) / (y2 - y1);
}

/**
 * The place on a segment where it meets an edge that is not parallel. If it nearly is, rounding
 * only tells that the place is beside the edge.
 */
function crossing(segment: Segment, [u1, v1, u2, v2]: Segment): number {
  const [x1, y1, x2, y2] = segment;
  const across = (x2 - x1) * (v2 - v1) - (y2 - y1) * (u2 - u1);
  const place = ((u1 - x1) * (v2 - v1) - (v1 - y1) * (u2 - u1)) / across;
  const [a, b] = [placeOf(u1, v1, segment), placeOf(u2, v2, segment)];
  const [least, most] = [Math.max(Math.min(a, b), 0), Math.min(Math.max(a, b), 1)];
  // The place is NaN for numbers beyond all measure.
  return place >= least ? Math.min(place, most) : least;
}
