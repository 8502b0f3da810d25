import fc from 'fast-check';
import type { CellPolygons } from '../src/grid/cell-polygons.ts';
import type { Window } from '../src/grid/window.ts';

export type Ring = readonly (readonly [column: number, row: number])[];
export type Polygons = readonly (readonly Ring[])[];

export function cellPolygons(polygons: Polygons): CellPolygons {
  return polygons.map((rings) => rings.map((ring) => Float64Array.from(ring.flat())));
}

export function box(left: number, top: number, right: number, bottom: number): Ring {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** The window of the random polygons. */
export const field: Window = { firstColumn: -1, endColumn: 13, firstRow: -1, endRow: 13 };

/** The cells of a window, row by row. */
export function cellsOfWindow({ firstColumn, endColumn, firstRow, endRow }: Window): [column: number, row: number][] {
  const width = endColumn - firstColumn;
  return Array.from({ length: width * (endRow - firstRow) }, (_, i) => [
    firstColumn + (i % width),
    firstRow + Math.floor(i / width),
  ]);
}

const fine = 2 ** 40;

/**
 * Coordinates that often meet corners and centres of cells and each other, and others that never
 * do; all are whole numbers of 2^-40.
 */
const coordinate = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: 0, max: 48 }).map((n) => n / 4),
  fc.integer({ min: 0, max: 12 * fine }).map((n) => n / fine),
);
const position = fc.tuple(coordinate, coordinate);

/** Triangles with a long edge through a corner of cells, or just beside it. */
export const hairs: fc.Arbitrary<Polygons> = fc
  .tuple(
    fc.integer({ min: 2, max: 9 }),
    fc.integer({ min: 2, max: 9 }),
    position,
    position,
    fc.integer({ min: -1, max: 1 }),
  )
  .map(([x, y, [u, v], far, miss]) => {
    const [dx, dy] = [(u - 6) * 100, (v - 6) * 100];
    return [[[[x - dx, y - dy], [x + 3 * dx + miss / fine, y + 3 * dy], far]]];
  });

export const randomRing: fc.Arbitrary<Ring> = fc.array(position, { minLength: 2, maxLength: 9 });

export const randomPolygons: fc.Arbitrary<Polygons> = fc.array(fc.array(randomRing, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 4,
});

/** A coordinate as a whole number of 2^-44. */
export function exactly(value: number): bigint {
  return BigInt(value * 2 ** 44);
}
