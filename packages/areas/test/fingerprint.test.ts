import { budgetOf, OverBudget } from '@cellshed/budget';
import { crsFromText, unrolled } from '@cellshed/crs';
import fc from 'fast-check';
import { fingerprintOf, fingerprintOfArea, type Polygons, type Position, type Ring } from '../src/index.ts';

// A few different coordinates, so that positions repeat within a ring and rings equal each other.
const coordinate = fc.constantFrom(-1, 0, 0.5, 1, 2);
const vertices = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 8 });
const area = fc.array(fc.array(vertices, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });

function closed(positions: readonly Position[]): Ring {
  return [...positions, positions[0] as Position];
}

const close = (polygons: readonly (readonly Position[])[][]): Polygons => polygons.map((rings) => rings.map(closed));

/** The same geometry in another form, which the numbers of `choices` select in turn. */
function rewritten(polygons: readonly (readonly Position[])[][], choices: readonly number[]): Polygons {
  let used = 0;
  const choose = (n: number) => (choices[used++ % choices.length] as number) % n;
  const rotated = <T>(list: readonly T[]) => {
    const start = choose(list.length);
    return [...list.slice(start), ...list.slice(0, start)];
  };
  const otherRing = (ring: readonly Position[]): Ring => {
    const turned = rotated(choose(2) ? ring : ring.toReversed());
    const repeated = turned.flatMap((position) => Array.from({ length: 1 + choose(3) }, () => position));
    const written = repeated.map(([x, y]): Position => [x === 0 && choose(2) ? -0 : x, y === 0 && choose(2) ? -0 : y]);
    return choose(3) ? closed(written) : written;
  };
  return rotated(polygons.map((rings) => rotated(rings.map(otherRing))));
}

