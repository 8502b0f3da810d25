import fc from 'fast-check';
import type { Corner } from '../src/asked.ts';
import { crossingOf, evenOddArea, outlineOf } from '../src/map/outline.ts';

/** A ring around a centre, at the distances that are given: it does not cross itself. */
const star = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 3, maxLength: 30 }).map((distances) =>
  distances.map((distance, index): Corner => {
    const angle = (2 * Math.PI * index) / distances.length;
    return [distance * Math.cos(angle), distance * Math.sin(angle)];
  }),
);

/** The shoelace formula. */
function areaOf(corners: readonly Corner[]): number {
  const parts = corners.map(([x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % corners.length] as Corner;
    return x * nextY - nextX * y;
  });
  return Math.abs(parts.reduce((sum, part) => sum + part, 0)) / 2;
}

const bowTie: readonly Corner[] = [
  [0, 0],
  [2, 2],
  [2, 0],
  [0, 2],
];

it('a ring that goes around once crosses itself nowhere, and has the area of its corners', () => {
  fc.assert(
    fc.property(star, (corners) => {
      expect(crossingOf(corners)).toBeUndefined();
      expect(evenOddArea(corners)).toBeCloseTo(areaOf(corners), 8);
      expect(evenOddArea(corners.toReversed())).toBeCloseTo(areaOf(corners), 8);
    }),
  );
});

it('halves of a ring that crosses itself do not cancel', () => {
  expect(crossingOf(bowTie)).toEqual([1, 1]);
  expect(areaOf(bowTie)).toBe(0);
  expect(evenOddArea(bowTie)).toBeCloseTo(2, 10);
});

it('what a ring goes around twice is outside', () => {
  fc.assert(
    fc.property(star, (corners) => {
      // The same ring once more, from a corner that both have.
      expect(evenOddArea([...corners, ...corners])).toBeCloseTo(0, 8);
    }),
  );
});

it('an outline has every ring as a line, also of an area whose parts cancel', () => {
  const ring = [...bowTie, bowTie[0] as Corner].map(([x, y]) => [x, y]);
  const lines = { type: 'MultiLineString', coordinates: [ring, ring] };
  expect(outlineOf({ type: 'Polygon', coordinates: [ring, ring] })).toEqual(lines);
  expect(outlineOf({ type: 'MultiPolygon', coordinates: [[ring], [ring]] })).toEqual(lines);
});
