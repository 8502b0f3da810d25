import { budgetOf, OverBudget } from '@cellshed/budget';
import fc from 'fast-check';
import { clipLines } from '../../src/spans/clip-lines.ts';
import { cellPolygons, type Polygons, type Ring } from '../random-polygons.ts';

type Position = readonly [number, number];
type Stretch = readonly [x1: number, y1: number, x2: number, y2: number];

function clipped(lines: readonly Ring[], polygons: Polygons, budget = budgetOf(1e9)): Stretch[] {
  const found: Stretch[] = [];
  const cells = lines.map((line) => Float64Array.from(line.flat()));
  clipLines(cells, cellPolygons(polygons), (...stretch) => found.push(stretch), budget);
  return found;
}

/**
 * Few coordinates, so that lines run along borders, end on them, pass through vertices and meet
 * overlapping edges.
 */
const coordinate = fc.integer({ min: 0, max: 8 }).map((n) => n / 2);
const position: fc.Arbitrary<Position> = fc.tuple(coordinate, coordinate);
const lines = fc.array(fc.array(position, { minLength: 2, maxLength: 7 }), { minLength: 1, maxLength: 3 });
const rings = fc.array(fc.array(position, { minLength: 3, maxLength: 6 }), { minLength: 1, maxLength: 3 });
const areas = fc.array(rings, { minLength: 1, maxLength: 3 });

