import type { Polygon, Position } from '@cellshed/areas';
import fc from 'fast-check';
import { bordersOf } from '../../src/reading/borders.ts';

const everywhere = [-180, -90, 180, 90] as const;

const name = (one: Position, other: Position) => [one.join(), other.join()].sort().join(' ');

const edgesOf = (line: readonly Position[]) => line.slice(1).map((to, i) => name(line[i] as Position, to));

/** Rectangles of a lattice, which share sides, corners, parts of sides, and themselves. */
const rectangle = fc
  .tuple(fc.nat(4), fc.nat(4), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .map(([x, y, width, height]): Polygon => {
    const steps = (from: Position, [dx, dy]: Position, count: number) =>
      Array.from({ length: count }, (_, i): Position => [from[0] + i * dx, from[1] + i * dy]);
    const ring = [
      ...steps([x, y], [1, 0], width),
      ...steps([x + width, y], [0, 1], height),
      ...steps([x + width, y + height], [-1, 0], width),
      ...steps([x, y + height], [0, -1], height),
    ];
    return [[...ring, ring[0] as Position]];
  });

it('each edge of the areas is in one line, once', () => {
  fc.assert(
    fc.property(fc.array(rectangle, { maxLength: 12 }), (polygons) => {
      const lines = bordersOf(polygons, everywhere);
      const expected = new Set(polygons.flat().flatMap(edgesOf));
      expect(lines.flatMap(edgesOf).sort()).toEqual([...expected].sort());
    }),
  );
});

it('a line ends where other than two edges meet, or is a ring, and passes no such place', () => {
  fc.assert(
    fc.property(fc.array(rectangle, { maxLength: 12 }), (polygons) => {
      const lines = bordersOf(polygons, everywhere);
      const meeting = new Map<string, number>();
      for (const corner of lines.flatMap(edgesOf).flatMap((edge) => edge.split(' ')))
        meeting.set(corner, (meeting.get(corner) ?? 0) + 1);
      for (const line of lines) {
        const corners = line.map((corner) => meeting.get(corner.join()));
        expect(corners.slice(1, -1)).toEqual(corners.slice(1, -1).map(() => 2));
        const [first, last] = [line[0]?.join(), line.at(-1)?.join()];
        if (first !== last) expect([corners[0] === 2, corners.at(-1) === 2]).toEqual([false, false]);
      }
    }),
  );
});

it('edges that do not meet the box are left out', () => {
  const square: Polygon = [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ],
  ];
  expect(bordersOf([square], [0.5, -1, 2, 0.5]).flatMap(edgesOf).sort()).toEqual(['0,0 1,0', '1,0 1,1']);
});
