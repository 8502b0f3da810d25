import { bboxOf, liesIn, meets } from '../../src/tables/bbox.ts';

describe('boxes', () => {
  const box = [0, 0, 4, 2] as const;

  it('span all polygons', () => {
    const triangle = (x: number, y: number) =>
      [
        [
          [x, y],
          [x + 1, y],
          [x, y + 2],
          [x, y],
        ],
      ] as [number, number][][];
    expect(bboxOf([triangle(0, 5), triangle(-7, 0)])).toEqual([-7, 0, 1, 7]);
  });

  it('meet where they touch', () => {
    expect(meets(box, [4, 2, 5, 3])).toBe(true);
    expect(meets(box, [-1, -1, 0, 0])).toBe(true);
    expect(meets(box, [5, 0, 6, 2])).toBe(false);
    expect(meets(box, [-2, 0, -1, 2])).toBe(false);
    expect(meets(box, [0, 3, 4, 4])).toBe(false);
    expect(meets(box, [0, -2, 4, -1])).toBe(false);
  });

  it('meet across the antimeridian', () => {
    expect(meets(box, [4, 0, -170, 1])).toBe(true);
    expect(meets(box, [170, 0, 0, 1])).toBe(true);
    expect(meets(box, [5, 0, -1, 1])).toBe(false);
    expect(meets(box, [4, 3, -170, 4])).toBe(false);
  });

  it('lie in one another up to the edge', () => {
    expect(liesIn(box, box)).toBe(true);
    for (const [west, south, east, north] of [
      [1, 0, 4, 2],
      [0, 1, 4, 2],
      [0, 0, 3, 2],
      [0, 0, 4, 1],
      [0, 0, -170, 2],
    ] as const) {
      expect(liesIn(box, [west, south, east, north])).toBe(false);
    }
  });
});
