import fc from 'fast-check';
import { IntricateAreaError } from '../../src/edges/intricate-area.ts';
import type { Window } from '../../src/grid/window.ts';
import { touchedCellsOf, touchedSpansOf } from '../../src/spans/touched-spans.ts';
import { cellsIn, drawn, everywhere } from '../pictures.ts';
import {
  box,
  cellPolygons,
  cellsOfWindow,
  exactly,
  field,
  hairs,
  type Polygons,
  type Ring,
  randomPolygons,
} from '../random-polygons.ts';

const sheet: Window = { firstColumn: 0, endColumn: 6, firstRow: 0, endRow: 5 };
const picture = (...polygons: Ring[][]) => drawn(touchedSpansOf(cellPolygons(polygons), everywhere), sheet);

describe('touchedSpansOf', () => {
  it('takes the cells inside and those through which the border passes', () => {
    expect(picture([box(0.9, 1.1, 4.1, 3.9)])).toEqual(['......', '#####.', '#####.', '#####.', '......']);
    const hole = [box(0, 0, 6, 5), box(1.5, 1.5, 4.5, 3.5)];
    expect(picture(hole)).toEqual(['######', '######', '##..##', '######', '######']);
    expect(
      picture([
        [
          [0.5, 0.2],
          [5.5, 0.4],
          [0.5, 4.8],
        ],
      ]),
    ).toEqual(['######', '#####.', '####..', '###...', '##....']);
  });

  it('does not take cells that the border only runs along', () => {
    expect(picture([box(1, 1, 4, 3)])).toEqual(['......', '.###..', '.###..', '......', '......']);
    expect(picture([box(1, 1.5, 4, 3)])).toEqual(['......', '.###..', '.###..', '......', '......']);
  });

  it('does not take cells at whose corner the border passes', () => {
    const diamond: Ring = [
      [3, 1],
      [5, 3],
      [3, 5],
      [1, 3],
    ];
    expect(picture([diamond])).toEqual(['......', '..##..', '.####.', '.####.', '..##..']);
  });

  it('takes cells under rings without extent, and under edges that cancel each other', () => {
    expect(
      picture([
        [
          [0.5, 0.5],
          [3.5, 2.5],
        ],
      ]),
    ).toEqual(['##....', '.##...', '..##..', '......', '......']);
    expect(picture([[...box(1.5, 1.5, 4.5, 4.5), [1.5, 1.5], ...box(1.5, 1.5, 4.5, 4.5)]])).toEqual([
      '......',
      '.####.',
      '.#..#.',
      '.#..#.',
      '.####.',
    ]);
    expect(
      picture([
        [
          [2, 0],
          [2, 5],
        ],
      ]),
    ).toEqual(Array(5).fill('......'));
  });

  it('unites polygons, so that a cell counts once', () => {
    const spans = touchedSpansOf(
      cellPolygons([[box(0, 0, 2.5, 2)], [box(2.5, 0, 5, 2)], [box(1, 1, 4, 3)]]),
      everywhere,
    );
    expect(drawn(spans, sheet)).toEqual(['#####.', '#####.', '.###..', '......', '......']);
    expect([spans.cells, spans.columns.length]).toEqual([13, 6]);
  });

  it('equals the definition, exactly, on any polygons', () => {
    fc.assert(
      fc.property(randomPolygons, (polygons) => {
        const spans = touchedSpansOf(cellPolygons(polygons), everywhere);
        expect(cellsIn(spans)).toEqual(cellsOfWindow(field).filter((cell) => touches(polygons, cell)));
        expect(spans.cells).toBe(cellsIn(spans).length);
        expect(touchedCellsOf(cellPolygons(polygons))).toBe(spans.cells);
      }),
      { numRuns: 300 },
    );
  });

  it('is not misled by rounding where edges pass corners of cells, or past them by next to nothing', () => {
    fc.assert(
      fc.property(hairs, (polygons) => {
        const cells = cellsIn(touchedSpansOf(cellPolygons(polygons), field));
        expect(cells).toEqual(cellsOfWindow(field).filter((cell) => touches(polygons, cell)));
      }),
      { numRuns: 300 },
    );
  });

  it('has in a window what it has without one', () => {
    fc.assert(
      fc.property(randomPolygons, fc.nat(8), fc.nat(8), fc.nat(6), (polygons, firstColumn, firstRow, size) => {
        const window = { firstColumn, firstRow, endColumn: firstColumn + size, endRow: firstRow + size };
        const all = cellsIn(touchedSpansOf(cellPolygons(polygons), everywhere));
        const inside = new Set(cellsOfWindow(window).map(String));
        expect(cellsIn(touchedSpansOf(cellPolygons(polygons), window))).toEqual(
          all.filter((cell) => inside.has(String(cell))),
        );
      }),
    );
  });

  it('answers no polygons, and an area beside the window, with no spans', () => {
    for (const polygons of [[], [[]], [[[]]], [[box(20.5, 20.5, 30, 30)]]]) {
      expect(touchedSpansOf(cellPolygons(polygons), sheet)).toMatchObject({ cells: 0, columns: new Int32Array() });
    }
    expect(touchedCellsOf([])).toBe(0);
  });
});

