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
    const fiji = [178, -20, -177, -15] as const;
    for (const [west, east] of [
      [179, 180],
      [-180, -179],
      [-177, -170],
      [179, -179],
      [170, 178],
      [181, 182],
      [-190, -181],
    ] as const) {
      expect([west, meets(fiji, [west, -20, east, -15]), meets([west, -20, east, -15], fiji)]).toEqual([
        west,
        true,
        true,
      ]);
    }
    expect(meets(fiji, [-176, -20, 177, -15])).toBe(false);
    expect(meets([190, 0, 200, 1], [-165, 0, -164, 1])).toBe(true);
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
