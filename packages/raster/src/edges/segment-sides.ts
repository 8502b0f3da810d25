import type { Budget } from '@cellshed/budget';
import type { Border } from './border.ts';
import type { BorderIndex } from './border-index.ts';
import { orientation } from './orientation.ts';
import type { Segment } from './segment.ts';

/** The polygons that contain a position. */
export interface Sides {
  /** The number of these polygons. */
  readonly depth: number;
  /**
   * Moves to the place beside the beginning of a segment: just beyond it, and just left of the
   * segment.
   */
  beside(segment: Segment): void;
  /** Enters a polygon, or leaves it. */
  pass(polygon: number): void;
  /** Tells whether another position, which is not on the border, is in any polygon. */
  holds(x: number, y: number): boolean;
}

export function sidesOf({ count, ends, polygon }: Border, near: BorderIndex, budget: Budget): Sides {
  const inside = new Uint8Array(polygon[count - 1]! + 1);
  let depth = 0;
  const edgeAt = (edge: number) =>
    [ends[4 * edge]!, ends[4 * edge + 1]!, ends[4 * edge + 2]!, ends[4 * edge + 3]!] as const;
  const pass = (owner: number) => {
    inside[owner]! ^= 1;
    depth += inside[owner] === 1 ? 1 : -1;
  };
  return {
    get depth() {
      return depth;
    },
    beside(segment) {
      if (depth > 0) inside.fill(0);
      depth = 0;
      const [x, y] = segment;
      near(Number.NEGATIVE_INFINITY, y, x, y, (edge) => {
        if (isRightOf(segment, edgeAt(edge), budget)) pass(polygon[edge]!);
      });
    },
    pass,
    holds(x, y) {
      const odd = new Set<number>();
      near(Number.NEGATIVE_INFINITY, y, x, y, (edge) => {
        const [u1, v1, u2, v2] = edgeAt(edge);
        if (y >= v2 || y < v1 || orientation(u1, v1, u2, v2, x, y, budget) >= 0) return;
        if (!odd.delete(polygon[edge]!)) odd.add(polygon[edge]!);
      });
      return odd.size > 0;
    },
  };
}

/**
 * Tells whether the place just beside the beginning of a segment is level with an edge and right of
 * it. An edge runs from its upper end, which is level with it, to its lower end, which is not.
 */
function isRightOf([x1, y1, x2, y2]: Segment, [u1, v1, u2, v2]: Segment, budget: Budget): boolean {
  // Rows rise downwards: left of a segment to the left is further down.
  const goesDown = y1 < y2 || (y1 === y2 && x1 > x2);
  const isBelowUpper = v1 < y1 || (v1 === y1 && goesDown);
  const isAboveLower = y1 < v2 || (v2 === y1 && !goesDown);
  if (!isBelowUpper || !isAboveLower) return false;
  const side = orientation(u1, v1, u2, v2, x1, y1, budget) || orientation(u1, v1, u2, v2, x2, y2, budget);
  // Left of a segment that runs down an edge is right of the edge.
  return side === 0 ? y1 < y2 : side < 0;
}
