import fc from 'fast-check';
import { IntricateAreaError } from '../../src/edges/intricate-area.ts';
import type { Window } from '../../src/grid/window.ts';
import { lineSpansOf } from '../../src/spans/line-spans.ts';
import { cellsIn, drawn, everywhere } from '../pictures.ts';
import { box, cellPolygons, type Polygons, type Ring } from '../random-polygons.ts';

const sheet: Window = { firstColumn: 0, endColumn: 8, firstRow: 0, endRow: 4 };
const everything: Polygons = [[box(-1000, -1000, 1000, 1000)]];
const spansOf = (lines: readonly Ring[], polygons = everything, window = everywhere) =>
  lineSpansOf(
    lines.map((line) => Float64Array.from(line.flat())),
    cellPolygons(polygons),
    window,
  );
const picture = (lines: readonly Ring[], polygons = everything) => drawn(spansOf(lines, polygons), sheet);

describe('lineSpansOf', () => {
  it('takes the cells from corner to corner or side to side between two positions', () => {
    expect(
      picture([
        [
          [0.5, 0.5],
          [3.5, 3.5],
        ],
      ]),
    ).toEqual(['#.......', '.#......', '..#.....', '...#....']);
    expect(
      picture([
        [
          [0.5, 1.9],
          [7.5, 1.1],
          [7.9, 3.9],
        ],
      ]),
    ).toEqual(['........', '########', '.......#', '.......#']);
    expect(
      picture([
        [
          [0.5, 0.5],
          [7.5, 3.5],
        ],
      ]),
    ).toEqual(['##......', '..##....', '....##..', '......##']);
  });

  it('takes half-way between two cells the one nearer the beginning', () => {
    expect(
      picture([
        [
          [0, 0],
          [2, 1],
        ],
      ]),
    ).toEqual(['##......', '..#.....', '........', '........']);
    expect(
      picture([
        [
          [2, 1],
          [0, 0],
        ],
      ]),
    ).toEqual(['#.......', '.##.....', '........', '........']);
    expect(
      picture([
        [
          [0, 0],
          [1, 2],
        ],
      ]),
    ).toEqual(['#.......', '#.......', '.#......', '........']);
  });

  it('counts each cell once, however often lines meet in it', () => {
    const spans = spansOf([
      [
        [0, 0],
        [4, 0],
        [0, 0],
      ],
      [
        [2, 0.5],
        [2.1, 0.4],
      ],
    ]);
    expect([spans.cells, spans.columns]).toEqual([5, Int32Array.of(0, 5)]);
  });

  it('draws only what lies inside, between the cells where the line enters and leaves', () => {
    const area = [[box(1.5, 0, 6.5, 4), box(3.5, 0, 4.5, 4)]];
    expect(
      picture(
        [
          [
            [0.5, 1.5],
            [7.5, 1.5],
          ],
        ],
        area,
      ),
    ).toEqual(['........', '.######.', '........', '........']);
    expect(
      picture(
        [
          [
            [0.5, 1.5],
            [7.5, 1.5],
          ],
        ],
        [[box(1.5, 0, 7, 4), box(3, 0, 5, 4)]],
      ),
    ).toEqual(['........', '.###.###', '........', '........']);
    expect(
      picture(
        [
          [
            [4, 1],
            [4, 3],
          ],
        ],
        area,
      ),
    ).toEqual(Array(4).fill('........'));
  });

  it('does not cut a line where polygons meet or overlap', () => {
    const line: Ring = [
      [0.5, 0.5],
      [7.5, 3.5],
    ];
    expect(picture([line], [[box(0, 0, 3.3, 4)], [box(3.3, 0, 8, 4)]])).toEqual(picture([line]));
    expect(picture([line], [[box(0, 0, 5, 4)], [box(3, 0, 8, 4)]])).toEqual(picture([line]));
  });

  it('keeps a line along the border, but not a single position on it', () => {
    expect(
      picture(
        [
          [
            [0, 1],
            [8, 1],
          ],
        ],
        [[box(2, 1, 5, 3)]],
      ),
    ).toEqual(['........', '..####..', '........', '........']);
    expect(
      picture(
        [
          [
            [2, 0.2],
            [2, 3.8],
          ],
        ],
        [[box(2, 1, 5, 3)]],
      ),
    ).toEqual(['........', '..#.....', '..#.....', '..#.....']);
    expect(
      picture(
        [
          [
            [0.5, 2.5],
            [2.5, 0.5],
          ],
        ],
        [
          [box(2, 1, 5, 3), box(2.5, 1, 5, 3)],
          [
            [
              [1, 2],
              [0, 0],
              [0.5, 0.2],
            ],
          ],
        ],
      ),
    ).toEqual(Array(4).fill('........'));
  });

  it('is inside where it was, across vertices on the border and through corners', () => {
    const diamond: Polygons = [
      [
        [
          [4, 0],
          [8, 2],
          [4, 4],
          [0, 2],
        ],
      ],
    ];
    expect(
      picture(
        [
          [
            [0, 2],
            [8, 2],
          ],
        ],
        diamond,
      ),
    ).toEqual(['........', '........', '########', '........']);
    expect(
      picture(
        [
          [
            [2, 1],
            [4, 2],
            [6, 3],
            [7, 3.9],
          ],
        ],
        diamond,
      ),
    ).toEqual(['........', '..##....', '....##..', '......#.']);
  });

  it('equals cells drawn one by one between the positions that lie inside, on any lines and polygons', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(inPlace, { minLength: 2, maxLength: 6 }), { maxLength: 4 }),
        fc.array(areas, { maxLength: 3 }),
        (lines, polygons) => {
          const cells = new Set<string>();
          for (const line of lines)
            for (const [i, point] of line.entries()) if (i > 0) drawInside(line[i - 1]!, point, polygons, cells);
          expect(new Set(cellsIn(spansOf(lines, polygons)).map(String))).toEqual(cells);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('has in a window what it has without one', () => {
    fc.assert(
      fc.property(
        fc.array(inPlace, { minLength: 2, maxLength: 9 }),
        fc.nat(8),
        fc.nat(8),
        (line, firstColumn, firstRow) => {
          const window = { firstColumn, firstRow, endColumn: firstColumn + 3, endRow: firstRow + 4 };
          const inside = cellsIn(spansOf([line])).filter(
            ([column, row]) =>
              column >= firstColumn && column < firstColumn + 3 && row >= firstRow && row < firstRow + 4,
          );
          expect(cellsIn(spansOf([line], everything, window))).toEqual(inside);
        },
      ),
    );
  });

  it('draws of lines far beyond the window only what is in it', () => {
    const window = { firstColumn: 100, endColumn: 104, firstRow: 50, endRow: 54 };
    const far: Polygons = [[box(-1e12, -1e12, 1e12, 1e12)]];
    expect(
      drawn(
        spansOf(
          [
            [
              [-2e9, -1e9],
              [2e9, 1e9],
            ],
          ],
          far,
          window,
        ),
        window,
      ),
    ).toEqual(['##..', '..##', '....', '....']);
  });

  it('answers no lines, and lines without polygons or length, with no spans', () => {
    for (const spans of [
      spansOf([]),
      spansOf([[], [[1, 1]]]),
      spansOf(
        [
          [
            [0, 0],
            [5, 5],
          ],
        ],
        [],
      ),
      spansOf(
        [
          [
            [0, 0],
            [5, 5],
          ],
        ],
        [[]],
      ),
    ]) {
      expect(spans).toMatchObject({ cells: 0, columns: new Int32Array() });
    }
  });

  it('refuses lines that pass through cells too often', () => {
    const line: Ring = [
      [0, 0],
      [99, 0],
    ];
    expect(spansOf([line]).cells).toBe(100);
    const run = (most: number) =>
      lineSpansOf([Float64Array.from(line.flat())], cellPolygons(everything), everywhere, { mostCells: most });
    expect(run(100).cells).toBe(100);
    expect(() => run(99)).toThrow(IntricateAreaError);
  });
});

type Position = readonly [column: number, row: number];

/** Positions that are on no edge of the areas. */
const offBorders = fc.integer({ min: 0, max: 999 }).map((n) => n * 0.012 + 0.000_123_4);
const inPlace: fc.Arbitrary<Position> = fc.tuple(offBorders, offBorders);
const quarters = fc.integer({ min: 0, max: 48 }).map((n) => n / 4);
const areas = fc.array(fc.array(fc.tuple(quarters, quarters), { minLength: 3, maxLength: 6 }), {
  minLength: 1,
  maxLength: 2,
});

/**
 * Cuts a segment wherever it meets an edge, joins the pieces whose middle is inside, and draws
 * them.
 */
function drawInside([x1, y1]: Position, [x2, y2]: Position, polygons: Polygons, cells: Set<string>): void {
  const places = [0, 1];
  const along = (u: number, v: number) =>
    Math.abs(x2 - x1) > Math.abs(y2 - y1) ? (u - x1) / (x2 - x1) : (v - y1) / (y2 - y1);
  for (const [u1, v1, u2, v2] of polygons.flatMap((rings) => rings.flatMap(edgesOf))) {
    const across = (x2 - x1) * (v2 - v1) - (y2 - y1) * (u2 - u1);
    // Rounding moves it at most to the ends of the edge. For an edge along cells, a digit decides
    // its cell.
    const [a, b] = [along(u1, v1), along(u2, v2)].sort((one, other) => one - other) as [number, number];
    const t = Math.min(Math.max(((u1 - x1) * (v2 - v1) - (v1 - y1) * (u2 - u1)) / across, a), b);
    const s = ((u1 - x1) * (y2 - y1) - (v1 - y1) * (x2 - x1)) / across;
    if (t > 0 && t < 1 && s >= -1e-12 && s <= 1 + 1e-12) places.push(t);
  }
  places.sort((a, b) => a - b);
  const at = (t: number): Position => [x1 + t * (x2 - x1), y1 + t * (y2 - y1)];
  const pieces: [number, number][] = [];
  for (let i = 1; i < places.length; i++) {
    const [from, to] = [places[i - 1]!, places[i]!];
    if (to - from < 1e-9 || !polygons.some((rings) => odd(rings, at((from + to) / 2)))) continue;
    const last = pieces.at(-1);
    if (last !== undefined && from - last[1] < 1e-9) last[1] = to;
    else pieces.push([from, to]);
  }
  for (const [from, to] of pieces) bresenham(at(from), at(to), cells);
}

function edgesOf(ring: Ring): (readonly [number, number, number, number])[] {
  return ring.map(([x, y], i) => [...ring.at(i - 1)!, x, y]);
}

function odd(rings: readonly Ring[], [x, y]: Position): boolean {
  const left = rings
    .flatMap(edgesOf)
    .filter(([u1, v1, u2, v2]) => v1 > y !== v2 > y && u1 + ((y - v1) / (v2 - v1)) * (u2 - u1) < x);
  return left.length % 2 === 1;
}

/** Draws one step after the other, with the error carried on, in whole numbers. */
function bresenham([x1, y1]: Position, [x2, y2]: Position, cells: Set<string>): void {
  let [x, y] = [Math.floor(x1), Math.floor(y1)];
  const [endX, endY] = [Math.floor(x2), Math.floor(y2)];
  const [dx, dy] = [Math.abs(endX - x), Math.abs(endY - y)];
  let left = Math.floor(Math.max(dx, dy) / 2);
  for (let steps = Math.max(dx, dy); ; steps--) {
    cells.add(`${x},${y}`);
    if (steps === 0) return;
    left -= Math.min(dx, dy);
    const both = left < 0;
    if (both) left += Math.max(dx, dy);
    if (dx > dy || both) x += Math.sign(endX - x);
    if (dx <= dy || both) y += Math.sign(endY - y);
  }
}