describe('an area much larger than the rasters', () => {
  const huge = cellPolygons([[box(-3e9 + 0.5, -50_000, 4e9, 50_000)]]);

  it('has its spans cut to the window, and all its cells counted', () => {
    const window = { firstColumn: -5, endColumn: 5, firstRow: 2, endRow: 4 };
    expect(drawn(touchedSpansOf(huge, window), window)).toEqual(['##########', '##########']);
    expect(touchedCellsOf(huge)).toBe(7e9 * 100_000);
  });

  it('is counted by the length of its border where that passes through too many rows', () => {
    const sliver = cellPolygons([
      [
        [
          [0.3, 0.3],
          [90_000.3, 70_000.7],
          [90_000.1, 70_000.9],
        ],
      ],
    ]);
    expect(touchedCellsOf(sliver, { mostCrossings: 1000 }) / touchedCellsOf(sliver)).toBeCloseTo(1, 1);
    expect(touchedCellsOf(huge, { mostCrossings: 1000 }) / 7e14).toBeCloseTo(1, 4);
  });

  it('is refused when its border passes through rows of the window too often', () => {
    const zigzag = cellPolygons([[Array.from({ length: 400 }, (_, i) => [i / 10, i % 2 === 0 ? -900 : 900] as const)]]);
    expect(() => touchedSpansOf(zigzag, everywhere, { mostCrossings: 10_000 })).toThrow(IntricateAreaError);
    expect(() => touchedSpansOf(zigzag, everywhere, { mostCrossings: 10_000 })).toThrow(
      /passes through rows of cells 720000 times.*10000/,
    );
    expect(touchedSpansOf(zigzag, sheet, { mostCrossings: 2000 }).cells).toBe(30);
    expect(() => touchedSpansOf(zigzag, sheet, { mostCrossings: 1999 })).toThrow(IntricateAreaError);
  });
});

/**
 * The definition, in exact integers: an edge passes through the open cell, or the centre lies in a
 * polygon.
 */
function touches(polygons: Polygons, [column, row]: readonly [number, number]): boolean {
  return polygons.some((rings) => {
    let inside = false;
    const [x, y] = [exactly(column + 0.5), exactly(row + 0.5)];
    for (const ring of rings) {
      for (const [i, [u2, v2]] of ring.entries()) {
        const [u1, v1] = ring.at(i - 1)!;
        if (passes([exactly(u1), exactly(v1)], [exactly(u2), exactly(v2)], [exactly(column), exactly(row)]))
          return true;
        if (exactly(v1) > y === exactly(v2) > y) continue;
        const side = (exactly(u2) - exactly(u1)) * (y - exactly(v1)) - (x - exactly(u1)) * (exactly(v2) - exactly(v1));
        if (side > 0n === v2 > v1) inside = !inside;
      }
    }
    return inside;
  });
}

type Point = readonly [bigint, bigint];

/**
 * Two convex sets have no point in common when a side of one of them separates them; here one is a
 * square without its border.
 */
function passes([x1, y1]: Point, [x2, y2]: Point, [left, top]: Point): boolean {
  const [right, bottom] = [left + exactly(1), top + exactly(1)];
  if (x1 === x2 && y1 === y2) return false;
  if ((x1 <= left && x2 <= left) || (x1 >= right && x2 >= right)) return false;
  if ((y1 <= top && y2 <= top) || (y1 >= bottom && y2 >= bottom)) return false;
  const sides = [left, right].flatMap((x) => [top, bottom].map((y) => (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)));
  return sides.some((side) => side > 0n) && sides.some((side) => side < 0n);
}
