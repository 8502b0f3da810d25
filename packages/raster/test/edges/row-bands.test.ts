import { budgetOf } from '@cellshed/budget';
import fc from 'fast-check';
import { floorSum } from '../../src/edges/floor-sum.ts';
import type { CellPolygons } from '../../src/grid/cell-polygons.ts';
import { sharedCells } from '../../src/spans/area-cells.ts';
import { cellsOf } from '../../src/spans/centre-spans.ts';
import type { PlacingLimits } from '../../src/spans/scan-limits.ts';
import { shareOf } from '../../src/spans/share-spans.ts';
import { touchedCellsOf } from '../../src/spans/touched-spans.ts';
import { box, cellPolygons, type Polygons } from '../random-polygons.ts';

const scanned: PlacingLimits = { mostCrossings: Number.POSITIVE_INFINITY };

it('adds up the floors of a slope as one by one', () => {
  const small = fc.integer({ min: -50, max: 50 });
  fc.assert(
    fc.property(fc.nat(40), fc.integer({ min: 1, max: 30 }), small, small, (n, m, a, b) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.floor((a * i + b) / m);
      expect(floorSum(BigInt(n), BigInt(m), BigInt(a), BigInt(b))).toBe(BigInt(sum));
    }),
    { numRuns: 2000 },
  );
});

const fine = 2 ** 30;

describe('areas of few vertices and many rows', () => {
  /** Coordinates that often meet centres and corners of cells, and others that never do. */
  const across = fc.oneof(
    fc.integer({ min: -400, max: 400 }).map((n) => n / 4),
    fc.integer({ min: -3000 * fine, max: 3000 * fine }).map((n) => n / fine),
  );
  const down = fc.oneof(
    fc.integer({ min: 0, max: 200_000 }).map((n) => n / 4),
    fc.integer({ min: 0, max: 50_000 * fine }).map((n) => n / fine),
  );
  const ring = fc.array(fc.tuple(across, down), { minLength: 3, maxLength: 4 });
  const areas: fc.Arbitrary<Polygons> = fc.array(fc.array(ring, { minLength: 1, maxLength: 2 }), {
    minLength: 1,
    maxLength: 2,
  });
  const compare = (count: (polygons: CellPolygons, limits?: PlacingLimits) => number, digits?: number) =>
    fc.assert(
      fc.property(areas, (random) => {
        const polygons = cellPolygons(random);
        const [now, before] = [count(polygons), count(polygons, scanned)];
        if (digits === undefined) expect(now).toBe(before);
        else expect(Math.abs(now - before)).toBeLessThanOrEqual(digits * Math.max(1, before));
      }),
      // Scanning is slow: a search for the smallest failure would take minutes.
      { numRuns: 25, endOnFailure: true },
    );

  it('have as many cells as when each row is scanned', () => {
    compare(cellsOf);
  });

  it('touch as many cells as when each row is scanned', () => {
    compare(touchedCellsOf);
  });

  it('have the same area in cells', () => {
    compare(shareOf, 1e-9);
  });

  it('take no more steps the further they reach', () => {
    const spent = (count: (polygons: CellPolygons, limits: PlacingLimits) => unknown, height: number) => {
      const budget = budgetOf(1e12);
      const polygons = cellPolygons([
        [
          [
            [0.3, 0],
            [height, height * 0.3],
            [height * 0.7, height],
            [-9, height * 0.7],
          ],
        ],
      ]);
      count(polygons, { budget });
      return 1e12 - budget.left;
    };
    for (const count of [cellsOf, touchedCellsOf, shareOf]) {
      expect(spent(count, 4e6)).toBeLessThan(600_000);
      expect(spent(count, 4e9)).toBeLessThan(600_000);
    }
  });

  it('are told by samples of their rows where bands do not help, in as many steps', () => {
    // Edges that all change places, and teeth between which some rows have a column.
    const star = Array.from({ length: 40 }, (_, i): [number, number] => [
      i % 2 === 0 ? -1e6 + i * 1000 : 1e6 - i * 900,
      i % 2 === 0 ? 3e6 : -3e6 + i,
    ]);
    const comb = Array.from({ length: 40 }, (_, i): [number, number] => [i * 0.8 + 0.1, i % 2 === 0 ? 3e6 : 0]);
    for (const shape of [star, [...comb, [50, -5] as const, [-20, -5] as const]]) {
      for (const count of [cellsOf, touchedCellsOf]) {
        const budget = budgetOf(1e12);
        count(cellPolygons([[shape]]), { budget });
        expect(1e12 - budget.left).toBeLessThan(3_000_000);
      }
    }
  });
});

it('adding up bands is paid for: many edges, each through many bands', () => {
  // Steps down on both sides, so that many rows have vertices, and all edges before them continue.
  const teeth = Array.from({ length: 300 }, (_, i): [number, number] => [
    i * 7,
    i % 2 === 0 ? 1e5 + i * 900 : -1e5 - i * 900,
  ]);
  const budget = budgetOf(1e12);
  cellsOf(cellPolygons([[teeth]]), { budget });
  const steps = 1e12 - budget.left;
  expect(steps).toBeGreaterThan(100_000);
  // The request has 6 kB, which may take 6 million steps.
  expect(steps).toBeLessThan(6_000_000);
});

it('an area on the left or right of the window costs none of its rows', () => {
  const window = { firstColumn: 0, endColumn: 1000, firstRow: 0, endRow: 30_000 };
  const spent = (left: number) => {
    const budget = budgetOf(1e9);
    const { spans } = sharedCells(cellPolygons([[box(left, 10.5, left + 5.5, 29_000.5)]]), window, { budget });
    return [spans.cells, 1e9 - budget.left] as const;
  };
  const [[cells, steps], [none, few]] = [spent(990.5), spent(1000)];
  expect([cells, none]).toEqual([6 * 28_991, 0]);
  expect(few).toBeLessThan(0.7 * steps);
});