describe('clipLines', () => {
  it('keeps what lies inside or on the border, on any lines and polygons', () => {
    fc.assert(
      fc.property(lines, areas, (some, polygons) => {
        const expected = some.flatMap((line) =>
          line.slice(1).flatMap((end, i) => insideOf(line[i] as Position, end, polygons)),
        );
        const found = clipped(some, polygons);
        expect(found.length).toBe(expected.length);
        for (const [i, stretch] of expected.entries())
          for (const [k, value] of stretch.entries()) expect(found[i]?.[k]).toBeCloseTo(value, 9);
      }),
      { numRuns: 1000 },
    );
  });

  it('has no more of a line than of its pieces, and no less', () => {
    // Pieces begin at rounded positions. On a finer lattice a line could cross an edge at an angle
    // so small that this alone moves where they meet by more than the test allows.
    const fine = fc.integer({ min: 0, max: 4 * 4096 }).map((n) => n / 4096);
    fc.assert(
      fc.property(
        fc.tuple(fine, fine),
        fc.tuple(fine, fine),
        areas,
        fc.integer({ min: 1, max: 9 }),
        (a, b, polygons, n) => {
          const pieces = Array.from(
            { length: n + 1 },
            (_, i): Position => [a[0] + ((b[0] - a[0]) * i) / n, a[1] + ((b[1] - a[1]) * i) / n],
          );
          const length = (stretches: readonly Stretch[]) =>
            stretches.reduce((sum, [x1, y1, x2, y2]) => sum + Math.hypot(x2 - x1, y2 - y1), 0);
          expect(length(clipped([pieces], polygons))).toBeCloseTo(length(clipped([[a, b]], polygons)), 6);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is wrong about a line that all but runs along an edge no further than the edge goes', () => {
    // The edge from (0.3, 0.1) to (0.2, 0.2) and the line differ only in the last bit; then the
    // line leaves the area.
    const area: Ring[] = [
      [
        [0.1, 0.4],
        [0.4, 0.1 + 0.2],
        [0.4, 0.4],
        [0.2, 0.4],
        [0.2, 0.2],
        [0.1 + 0.2, 0.1],
        [0, 0.2],
      ],
      [
        [0.1 + 0.2, 0.1 + 0.2],
        [0, 0.2],
        [0.1 + 0.2, 0.2],
        [0.1 + 0.2, 0.4],
      ],
    ];
    const stretches = clipped(
      [
        [
          [0.4, 0],
          [0.1, 0.1 + 0.2],
        ],
      ],
      [area],
    );
    expect(stretches.filter(([x1, , x2]) => x1 > 0.19 && x2 < 0.19)).toEqual([]);
  });

  it('takes steps by what lines and borders have in common, however they are entangled', () => {
    const costs = [50, 100, 200].map((size) => {
      const budget = budgetOf(1e9);
      const stretches = clipped([zigzag(size)], [[comb(size)]], budget).length;
      expect(stretches).toBeGreaterThan(size * (size - 2));
      return (1e9 - budget.left) / stretches;
    });
    for (const steps of costs) expect(steps).toBeLessThan(60);
  });

  it('gives up what takes more steps than were sent bytes for', () => {
    expect(() => clipped([zigzag(200)], [[comb(200)]], budgetOf(100_000))).toThrow(OverBudget);
  });

  it('takes more steps for what only exact numbers tell, such as many edges on one line', () => {
    const onLine = (from: number, count: number): Ring =>
      Array.from({ length: count }, (_, i) => {
        const along = from + 0.1 + ((i * 7919) % 1000) / 3;
        return [along, 0.1 + along / 3];
      });
    const budget = budgetOf(1e9);
    clipped([onLine(0, 40)], [[onLine(0.7, 40)]], budget);
    expect(1e9 - budget.left).toBeGreaterThan(39 * 10 * 25);
  });

  it('stops when it is told to', () => {
    let asked = 0;
    const throwIfStopped = () => {
      asked += 1;
      if (asked === 3) throw new Error('enough');
    };
    expect(() => clipped([zigzag(400)], [[comb(400)]], budgetOf(1e9, { throwIfStopped }))).toThrow('enough');
  });
});

/** Teeth that hang down side by side. */
function comb(teeth: number): Ring {
  const tips = Array.from({ length: teeth }, (_, i): Position[] => [
    [2 * i, 0],
    [2 * i + 0.5, 1000],
    [2 * i + 1, 0],
  ]);
  return [...tips.flat(), [2 * teeth, -10], [0, -10]];
}

/** Lines across all teeth. */
function zigzag(lines: number): Ring {
  return Array.from({ length: lines + 1 }, (_, i) => [i % 2 === 0 ? -1 : 2 * lines + 1, 10 + (900 * i) / lines]);
}

/**
 * Cuts a segment wherever it meets an edge, tests the middle of each piece, and joins the pieces
 * inside.
 */
function insideOf([x1, y1]: Position, [x2, y2]: Position, polygons: Polygons): Stretch[] {
  if (x1 === x2 && y1 === y2) return [];
  const edges = polygons.flatMap((one) => one.flatMap(edgesOf));
  const at = (place: number): Position => [x1 + place * (x2 - x1), y1 + place * (y2 - y1)];
  const places = [0, 1];
  for (const [u1, v1, u2, v2] of edges) {
    const across = (x2 - x1) * (v2 - v1) - (y2 - y1) * (u2 - u1);
    if (across !== 0) places.push(((u1 - x1) * (v2 - v1) - (v1 - y1) * (u2 - u1)) / across);
    for (const [u, v] of [[u1, v1] as const, [u2, v2] as const])
      places.push(((u - x1) * (x2 - x1) + (v - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2));
  }
  const cuts = places.filter((place) => place >= 0 && place <= 1).sort((a, b) => a - b);
  const pieces: [number, number][] = [];
  for (const [i, to] of cuts.entries()) {
    const from = cuts[i - 1] ?? to;
    if (to - from < 1e-9) continue;
    const middle = at((from + to) / 2);
    if (!edges.some((edge) => isOn(middle, edge)) && !polygons.some((one) => isOdd(one, middle))) continue;
    const last = pieces.at(-1);
    if (last !== undefined && from - last[1] < 1e-9) last[1] = to;
    else pieces.push([from, to]);
  }
  return pieces.map(([from, to]) => [...at(from), ...at(to)]);
}

function edgesOf(ring: Ring): Stretch[] {
  return ring.map(([x, y], i) => [...(ring.at(i - 1) as Position), x, y]);
}

function isOn([x, y]: Position, [u1, v1, u2, v2]: Stretch): boolean {
  const length = Math.hypot(u2 - u1, v2 - v1);
  if (length === 0) return false;
  const beside = ((u2 - u1) * (y - v1) - (v2 - v1) * (x - u1)) / length;
  const along = ((u2 - u1) * (x - u1) + (v2 - v1) * (y - v1)) / length;
  return Math.abs(beside) < 1e-9 && along > -1e-9 && along < length + 1e-9;
}

function isOdd(polygon: readonly Ring[], [x, y]: Position): boolean {
  const left = polygon
    .flatMap(edgesOf)
    .filter(([u1, v1, u2, v2]) => v1 > y !== v2 > y && u1 + ((y - v1) / (v2 - v1)) * (u2 - u1) < x);
  return left.length % 2 === 1;
}
