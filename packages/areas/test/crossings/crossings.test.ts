import { budgetOf, OverBudget } from '@cellshed/budget';
import { kinks } from '@turf/turf';
import fc from 'fast-check';
import { crossingWarnings } from '../../src/crossings/crossings.ts';
import type { Position, Ring } from '../../src/index.ts';

const rule = 'counted by the even–odd rule';

function closed(...positions: Position[]): Ring {
  return [...positions, positions[0] as Position];
}

const warningsOf = (...rings: Ring[]) => crossingWarnings([rings], { places: [''] });
const at = (x: number, y: number) => `near (${x.toFixed(5)}, ${y.toFixed(5)}): ${rule}`;
const square = closed([0, 0], [4, 0], [4, 4], [0, 4]);

describe('crossingWarnings', () => {
  it.each([
    ['a triangle', [closed([0, 0], [4, 0], [0, 4])]],
    ['a square with a hole', [square, closed([1, 1], [1, 2], [2, 2])]],
    ['two rings that touch in a vertex', [square, closed([4, 4], [6, 4], [6, 6])]],
    ['a hole whose vertex lies on an edge', [square, closed([2, 0], [3, 2], [1, 2])]],
    ['rings that share an edge', [square, closed([4, 0], [8, 0], [8, 4], [4, 4])]],
    ['rings that run along each other', [square, closed([4, 1], [8, 1], [8, 3], [4, 3])]],
    ['a ring that touches itself in a vertex', [closed([0, 0], [2, 2], [4, 0], [4, 4], [2, 2], [0, 4])]],
    ['a ring whose vertex touches its own edge', [closed([0, 0], [4, 0], [4, 4], [2, 0], [0, 4])]],
    ['a vertex in line with an edge, east of it', [closed([0, 0], [4, 0], [0, -4]), closed([6, -2], [6, 0], [3, 2])]],
    ['a vertex in line with an edge, north of it', [closed([0, 0], [0, 4], [-4, 0]), closed([-2, 6], [0, 6], [2, 3])]],
    ['a spike out and back', [closed([0, 0], [4, 0], [6, 0], [4, 0], [4, 4])]],
    ['a spike that goes in and back', [closed([0, 0], [4, 0], [2, 0], [4, 4])]],
    ['a ring that runs twice', [closed([0, 0], [4, 0], [0, 4], [0, 0], [4, 0], [0, 4])]],
    ['positions repeated in a row', [closed([0, 0], [0, 0], [4, 0], [4, 0], [4, 4], [4, 4], [0, 0])]],
    ['a ring that is a point', [closed([1, 1], [1, 1], [1, 1])]],
    ['a ring that is a line', [closed([0, 0], [4, 4], [2, 2])]],
  ])('does not warn of %s', (_, rings) => {
    expect(warningsOf(...rings)).toEqual([]);
  });

  it.each([
    ['itself', [closed([0, 0], [4, 4], [4, 0], [0, 4])], `ring 0 crosses itself ${at(2, 2)}`],
    ['itself off the middle', [closed([0, 0], [4, 1], [4, 0], [0, 3])], `ring 0 crosses itself ${at(3, 0.75)}`],
    [
      'itself in its second and last edge',
      [closed([0, 4], [0, 0], [4, 4], [4, 0])],
      `ring 0 crosses itself ${at(2, 2)}`,
    ],
    [
      'itself through a vertex of its own',
      [closed([0, 0], [4, 0], [4, 2], [2, 2], [2, 0], [2, -2], [0, -2])],
      `ring 0 crosses itself ${at(2, 0)}`,
    ],
    ['an earlier ring', [square, closed([2, 2], [6, 2], [6, 3])], `ring 1 crosses ring 0 ${at(4, 2)}`],
    [
      'an earlier ring with a vertex on its edge',
      [square, closed([2, 2], [4, 2], [6, 2], [6, 3], [4, 3], [2, 3])],
      `ring 1 crosses ring 0 ${at(4, 2)}`,
    ],
    [
      'an earlier ring, whose vertex lies on its edge',
      [closed([0, 0], [4, 0], [4, 2], [4, 4], [0, 4]), closed([2, 2], [6, 2], [6, 6])],
      `ring 1 crosses ring 0 ${at(4, 2)}`,
    ],
    [
      'itself over repeated positions',
      [closed([0, 0], [0, 0], [4, 4], [4, 4], [4, 0], [0, 4], [0, 4])],
      `ring 0 crosses itself ${at(2, 2)}`,
    ],
  ])('warns of a ring that crosses %s', (_, rings, warning) => {
    expect(warningsOf(...rings)).toEqual([warning]);
  });

  it('sees a crossing that rounding would hide', () => {
    // The vertex lies 1e-16 beyond the edge from (0, 0) to (3, 1), or on it, or short of it.
    const ring = (y: number) => closed([0, 0], [3, 1], [3, 3], [0.3, y], [0, 3]);
    expect(warningsOf(ring(0.09999999999999996))).toHaveLength(1);
    expect(warningsOf(ring(0.10000000000000003))).toEqual([]);
  });

  it('warns once for each ring, and calls each polygon by its name', () => {
    const star = closed([0, 3], [2, -3], [-3, 1], [3, 1], [-2, -3]);
    expect(crossingWarnings([[square], [star, star]], { places: ['polygon 0, ', 'polygon 1, '] })).toEqual([
      expect.stringMatching(/^polygon 1, ring 0 crosses itself near/),
      expect.stringMatching(/^polygon 1, ring 1 crosses (itself|ring 0) near/),
    ]);
  });

  it('does not look for crossings between polygons, which are united', () => {
    expect(crossingWarnings([[square], [closed([2, 2], [6, 2], [6, 3])]], { places: ['', ''] })).toEqual([]);
  });

  it('names ten rings and counts the others', () => {
    const bowTie = closed([0, 0], [4, 4], [4, 0], [0, 4]);
    const polygons = (n: number) => Array.from({ length: n }, () => [bowTie]);
    expect(crossingWarnings(polygons(10), { places: [] })).toHaveLength(10);
    const warnings = crossingWarnings(polygons(12), { places: [] });
    expect(warnings).toHaveLength(11);
    expect(warnings[10]).toBe(`2 more rings cross: ${rule}`);
  });

  describe('where very many edges lie in each other’s boxes', () => {
    const zigzag = Array.from({ length: 6_000 }, (_, i): Position => (i % 2 ? [10 + i * 1e-7, 10] : [i * 1e-7, 0]));
    const comb = (teeth: readonly Position[]) => closed(...teeth, [20, -1], [0, -1]);
    const swapped = zigzag.with(2_001, zigzag[2_003] as Position).with(2_003, zigzag[2_001] as Position);

    it('still tells that nothing crosses', () => {
      expect(warningsOf(comb(zigzag))).toEqual([]);
    });

    it('names one crossing, and says that it did not look for every', () => {
      expect(warningsOf(comb(swapped))).toEqual([
        expect.stringMatching(/^ring 0 crosses itself near/),
        `too entangled to look for every crossing: ${rule}`,
      ]);
    });

    it('takes some thousand steps for each edge, also from a budget for many areas', () => {
      const budget = budgetOf(3_000 * 2 * zigzag.length);
      const options = { places: [], budget };
      expect(crossingWarnings([[comb(zigzag)]], options)).toEqual([]);
      crossingWarnings([[comb(swapped)]], options);
      expect(() => crossingWarnings([[comb(zigzag)]], { places: [], budget: budgetOf(1_000_000) })).toThrow(OverBudget);
    });
  });

  it('finds the one crossing of a ring with tens of thousands of vertices', () => {
    const n = 30_000;
    const circle = Array.from(
      { length: n },
      (_, i): Position => [Math.cos((2 * Math.PI * i) / n), Math.sin((2 * Math.PI * i) / n)],
    );
    expect(warningsOf(closed(...circle))).toEqual([]);
    const swapped = circle.with(500, circle[501] as Position).with(501, circle[500] as Position);
    expect(warningsOf(closed(...swapped))).toHaveLength(1);
  });

  it('agrees with turf on long rings in which two vertices have changed their places, or none', () => {
    const radius = fc.noBias(fc.integer({ min: 5e5, max: 1e6 }).map((value) => value / 1e6));
    const swap = fc.tuple(fc.nat(), fc.nat());
    fc.assert(
      fc.property(fc.array(radius, { minLength: 10, maxLength: 80 }), swap, (radii, [a, b]) => {
        const { length } = radii;
        const around = radii.map((r, i): Position => {
          const angle = (2 * Math.PI * (i + r / 3)) / length;
          return [r * Math.cos(angle), r * Math.sin(angle)];
        });
        const [first, second] = [a % length, b % length];
        const swapped = around.with(first, around[second] as Position).with(second, around[first] as Position);
        const coordinates = [closed(...swapped)] as unknown as number[][][];
        const crosses = kinks({ type: 'Polygon', coordinates }).features.length > 0;
        expect(warningsOf(closed(...swapped))).toHaveLength(crosses ? 1 : 0);
        expect(warningsOf(closed(...around))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with turf on rings of random positions', () => {
    // The numbers are spread evenly: the rings must be in general position, and a preference for
    // small numbers prevents that.
    const coordinate = fc.noBias(fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 1e6));
    const ring = fc.array(fc.tuple(coordinate, coordinate), { minLength: 4, maxLength: 9 }).filter(isGeneral);
    fc.assert(
      fc.property(ring, (positions) => {
        const coordinates = [closed(...positions)] as unknown as number[][][];
        const crosses = kinks({ type: 'Polygon', coordinates }).features.length > 0;
        expect(warningsOf(closed(...positions))).toHaveLength(crosses ? 1 : 0);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Whether no three positions are nearly on a line: turf counts with rounded numbers. */
function isGeneral(positions: readonly Position[]): boolean {
  return positions.every(([ax, ay], i) =>
    positions
      .slice(i + 1)
      .every(([bx, by], j) =>
        positions.slice(i + j + 2).every(([cx, cy]) => Math.abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)) > 1e-6),
      ),
  );
}
