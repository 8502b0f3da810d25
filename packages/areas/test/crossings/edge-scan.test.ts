import { budgetOf, unlimited } from '@cellshed/budget';
import fc from 'fast-check';
import { crossingsByChains } from '../../src/crossings/chain-search.ts';
import { crossingByScan } from '../../src/crossings/edge-scan.ts';
import { edgesOf } from '../../src/crossings/edges.ts';
import type { Polygon, Position, Ring } from '../../src/index.ts';

function closed(...positions: Position[]): Ring {
  return [...positions, positions[0] as Position];
}

/** A generator of numbers from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const byScan = (polygon: Polygon, seed = 7) => crossingByScan(edgesOf(polygon), unlimited, randomFrom(seed));
const byChains = (polygon: Polygon) => crossingsByChains(edgesOf(polygon), unlimited);

function stepsOf(polygon: Polygon): number {
  const budget = budgetOf(1e12);
  crossingByScan(edgesOf(polygon), budget, randomFrom(7));
  return 1e12 - budget.left;
}

/** Teeth side by side, each of which lies in the boxes of all others. */
function comb(teeth: number): Ring {
  const tooth = (i: number): Position[] => [
    [i, 0],
    [1e6 + i, 1e6],
  ];
  const all = Array.from({ length: teeth }, (_, i) => tooth(i)).flat();
  return closed(...all, [3e6, 1e6], [3e6, -1], [0, -1]);
}

/** A ring out and back on the diagonal, in numbers whose differences no float can hold. */
function diagonal(edges: number): Ring {
  const random = randomFrom(1);
  const vertex = (i: number) => (i % 2 === 1 ? 60 + 20 * random() : 1e-3 * random() ** 2);
  const places = Array.from({ length: edges }, (_, i) => vertex(i));
  return closed(...places.map((at): Position => [at, at]), [-1, 80]);
}

/** Triangles that each have an edge on the diagonal, on top of the edges of the others. */
function slivers(rings: number): Polygon {
  const random = randomFrom(2);
  return Array.from({ length: rings }, () => {
    const [low, high] = [random() * 1e-3, 60 + random()];
    return closed([low, low], [high, high], [high, -random()]);
  });
}

describe('crossingByScan', () => {
  it('finds a crossing just where the search by chains finds any, however edges lie on each other and touch', () => {
    const coordinate = fc.integer({ min: 0, max: 4 });
    const ring = fc
      .array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 8 })
      .map((all) => closed(...all));
    fc.assert(
      fc.property(fc.array(ring, { minLength: 1, maxLength: 3 }), (polygon) => {
        const found = byScan(polygon);
        expect(found !== undefined).toBe(byChains(polygon).length > 0);
        expect(byScan(polygon, 8)).toEqual(found);
      }),
      { numRuns: 6_000 },
    );
  });

  it('comes to an end in whatever numbers there are', () => {
    const coordinate = fc.constantFrom(0, 5e-324, 1e-300, -1, 1, 1 + Number.EPSILON, 1e154, -1e300, 1.7e308, -1.7e308);
    const ring = fc
      .array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 20 })
      .map((all) => closed(...all));
    fc.assert(
      fc.property(fc.array(ring, { minLength: 1, maxLength: 5 }), (polygon) => {
        byScan(polygon);
        byChains(polygon);
      }),
      { numRuns: 1_000 },
    );
  });

  it('names a place where the two rings do cross', () => {
    const square = closed([0, 0], [4, 0], [4, 4], [0, 4]);
    expect(byScan([square, closed([2, 2], [6, 2], [6, 3])])).toEqual({ ring: 1, other: 0, at: [4, 2] });
    expect(byScan([closed([0, 0], [4, 4], [4, 0], [0, 4])])).toEqual({ ring: 0, other: 0, at: [2, 2] });
    expect(byScan([square, closed([2, 2], [4, 2], [6, 2], [6, 3], [4, 3], [2, 3])])).toMatchObject({ ring: 1 });
  });

  it('finds the one crossing among thousands of teeth', () => {
    const ring = comb(2_000);
    expect(byScan([ring])).toBeUndefined();
    const swapped = ring.with(2_001, ring[2_003] as Position).with(2_003, ring[2_001] as Position);
    expect(byScan([swapped])).toMatchObject({ ring: 0, other: 0 });
  });

  it.each([
    ['a comb', (n: number) => [comb(n / 2)]],
    ['a ring that runs out and back on one line', (n: number) => [diagonal(n)]],
    ['rings with edges on one line', (n: number) => slivers(n / 3)],
  ])('takes at most 2,500 steps for each edge of %s', (_, polygonOf) => {
    for (const n of [1_200, 12_000]) expect(stepsOf(polygonOf(n)) / n).toBeLessThan(2_500);
  });
});

it('a search by chains takes steps for each box that it looks at, also where rings cross at once', () => {
  const bowTie = closed([0, 0], [1, 1], [0, 1], [1, 0]);
  const [some, twice] = [200, 400].map((rings) => {
    const budget = budgetOf(1e12);
    crossingsByChains(edgesOf(Array.from({ length: rings }, () => bowTie)), budget);
    return 1e12 - budget.left;
  }) as [number, number];
  expect(twice).toBeGreaterThan(2.5 * some);
});
