import type { CellPolygons } from '../grid/cell-polygons.ts';

/** Edges of polygons, each from its upper end (the smaller row) to its lower end. */
export interface Edges {
  readonly count: number;
  /** Upper column, upper row, lower column, lower row of each edge. */
  readonly ends: Float64Array;
  /** Index of the polygon of each edge; never decreases. */
  readonly polygon: Uint32Array;
  /** The rows in which there are edges, and the columns. */
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstColumn: number;
  readonly endColumn: number;
}

/** Tells which edges are kept, and in which rows they are. */
export interface EdgeRule {
  isKept(x1: number, y1: number, x2: number, y2: number): boolean;
  /** The first row of edges that reach up to y. */
  firstRowOf(y: number): number;
  /** The row after the last one of edges that reach down to y. */
  endRowOf(y: number): number;
}

/** Collects the edges of polygons that a rule keeps, in their order. */
export function collectEdges(polygons: CellPolygons, { isKept, firstRowOf, endRowOf }: EdgeRule): Edges {
  let most = 0;
  for (const rings of polygons) for (const ring of rings) most += ring.length / 2;
  const ends = new Float64Array(4 * most);
  const polygon = new Uint32Array(most);
  let count = 0;
  let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [top, bottom] = [left, right];
  for (let p = 0; p < polygons.length; p++) {
    for (const ring of polygons[p]!) {
      let x1 = ring.at(-2) as number;
      let y1 = ring.at(-1) as number;
      for (let i = 0; i < ring.length; i += 2) {
        const x2 = ring[i]!;
        const y2 = ring[i + 1]!;
        if (isKept(x1, y1, x2, y2)) {
          const down = y1 < y2;
          ends[4 * count] = down ? x1 : x2;
          ends[4 * count + 1] = down ? y1 : y2;
          ends[4 * count + 2] = down ? x2 : x1;
          ends[4 * count + 3] = down ? y2 : y1;
          polygon[count++] = p;
          left = Math.min(left, x1, x2);
          right = Math.max(right, x1, x2);
          top = Math.min(top, down ? y1 : y2);
          bottom = Math.max(bottom, down ? y2 : y1);
        }
        x1 = x2;
        y1 = y2;
      }
    }
  }
  if (count === 0) return { count, ends, polygon, firstRow: 0, endRow: 0, firstColumn: 0, endColumn: 0 };
  return {
    count,
    ends,
    polygon,
    // Adding 0 turns -0 into 0.
    firstRow: firstRowOf(top) + 0,
    endRow: endRowOf(bottom) + 0,
    firstColumn: Math.floor(left) + 0,
    endColumn: Math.ceil(right) + 0,
  };
}
