import type { Border } from './border.ts';

/**
 * The pieces of edges in one row: from (column x1, height y1) down to (x2, y2), heights from 0 at
 * the row's upper line to 1.
 */
export interface Pieces {
  readonly x1: Float64Array;
  readonly y1: Float64Array;
  readonly x2: Float64Array;
  readonly y2: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly polygon: Uint32Array;
  /** The pieces from left to right, by their left ends. */
  readonly order: Uint32Array;
  /** The column of each piece in the middle of a strip. */
  readonly middle: Float64Array;
}

/** Fills pieces with the parts of edges in a row; columns are counted from `origin`. */
export function rowPieces({ ends, polygon }: Border, origin: number) {
  let pieces = piecesOf(64);
  return {
    get pieces(): Pieces {
      return pieces;
    },
    fill(row: number, edges: Uint32Array, from: number, to: number): void {
      if (to - from > pieces.order.length) pieces = piecesOf(2 * (to - from));
      const { x1, y1, x2, y2, left, right, order } = pieces;
      for (let k = from, i = 0; k < to; k++, i++) {
        const e = edges[k]!;
        const u1 = ends[4 * e]! - origin;
        const v1 = ends[4 * e + 1]! - row;
        const u2 = ends[4 * e + 2]! - origin;
        const v2 = ends[4 * e + 3]! - row;
        const slope = v1 < 0 || v2 > 1 ? (u2 - u1) / (v2 - v1) : 0;
        x1[i] = v1 < 0 ? u1 - v1 * slope : u1;
        y1[i] = v1 < 0 ? 0 : v1;
        x2[i] = v2 > 1 ? u2 - (v2 - 1) * slope : u2;
        y2[i] = v2 > 1 ? 1 : v2;
        left[i] = Math.min(x1[i]!, x2[i]!);
        right[i] = Math.max(x1[i]!, x2[i]!);
        pieces.polygon[i] = polygon[e]!;
        order[i] = i;
      }
      sortBy(left, order, to - from);
    },
  };
}

function piecesOf(most: number): Pieces {
  const numbers = () => new Float64Array(most);
  const indices = () => new Uint32Array(most);
  return {
    x1: numbers(),
    y1: numbers(),
    x2: numbers(),
    y2: numbers(),
    left: numbers(),
    right: numbers(),
    polygon: indices(),
    order: indices(),
    middle: numbers(),
  };
}

/** Sorts the first `count` indices by their keys. */
export function sortBy(keys: Float64Array, indices: Uint32Array, count: number): void {
  if (count > 48) {
    indices.subarray(0, count).sort((a, b) => keys[a]! - keys[b]!);
    return;
  }
  for (let i = 1; i < count; i++) {
    const moved = indices[i]!;
    const key = keys[moved]!;
    let j = i - 1;
    for (; j >= 0 && keys[indices[j]!]! > key; j--) indices[j + 1] = indices[j]!;
    indices[j + 1] = moved;
  }
}
