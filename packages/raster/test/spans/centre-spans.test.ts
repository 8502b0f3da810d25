import fc from 'fast-check';
import { IntricateAreaError } from '../../src/edges/intricate-area.ts';
import type { CellPolygons } from '../../src/grid/cell-polygons.ts';
import type { Window } from '../../src/grid/window.ts';
import { cellsOf, spansOf } from '../../src/spans/centre-spans.ts';
import { cellsIn, drawn, everywhere } from '../pictures.ts';

type Ring = (readonly [number, number])[];

const sheet: Window = { firstColumn: 0, endColumn: 6, firstRow: 0, endRow: 4 };

const cellPolygons = (polygons: readonly (readonly Ring[])[]): CellPolygons =>
  polygons.map((rings) => rings.map((ring) => Float64Array.from(ring.flat())));
const picture = (...polygons: Ring[][]) => drawn(spansOf(cellPolygons(polygons), everywhere), sheet);
const box = (left: number, top: number, right: number, bottom: number): Ring => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

describe('spansOf', () => {
  it('takes the cells whose centres are inside', () => {
    expect(picture([box(0.6, 0.4, 4.4, 2.6)])).toEqual(['.###..', '.###..', '.###..', '......']);
  });

  it('gives a centre on a vertical edge to the polygon on its left', () => {
    expect(picture([box(0, 1, 2.5, 3)])).toEqual(['......', '###...', '###...', '......']);
    expect(picture([box(2.5, 1, 6, 3)])).toEqual(['......', '...###', '...###', '......']);
  });

  it('gives a centre on a horizontal edge to the polygon below', () => {
    expect(picture([box(1, 0, 5, 1.5)])).toEqual(['.####.', '......', '......', '......']);
    expect(picture([box(1, 1.5, 5, 4)])).toEqual(['......', '.####.', '.####.', '.####.']);
  });

  it('gives a centre on a slanted edge to the polygon on its left, whichever way it leans', () => {
    const [a, b, c, d]: Ring = [
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
    ];
    expect(picture([[a!, c!, d!]])).toEqual(['#.....', '##....', '###...', '####..']);
    expect(picture([[a!, b!, c!]])).toEqual(['.###..', '..##..', '...#..', '......']);
    expect(picture([[a!, b!, d!]])).toEqual(['####..', '###...', '##....', '#.....']);
    expect(picture([[b!, c!, d!]])).toEqual(['......', '...#..', '..##..', '.###..']);
  });

  // The result of rasterio.features.rasterize([polygon], out_shape=(4, 6), transform=Affine(1, 0,
  // 0, 0, -1, 4)) of rasterio 1.4.4, GDAL 3.10.3.
  it.each<[string, Ring, string[]]>([
    ['an edge on its right', box(0, 1, 2.5, 3), ['......', '###...', '###...', '......']],
    ['an edge on its left', box(2.5, 1, 6, 3), ['......', '...###', '...###', '......']],
    [
      'a slanted edge above',
      [
        [0, 0],
        [4, 4],
        [0, 4],
      ],
      ['#.....', '##....', '###...', '####..'],
    ],
    [
      'a slanted edge below',
      [
        [0, 0],
        [4, 0],
        [4, 4],
      ],
      ['.###..', '..##..', '...#..', '......'],
    ],
    ['an edge along its top', box(1, 1.5, 5, 4), ['......', '.####.', '.####.', '.####.']],
  ])('answers as GDAL does where centres lie exactly on %s', (_, ring, answer) => {
    expect(picture([ring])).toEqual(answer);
  });

  it('has no row along an edge at its bottom, which GDAL fills for the polygons on both sides', () => {
    const gdal = ['.####.', '.####.', '......', '......'];
    expect(picture([box(1, 0, 5, 1.5)])).toEqual(gdal.with(1, '......'));
  });

  it('leaves holes out, whichever way they wind', () => {
    const expected = ['#####.', '#...#.', '#####.', '......'];
    expect(picture([box(0, 0, 5, 3), box(1, 1, 4, 2)])).toEqual(expected);
    expect(picture([box(0, 0, 5, 3), box(1, 1, 4, 2).reverse()])).toEqual(expected);
  });

  it('counts a ring that crosses itself by the even–odd rule', () => {
    const bow: Ring = [
      [0, 0],
      [5, 4],
      [5, 0],
      [0, 4],
    ];
    expect(picture([bow])).toEqual(['#...#.', '##.##.', '##.##.', '#...#.']);
    expect(picture([[...box(0, 0, 4, 4), ...box(0, 0, 4, 4)]])).toEqual(['......', '......', '......', '......']);
  });

  it('begins in the row of the uppermost centre, which is never -0', () => {
    expect(spansOf(cellPolygons([[box(0, 0.4, 4, 3)]]), everywhere).firstRow).toBe(0);
  });

  it('unites polygons that overlap, so that a cell counts once', () => {
    const polygons = cellPolygons([[box(0, 0, 3, 2)], [box(2, 1, 5, 3)], [box(2, 1, 3, 2)], [box(5, 2, 6, 3)]]);
    const spans = spansOf(polygons, everywhere);
    expect(drawn(spans, sheet)).toEqual(['###...', '#####.', '..####', '......']);
    expect(spans.cells).toBe(12);
    expect(spans.columns.length / 2).toBe(3);
    expect(cellsOf(polygons)).toBe(12);
  });

  it('holds as many spans as there are', () => {
    const comb = Array.from({ length: 300 }, (_, i) => [box(3 * i, 0, 3 * i + 1, 2)]);
    const spans = spansOf(cellPolygons(comb), everywhere);
    expect(spans.rowStarts).toEqual(Uint32Array.of(0, 300, 600));
    expect(cellsIn(spans)).toEqual([0, 1].flatMap((row) => comb.map((_, i) => [3 * i, row])));
  });

  it('needs no repeated last position', () => {
    const closed: Ring = [...box(1, 1, 3, 3), [1, 1]];
    expect(picture([closed])).toEqual(picture([box(1, 1, 3, 3)]));
  });

  it('answers a polygon without cells, and none at all, with no spans', () => {
    for (const polygons of [[], [[]], [[box(1.6, 1.6, 2.4, 2.4)]], [[box(0, 1.6, 9, 2.4)]]]) {
      expect(spansOf(cellPolygons(polygons), everywhere)).toMatchObject({ cells: 0, columns: new Int32Array() });
      expect(cellsOf(cellPolygons(polygons))).toBe(0);
    }
  });

  it('equals the definition, a perturbed centre in the polygon, on any polygons', () => {
    fc.assert(
      fc.property(polygonsOnQuarters, (polygons) => {
        const spans = spansOf(cellPolygons(polygons), everywhere);
        const exact = polygons.map((rings) =>
          rings.map((ring) => ring.map(([x, y]) => [scaled(x), scaled(y)] as const)),
        );
        const expected = grid(field).filter(([column, row]) => exact.some((rings) => contains(rings, column, row)));
        expect(cellsIn(spans)).toEqual(expected);
        expect(spans.cells).toBe(expected.length);
        expect(cellsOf(cellPolygons(polygons))).toBe(expected.length);
      }),
      { numRuns: 400 },
    );
  });

  it('has in a window what it has without one, and spans that rise and do not touch', () => {
    const window = fc
      .tuple(fc.integer({ min: -3, max: 12 }), fc.integer({ min: 0, max: 9 }), fc.nat(12), fc.nat(9))
      .map(([firstColumn, firstRow, width, height]) => ({
        firstColumn,
        endColumn: firstColumn + width,
        firstRow,
        endRow: firstRow + height,
      }));
    fc.assert(
      fc.property(polygonsOnQuarters, window, (polygons, window) => {
        const all = cellsIn(spansOf(cellPolygons(polygons), everywhere));
        const spans = spansOf(cellPolygons(polygons), window);
        const inside = all.filter(
          ([column, row]) =>
            column >= window.firstColumn && column < window.endColumn && row >= window.firstRow && row < window.endRow,
        );
        expect(cellsIn(spans)).toEqual(inside);
        expect(spans.cells).toBe(inside.length);
        for (let r = 0; r + 1 < spans.rowStarts.length; r++) {
          const row = spans.columns.subarray(2 * spans.rowStarts[r]!, 2 * spans.rowStarts[r + 1]!);
          expect(row.every((column, i) => i === 0 || column > row[i - 1]!)).toBe(true);
        }
      }),
    );
  });
});

