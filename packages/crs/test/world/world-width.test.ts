import { budgetOf, OverBudget } from '@cellshed/budget';
import { polygonsCut } from '@cellshed/crs';

/** The world in degrees, with ten vertices a degree along its ends. */
const width = { first: -180, period: 360, tolerance: 0, perUnit: 10 };

/** Teeth that exceed the end of the world, each 160 degrees high. */
const teeth = (n: number) =>
  Float64Array.from(
    Array.from({ length: n }, () => [
      [179, -80],
      [181, -80],
      [181, 80],
      [179, 80],
    ]).flat(2),
  );

it('a budget pays for the vertices along a cut before they are made', () => {
  expect(polygonsCut([teeth(1)], width).map(([ring]) => ring?.length)).toEqual([2 * 1599 + 8, 2 * 1599 + 8]);
  const budget = budgetOf(1_000_000);
  expect(() => polygonsCut([teeth(10_000)], width, budget)).toThrow(OverBudget);
});
