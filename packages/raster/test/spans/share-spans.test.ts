import fc from 'fast-check';
import { IntricateAreaError } from '../../src/edges/intricate-area.ts';
import type { Window } from '../../src/grid/window.ts';
import { shareOf, shareSpansOf } from '../../src/spans/share-spans.ts';
import { type Spans, wholeCell } from '../../src/spans/spans.ts';
import { cellsIn, everywhere } from '../pictures.ts';
import {
  box,
  cellPolygons,
  cellsOfWindow,
  field,
  type Polygons,
  type Ring,
  randomPolygons,
  randomRing,
} from '../random-polygons.ts';

const sharesOf = (polygons: Polygons, window = field) => shares(shareSpansOf(cellPolygons(polygons), window), window);

describe('shareSpansOf', () => {
  it('gives each cell the share of it that lies inside', () => {
    const sheet = { firstColumn: 0, endColumn: 4, firstRow: 0, endRow: 3 };
    expect(sharesOf([[box(0.5, 0.25, 3, 2.5)]], sheet)).toEqual([
      [0.375, 0.75, 0.75, 0],
      [0.5, 1, 1, 0],
      [0.25, 0.5, 0.5, 0],
    ]);
    const triangle: Ring = [
      [0, 0],
      [4, 0],
      [0, 2],
    ];
    expect(sharesOf([[triangle]], sheet)).toEqual([
      [1, 1, 0.75, 0.25],
      [0.75, 0.25, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('lists as parts only cells that lie in the area in part, and as spans all', () => {
    const spans = shareSpansOf(
      cellPolygons([[box(0.5, 1, 4, 2)], [box(6, 1, 7.25, 2)], [box(9, 1, 9, 2)]]),
      everywhere,
    );
    expect(spans).toEqual({
      firstRow: 1,
      rowStarts: Uint32Array.of(0, 2),
      columns: Int32Array.of(0, 4, 6, 8),
      cells: 6,
      shares: {
        rowStarts: Uint32Array.of(0, 2),
        columns: Int32Array.of(0, 7),
        parts: Uint32Array.of(wholeCell / 2, wholeCell / 4),
      },
    });
  });

  it('rounds to the nearest part: a cell of none is left out, one of all is whole', () => {
    const part = 1 / wholeCell;
    const strips = [0.49, 0.51, 1.49].map((width, i): Ring[] => [box(2 * i, 0, 2 * i + width * part, 1)]);
    const { columns, shares } = shareSpansOf(cellPolygons([...strips, [box(8, 0, 9 - 0.49 * part, 1)]]), everywhere);
    expect([columns, shares]).toEqual([
      Int32Array.of(2, 3, 4, 5, 8, 9),
      { rowStarts: Uint32Array.of(0, 2), columns: Int32Array.of(2, 4), parts: Uint32Array.of(1, 1) },
    ]);
  });

  it('is not changed by a ring without extent', () => {
    const flat: Ring = [
      [1.5, 0.5],
      [3, 0.5],
    ];
    expect(sharesOf([[box(0, 0, 2, 1)], [flat]])).toEqual(sharesOf([[box(0, 0, 2, 1)]]));
  });

  it('is what is left of simple polygons when they are cut to the cell', () => {
    fc.assert(
      fc.property(star, (ring) => {
        const expected = cellsOfWindow(field).map((cell) => areaOf(cutTo(ring, cell)));
        expect(furthest(sharesOf([[ring]]).flat(), expected)).toBeLessThan(1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it('counts within a polygon by the even–odd rule, and between polygons area that they share once', () => {
    fc.assert(
      fc.property(randomRing, randomRing, (a, b) => {
        const [onlyA, onlyB, united, oddly] = [[[a]], [[b]], [[a], [b]], [[a, b]]].map((polygons) =>
          sharesOf(polygons).flat(),
        );
        const twiceUnited = united!.map((share) => 2 * share);
        expect(
          furthest(
            twiceUnited,
            oddly!.map((share, i) => share + onlyA![i]! + onlyB![i]!),
          ),
        ).toBeLessThan(1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same when columns and rows are exchanged', () => {
    const turned = (polygons: Polygons): Polygons =>
      polygons.map((rings) => rings.map((ring) => ring.map(([x, y]) => [y, x] as const)));
    fc.assert(
      fc.property(randomPolygons, (polygons) => {
        const one = sharesOf(polygons);
        const exchanged = one.map((_, column) => one.map((row) => row[column]!));
        expect(furthest(sharesOf(turned(polygons)).flat(), exchanged.flat())).toBeLessThan(1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('adds up to one in each cell where areas tile a box', () => {
    fc.assert(
      fc.property(tiling, (areas) => {
        const sums = cellsOfWindow(tiled).map(() => 0);
        for (const ring of areas)
          sharesOf([[ring]], tiled)
            .flat()
            .forEach((share, i) => {
              sums[i]! += share;
            });
        expect(
          furthest(
            sums,
            sums.map(() => 1),
          ),
        ).toBeLessThan(1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it('has in a window what it has without one, and spans and parts that rise', () => {
    fc.assert(
      fc.property(
        randomPolygons,
        fc.nat(6),
        fc.nat(6),
        fc.integer({ min: 1, max: 6 }),
        (polygons, firstColumn, firstRow, size) => {
          const window = { firstColumn, firstRow, endColumn: firstColumn + size, endRow: firstRow + size };
          const all = sharesOf(polygons, field);
          const inside = all
            .slice(firstRow + 1, firstRow + 1 + size)
            .map((row) => row.slice(firstColumn + 1, firstColumn + 1 + size));
          const spans = shareSpansOf(cellPolygons(polygons), window);
          expect(furthest(shares(spans, window).flat(), inside.flat())).toBeLessThan(1e-9);
          expect(spans.cells).toBe(cellsIn(spans).length);
          for (const { rowStarts, columns, each } of [
            { ...spans, each: 2 },
            { ...spans.shares!, each: 1 },
          ]) {
            for (let r = 0; r + 1 < rowStarts.length; r++) {
              const row = columns.subarray(each * rowStarts[r]!, each * rowStarts[r + 1]!);
              expect(row.every((column, i) => i === 0 || column > row[i - 1]!)).toBe(true);
            }
          }
        },
      ),
    );
  });

  it('answers no polygons, and an area beside the window, with no spans', () => {
    for (const polygons of [
      [],
      [[]],
      [[[]]],
      [[box(20.5, 0.5, 30, 30)]],
      [[box(-30.5, 0.5, -20, 30)]],
      [[box(2, 20, 3, 30)]],
    ]) {
      expect(shareSpansOf(cellPolygons(polygons), field)).toMatchObject({ cells: 0, columns: new Int32Array() });
    }
  });
});

describe('shareOf', () => {
  it('is what the shares of all cells add up to', () => {
    fc.assert(
      fc.property(randomPolygons, (polygons) => {
        const sum = sharesOf(polygons)
          .flat()
          .reduce((a, b) => a + b, 0);
        expect(shareOf(cellPolygons(polygons))).toBeCloseTo(sum, 7);
      }),
    );
  });

  it('is exact for areas that pass through too many rows', () => {
    const polygons = cellPolygons([[box(0, -2e12, 1000, 3e12)], [box(0, 7e12, 1000, 8e12)]]);
    expect(shareOf(polygons, { mostCrossings: 100_000 })).toBeCloseTo(6e15, -6);
  });
});

describe('an area much larger than the rasters, or monstrous', () => {
  it('has its spans cut to the window', () => {
    const window = { firstColumn: -5, endColumn: 5, firstRow: 2, endRow: 4 };
    const spans = shareSpansOf(cellPolygons([[box(-3e9, -5e6, 4e9, 3.5)]]), window);
    expect([spans.cells, spans.columns, [...spans.shares!.parts]]).toEqual([
      20,
      Int32Array.of(-5, 5, -5, 5),
      Array(10).fill(wholeCell / 2),
    ]);
  });

  it('is refused when its border passes through rows of the window too often', () => {
    const zigzag = cellPolygons([[Array.from({ length: 400 }, (_, i) => [i / 10, i % 2 === 0 ? -900 : 900] as const)]]);
    expect(() => shareSpansOf(zigzag, everywhere, { mostCrossings: 10_000 })).toThrow(
      /passes through rows of cells 720000 times.*10000/,
    );
  });

  it('is refused when its border overlaps itself in a row too often', () => {
    // Each of 1,000 edges crosses most others, in one row.
    const ring: Ring = Array.from({ length: 1000 }, (_, i) => [(i * 617) % 1000, (i % 2) * 0.9 + (i % 7) / 100]);
    expect(() =>
      shareSpansOf(cellPolygons([[ring]]), { ...everywhere, endColumn: 2000 }, { mostCrossings: 2 ** 18 }),
    ).toThrow(IntricateAreaError);
    expect(() => shareOf(cellPolygons([[ring]]), { mostCrossings: 2 ** 18 })).toThrow(
      /overlaps itself .* more than 65536 steps/,
    );
  });

  it('is refused when its border runs along rows too often', () => {
    const ring: Ring = Array.from({ length: 100 }, (_, i) => [i % 2 === 0 ? -1e6 : 1e6, i / 100]);
    expect(() =>
      shareSpansOf(cellPolygons([[ring]]), { ...everywhere, endColumn: 1e5 }, { mostCrossings: 2 ** 20 }),
    ).toThrow(IntricateAreaError);
  });
});

/** The largest difference between two numbers at the same place. */
function furthest(some: readonly number[], others: readonly number[]): number {
  expect(some.length).toBe(others.length);
  return some.reduce((most, one, i) => Math.max(most, Math.abs(one - others[i]!)), 0);
}

/** The share of each cell of the window, row by row. */
function shares(spans: Spans, { firstColumn, endColumn, firstRow, endRow }: Window): number[][] {
  const rows = Array.from({ length: endRow - firstRow }, () => Array<number>(endColumn - firstColumn).fill(0));
  for (const [column, row] of cellsIn(spans)) rows[row - firstRow]![column - firstColumn] = 1;
  const { rowStarts, columns, parts } = spans.shares!;
  for (let r = 0; r + 1 < rowStarts.length; r++) {
    for (let k = rowStarts[r]!; k < rowStarts[r + 1]!; k++) {
      const row = rows[spans.firstRow + r - firstRow]!;
      if (row[columns[k]! - firstColumn] !== 1) throw new Error(`cell ${columns[k]} has parts, but lies in no span`);
      row[columns[k]! - firstColumn] = parts[k]! / wholeCell;
    }
  }
  return rows;
}

/**
 * A ring around a point that does not cross itself: no two of its rays are half a turn apart or
 * more.
 */
const star = fc
  .tuple(
    fc.uniqueArray(fc.nat(359), { maxLength: 9 }),
    fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
  )
  .map(
    ([degrees, lengths]): Ring =>
      [...new Set([...degrees, 0, 120, 240])]
        .sort((a, b) => a - b)
        .map((degree, i) => [
          6 + 6.3 * lengths[i]! * Math.cos((Math.PI * degree) / 180),
          6 + 6.3 * lengths[i]! * Math.sin((Math.PI * degree) / 180),
        ]),
  );

/** Sutherland and Hodgman's clipping: cut at each side of the cell in turn. */
function cutTo(ring: Ring, [column, row]: readonly [number, number]): Ring {
  const sides: ((point: readonly [number, number]) => number)[] = [
    ([x]) => x - column,
    ([x]) => column + 1 - x,
    ([, y]) => y - row,
    ([, y]) => row + 1 - y,
  ];
  return sides.reduce<Ring>(
    (left, side) =>
      left.flatMap((point, i) => {
        const before = left.at(i - 1)!;
        const [a, b] = [side(before), side(point)];
        const t = a / (a - b);
        const cut = [before[0] + t * (point[0] - before[0]), before[1] + t * (point[1] - before[1])] as const;
        return [...(a >= 0 !== b >= 0 ? [cut] : []), ...(b >= 0 ? [point] : [])];
      }),
    ring,
  );
}

function areaOf(ring: Ring): number {
  return Math.abs(ring.reduce((sum, [x, y], i) => sum + ring.at(i - 1)![0] * y - x * ring.at(i - 1)![1], 0)) / 2;
}

const tiled: Window = { firstColumn: 0, endColumn: 12, firstRow: 0, endRow: 9 };

/** Triangles from a point in the box to neighbours on its border. */
const tiling = fc
  .tuple(
    fc.double({ min: 0.1, max: 11.9, noNaN: true }),
    fc.double({ min: 0.1, max: 8.9, noNaN: true }),
    fc.array(fc.double({ min: 0, max: 42, noNaN: true, maxExcluded: true }), { maxLength: 4 }),
  )
  .map(([x, y, ways]): Ring[] => {
    const around = [...ways, 0, 12, 21, 33]
      .sort((a, b) => a - b)
      .map((way): readonly [number, number] => {
        if (way <= 12) return [way, 0];
        if (way <= 21) return [12, way - 12];
        return way <= 33 ? [33 - way, 9] : [0, 42 - way];
      });
    return around.map((point, i) => [[x, y], around.at(i - 1)!, point]);
  });