describe('areas that share borders', () => {
  it('share no cell and lose none', () => {
    fc.assert(
      fc.property(partition, (areas) => {
        const counted = new Map<string, number>();
        for (const ring of areas) {
          for (const cell of cellsIn(spansOf(cellPolygons([[ring]]), everywhere))) {
            counted.set(String(cell), (counted.get(String(cell)) ?? 0) + 1);
          }
        }
        const expected = grid({ firstColumn: 0, endColumn: 12, firstRow: 0, endRow: 9 }).map((cell) => [
          String(cell),
          1,
        ]);
        expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 300 },
    );
  });

  it('agree to the bit where their borders are far from round numbers, large or nearly horizontal', () => {
    const line: Ring = [
      [-123456.789, 0.1],
      [0.1 + 0.2, 3.3],
      [7.7, Math.PI],
      [8.000001, 3.1415],
      [9e9, 3.5 + 1e-7],
      [Math.E, 7.7],
      [1 / 3, 9e3],
    ];
    const left = spansOf(cellPolygons([[[...line, [-1e6, 9e3], [-1e6, 0.1]]]]), everywhere);
    const right = spansOf(cellPolygons([[[...line, [1e10, 9e3], [1e10, 0.1]].reverse() as Ring]]), everywhere);
    expect(left.cells + right.cells).toBe(1000 * 2000);
  });
});

describe('an area much larger than the rasters', () => {
  it('has its spans cut to the window, and all its cells counted', () => {
    const polygons = cellPolygons([[box(-3e9, -50_000, 4e9, 50_000)]]);
    const window = { firstColumn: -5, endColumn: 5, firstRow: 2, endRow: 4 };
    expect(drawn(spansOf(polygons, window), window)).toEqual(['##########', '##########']);
    expect(cellsOf(polygons)).toBe(7e9 * 100_000);
  });

  it('is counted by samples of its rows where its border crosses too many', () => {
    const polygons = cellPolygons([[box(0, -2e12, 1000, 3e12)], [box(0, 7e12, 1000, 8e12)]]);
    const cells = cellsOf(polygons, { mostCrossings: 100_000 });
    expect(Math.abs(cells / 6e15 - 1)).toBeLessThan(1e-4);
  });

  it('is counted in portions that lose no row', () => {
    const triangle: Ring = [
      [0, 0],
      [400_000, 200_000],
      [0, 200_000],
    ];
    // Row r is crossed at 2 r + 1, so it has 2 r + 1 cells.
    const many = Array.from({ length: 4 }, () => [triangle]);
    expect(cellsOf(cellPolygons(many))).toBe(200_000 ** 2);
  });

  it('is refused when its border crosses rows of the window too often', () => {
    const zigzag: Ring = Array.from({ length: 400 }, (_, i) => [i / 10, i % 2 === 0 ? -900 : 900]);
    const polygons = cellPolygons([[zigzag]]);
    expect(() => spansOf(polygons, everywhere, { mostCrossings: 10_000 })).toThrow(IntricateAreaError);
    expect(() => spansOf(polygons, everywhere, { mostCrossings: 10_000 })).toThrow(
      /crosses rows of cells 720000 times.*10000/,
    );
    expect(spansOf(polygons, sheet, { mostCrossings: 1600 }).cells).toBeGreaterThan(0);
    expect(() => spansOf(polygons, sheet, { mostCrossings: 1599 })).toThrow(IntricateAreaError);
  });
});

/** The window of the random polygons. */
const field: Window = { firstColumn: -2, endColumn: 12, firstRow: -2, endRow: 12 };

function grid({ firstColumn, endColumn, firstRow, endRow }: Window): [number, number][] {
  const cells: [number, number][] = [];
  for (let row = firstRow; row < endRow; row++) {
    for (let column = firstColumn; column < endColumn; column++) cells.push([column, row]);
  }
  return cells;
}

const scaled = (value: number) => BigInt(4 * value) * 2n ** 60n;

/**
 * The definition, in exact integers: the centre, moved left by next to nothing and down by next to
 * nothing of that, is inside when a ray from it downwards meets the rings an odd number of times.
 */
function contains(rings: readonly (readonly (readonly [bigint, bigint])[])[], column: number, row: number): boolean {
  const x = scaled(column + 0.5) - 2n ** 30n;
  const y = scaled(row + 0.5) + 1n;
  let inside = false;
  for (const ring of rings) {
    for (const [i, [x2, y2]] of ring.entries()) {
      const [x1, y1] = ring.at(i - 1)!;
      if (x1 > x === x2 > x) continue;
      const below = (x - x1) * (y2 - y1) - (y - y1) * (x2 - x1);
      if (below > 0n === x2 > x1) inside = !inside;
    }
  }
  return inside;
}

/** Coordinates that often meet centres (x.5), edges through centres, and each other. */
const quarters = fc.integer({ min: -8, max: 48 }).map((n) => n / 4);
const halves = fc.integer({ min: -4, max: 24 }).map((n) => n / 2);
const position = fc.oneof(fc.tuple(quarters, quarters), fc.tuple(halves, halves));
const sliver = fc
  .tuple(position, position, fc.constantFrom<readonly [number, number]>([0.25, 0], [0, 0.25], [-0.25, 0.25]))
  .map(([a, b, [x, y]]): Ring => [a, b, [Math.min(b[0] + x, 12), Math.min(b[1] + y, 12)]]);
const ring = fc.oneof(fc.array(position, { minLength: 3, maxLength: 9 }), sliver);
const polygonsOnQuarters = fc.array(fc.array(ring, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });

/**
 * A mesh over 12 × 9 cells: 4 × 3 quadrangles, some cut in two, inner corners moved, each ring from
 * anywhere in any direction.
 */
const partition = fc
  .record({
    exact: fc.boolean(),
    moves: fc.array(
      fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
      {
        minLength: 20,
        maxLength: 20,
      },
    ),
    shapes: fc.array(fc.tuple(fc.constantFrom('quad', '\\', '/'), fc.nat(3), fc.boolean()), {
      minLength: 12,
      maxLength: 12,
    }),
  })
  .map(({ exact, moves, shapes }) => {
    const moved = (value: number) => (exact ? Math.round(2 * value) / 2 : value);
    const corner = (i: number, j: number): readonly [number, number] => {
      const [dx, dy] = moves[5 * j + i]!;
      const inner = i > 0 && i < 4 && j > 0 && j < 3;
      return inner ? [3 * i + moved(dx), 3 * j + moved(dy)] : [3 * i, 3 * j];
    };
    return shapes.flatMap(([shape, start, reversed], k) => {
      const [i, j] = [k % 4, Math.floor(k / 4)];
      const [a, b, c, d] = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
      const rings = {
        quad: [[a, b, c, d]],
        '\\': [
          [a, b, c],
          [a, c, d],
        ],
        '/': [
          [a, b, d],
          [b, c, d],
        ],
      }[shape]!;
      return rings.map((points): Ring => {
        const turned = [...points.slice(start), ...points.slice(0, start)];
        return reversed ? turned.reverse() : turned;
      });
    });
  });