describe('fingerprintOf', () => {
  it('is 64 hexadecimal digits, the same on every machine and in every version', () => {
    expect(
      fingerprintOf({
        polygons: [
          [
            closed([
              [-75.5, 40],
              [-75, 40],
              [-75, 40.5],
            ]),
          ],
        ],
      }),
    ).toBe('d0ef054af0f528a38251dda3a317c9451ce45d45866245f8973dee599fc57718');
  });

  it('is the same however a geometry is written', () => {
    fc.assert(
      fc.property(area, fc.array(fc.nat(100), { minLength: 1, maxLength: 50 }), (polygons, choices) => {
        expect(fingerprintOf({ polygons: rewritten(polygons, choices) })).toBe(
          fingerprintOf({ polygons: close(polygons) }),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('is another where any digit differs', () => {
    const number = fc.double({ min: -90, max: 90, noNaN: true });
    const ring = fc.uniqueArray(fc.tuple(number, number), { minLength: 3, maxLength: 6, selector: String });
    fc.assert(
      fc.property(ring, fc.nat(5), fc.boolean(), (positions, at, isLatitude) => {
        const i = at % positions.length;
        const [lon, lat] = positions[i] as Position;
        const moved: Position = isLatitude ? [lon, next(lat)] : [next(lon), lat];
        expect(fingerprintOf({ polygons: [[closed(positions.with(i, [...moved]))]] })).not.toBe(
          fingerprintOf({ polygons: [[closed(positions)]] }),
        );
      }),
    );
  });

  const [a, b, c, d, e]: Position[] = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
    [2, 1],
  ];
  const ring = (...positions: (Position | undefined)[]) => closed(positions as Position[]);
  const square = ring(a, b, c, d);
  const triangle = ring(a, b, e);

  it.each([
    ['the order of vertices', [[square]], [[ring(a, c, b, d)]]],
    ['a vertex more', [[square]], [[ring(a, b, c, d, e)]]],
    ['a vertex on an edge', [[square]], [[ring(a, [2, 0], b, c, d)]]],
    ['a vertex that comes again later', [[ring(a, b, c)]], [[ring(a, b, c, a, b, c)]]],
    ['longitude and latitude swapped', [[ring([0, 1], [2, 3], [5, 4])]], [[ring([1, 0], [3, 2], [4, 5])]]],
    ['a ring more', [[square]], [[square, triangle]]],
    ['a ring twice', [[square]], [[square, square]]],
    ['a ring as hole or as polygon', [[square, triangle]], [[square], [triangle]]],
    ['which polygon has the hole', [[square, triangle], [ring(a, b, c)]], [[square], [ring(a, b, c), triangle]]],
    ['where a ring that is a point lies', [[ring(a, a, a)]], [[ring(b, b, b)]]],
    ['no polygon', [], [[square]]],
  ])('tells apart: %s', (_, one, other) => {
    expect(fingerprintOf({ polygons: one as Polygons })).not.toBe(fingerprintOf({ polygons: other as Polygons }));
  });

  it('tells apart what lies in another CRS', () => {
    const names = [undefined, 'EPSG:5070', 'EPSG:3857'].map((name) => name && crsFromText(name));
    const fingerprints = names.map((crs) => fingerprintOf({ polygons: [[square]], crs: crs || undefined }));
    expect(new Set(fingerprints).size).toBe(3);
  });

  describe('of a polygon that is wider than half the world', () => {
    const box = (west: number, east: number) => ring([west, 0], [east, 0], [east, 9], [west, 9]);
    const [wide, hole] = [box(-100, 100), box(350, 355)];
    const mercator = crsFromText('EPSG:3857');
    const inMetres = (one: Ring): Ring => one.map(([x, y]) => [x * 111_319, y * 111_319]);
    const print = (rings: readonly Ring[], crs = undefined as typeof mercator | undefined) =>
      fingerprintOf({ polygons: [rings], crs });

    it('tells apart rings that `unrolled` lays out otherwise: wound the other way, or in another order', () => {
      const first = (rings: readonly Ring[]) => unrolled(rings, 360).rings[0]?.map(([x]) => x);
      expect(first([wide])).not.toEqual(first([wide.toReversed()])?.toReversed());
      expect(print([wide])).not.toBe(print([wide.toReversed()]));
      expect(print([box(-20, 0), hole])).not.toBe(print([hole, box(-20, 0)]));
    });

    it('does so in any CRS, however its x goes', () => {
      const rings = inMetres(wide);
      expect(print([rings], mercator)).not.toBe(print([rings.toReversed()], mercator));
      const albers = crsFromText('EPSG:5070');
      // A ring around the pole, and so on both sides of the antimeridian.
      const around = ring([-3e6, 2e6], [3e6, 2e6], [3e6, 9e6], [-3e6, 9e6]);
      expect(print([around], albers)).not.toBe(print([around.toReversed()], albers));
    });

    it('is the same in whatever order polygons stand', () => {
      const polygons = [[wide], [hole]];
      expect(fingerprintOf({ polygons })).toBe(fingerprintOf({ polygons: polygons.toReversed() }));
    });
  });

  it('spends a budget on each position', () => {
    const long = closed(Array.from({ length: 10_000 }, (_, i): Position => [i / 1_000, (i % 7) / 7]));
    expect(() => fingerprintOf({ polygons: [[long]] }, budgetOf(10_000))).toThrow(OverBudget);
  });

  it('names a ring of two alternating vertices, a hundred thousand times over', () => {
    const long = Array.from({ length: 100_001 }, (_, i) => (i % 2 ? a : b) as Position).with(50_000, c as Position);
    expect(fingerprintOf({ polygons: [[closed(long)]] })).toBe(
      fingerprintOf({ polygons: [[closed([...long.slice(777), ...long.slice(0, 777)])]] }),
    );
  });
});

/** The next greater floating-point number. */
function next(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return new Float64Array(bits.buffer)[0] as number;
}

describe('fingerprintOfArea', () => {
  const polygons: Polygons = [
    [
      closed([
        [0, 0],
        [1, 0],
        [1, 1],
      ]),
    ],
  ];

  it('is that of the geometry where there are no warnings, else another for each', () => {
    expect(fingerprintOfArea({ polygons, warnings: [] })).toBe(fingerprintOf({ polygons }));
    const texts = [[], ['a'], ['b'], ['a', 'b'], ['ab'], ['a","b']];
    const prints = texts.map((warnings) => fingerprintOfArea({ polygons, warnings }));
    expect(new Set(prints).size).toBe(texts.length);
    expect(prints.every((print) => /^[0-9a-f]{64}$/.test(print))).toBe(true);
  });
});
