import { unrolled, unrolledLine } from '@cellshed/crs';
import fc from 'fast-check';

type Ring = readonly (readonly [number, number])[];

const ring = (...positions: (readonly [number, number])[]): Ring => [...positions, positions[0]!];
const box = (west: number, east: number, south = -10, north = 10): Ring =>
  ring([west, south], [east, south], [east, north], [west, north]);
const clockwise = (positions: Ring): Ring => positions.toReversed();

const longitudes = (rings: readonly Ring[]) => unrolled(rings, 360).rings.map((one) => one.map(([x]) => x));
const taken = (...rings: Ring[]) => unrolled(rings, 360).leaps.map((leap) => leap.taken);

describe('a ring', () => {
  it('without edges longer than half the world stays as it is', () => {
    for (const one of [box(0, 10), box(170, 190), box(-180, 0), box(0, 180), box(-350, -200)]) {
      const { rings, leaps } = unrolled([one], 360);
      expect(rings[0]).toBe(one);
      expect(leaps).toEqual([]);
    }
  });

  it('goes on beyond 180 where it leaps from one side of the world to the other', () => {
    expect(longitudes([box(178, -177)])).toEqual([[178, 183, 183, 178, 178]]);
    expect(longitudes([box(-177, 178)])).toEqual([[-177, -182, -182, -177, -177]]);
    expect(longitudes([ring([179, 0], [-179, 1], [-178, 5], [178, 6])])).toEqual([[179, 181, 182, 178, 179]]);
    expect(unrolled([box(178, -177)], 360).leaps).toEqual([{ ring: 0, from: 178, to: -177, taken: 'crosses' }]);
  });

  it('does so whichever way it is wound, and where it has vertices on both sides of 180', () => {
    expect(longitudes([clockwise(box(178, -177))])).toEqual([[178, 178, 183, 183, 178]]);
    const doubled = ring([170, 0], [180, 0], [-180, 0], [-170, 0], [-170, 9], [-180, 9], [180, 9], [170, 9]);
    expect(longitudes([doubled])).toEqual([[170, 180, 180, 190, 190, 180, 180, 170, 170]]);
  });

  it.each([
    ['the whole world', box(-180, 180, -90, 90)],
    ['the whole world, clockwise', clockwise(box(-180, 180, -60, 60))],
    ['the whole world from 0', box(0, 360)],
    [
      'the whole world with vertices between',
      ring([-180, -60], [100, -60], [180, -60], [180, 60], [-120, 60], [-180, 60]),
    ],
    ['half the world and more, up to 180', box(-15, 180)],
    ['half the world and more, clockwise from -180', clockwise(box(-180, 20))],
    ['most of the world from 0', box(0, 300)],
    ['a band whose edges slope', ring([-180, -20], [180, -10], [180, 20], [-180, 10])],
    [
      'a cap that is closed along the pole',
      ring([-180, -70], [-90, -75], [0, -70], [90, -72], [180, -70], [180, -90], [-180, -90]),
    ],
  ])('stays as it is where it goes round the world: %s', (_, one) => {
    const { rings, leaps } = unrolled([one], 360);
    expect(rings[0]).toBe(one);
    expect(leaps).toEqual([]);
  });

  it('stays as it is, and is told of, where it is a box that may be meant so and is wound anticlockwise', () => {
    expect(longitudes([box(-179.75, 179.75)])[0]).toEqual([-179.75, 179.75, 179.75, -179.75, -179.75]);
    expect(taken(box(-179.75, 179.75))).toEqual(['box']);
    expect(taken(clockwise(box(-179.75, 179.75)))).toEqual(['crosses']);
    expect(taken(box(-178.9, 178.9))).toEqual(['crosses']);
    expect(taken(box(-100, 140))).toEqual(['box']);
    expect(taken(clockwise(box(-100, 140)))).toEqual(['crosses']);
    expect(taken(box(-140, 140))).toEqual(['crosses']);
    expect(taken(ring([-179.75, -9], [179.75, -10], [179.75, 10], [-179.75, 10]))).toEqual(['crosses']);
  });

  it('stays as it is, and is told of, where it goes around a pole', () => {
    const cap = ring([0, 70], [100, 72], [-160, 70], [-60, 71]);
    expect(unrolled([cap], 360)).toEqual({ rings: [cap], leaps: [{ ring: 0, from: 100, to: -160, taken: 'round' }] });
  });

  it('stays as it is, and is told of, where it goes around the world again and again before it comes back', () => {
    const east = Array.from({ length: 12 }, (_, i): [number, number] => [((120 * i + 180) % 360) - 180, i]);
    const around = ring(...east, ...east.map(([x, y]): [number, number] => [x, y + 20]).reverse());
    expect(unrolled([around], 360)).toEqual({
      rings: [around],
      leaps: [{ ring: 0, from: 120, to: -120, taken: 'round' }],
    });
    expect(taken(ring(...east.slice(0, 5), ...east.slice(0, 5).reverse()))).toEqual(['crosses']);
  });

  it('takes its inner rings along', () => {
    const outer = box(170, -170);
    expect(longitudes([outer, box(-179, -178), box(175, 176), box(179, -179)])).toEqual([
      [170, 190, 190, 170, 170],
      [181, 182, 182, 181, 181],
      [175, 176, 176, 175, 175],
      [179, 181, 181, 179, 179],
    ]);
    expect(longitudes([box(170, 190), box(-179, -178)])[1]).toEqual([181, 182, 182, 181, 181]);
    expect(longitudes([box(-10, 10), box(355, 356)])[1]).toEqual([-5, -4, -4, -5, -5]);
    // A ring with no place within the outer ring stays where it is.
    expect(longitudes([box(170, -170), box(0, 1)])[1]).toEqual([0, 1, 1, 0, 0]);
  });

  it('is the same place on Earth as before, vertex by vertex, without a leap, if it closes', () => {
    const position = fc.tuple(fc.integer({ min: -180, max: 180 }), fc.integer({ min: -90, max: 90 }));
    fc.assert(
      fc.property(fc.array(position, { minLength: 3, maxLength: 8 }), (positions) => {
        const one = ring(...positions);
        const { rings, leaps } = unrolled([one], 360);
        const laid = rings[0] as Ring;
        expect(laid.map(([x, y]) => [(x + 1800) % 360, y])).toEqual(one.map(([x, y]) => [(x + 1800) % 360, y]));
        const steps = laid.slice(1).map(([x], i) => Math.abs(x - laid[i]![0]));
        if (leaps[0]?.taken === 'crosses') expect(Math.max(...steps)).toBeLessThanOrEqual(180);
        else expect(laid).toBe(one);
      }),
    );
  });
});

it('a line goes on beyond 180, also where it does not come back', () => {
  expect(
    unrolledLine(
      [
        [179, 0],
        [-179, 1],
        [-170, 2],
      ],
      360,
    ),
  ).toEqual([
    [179, 0],
    [181, 1],
    [190, 2],
  ]);
  expect(
    unrolledLine(
      [
        [170, 0],
        [180, 0],
        [-180, 0],
        [-170, 0],
      ],
      360,
    ).map(([x]) => x),
  ).toEqual([170, 180, 180, 190]);
  const straight: Ring = [
    [0, 0],
    [180, 0],
  ];
  expect(unrolledLine(straight, 360)).toBe(straight);
});
