import { isRefusal } from '@cellshed/contracts';
import fc from 'fast-check';
import { fingerprintOfLines, type Lines, parseLines } from '../../src/lines/lines.ts';

const limits = { vertices: 10 };
const line = (...coordinates: number[][]) => ({ type: 'LineString', coordinates });
const problemOf = (input: unknown) => (parseLines(input, limits) as { problem: string }).problem;

describe('parseLines', () => {
  it.each<[string, unknown, Lines['lines']]>([
    [
      'a LineString',
      line([1, 2], [3, 4, 5]),
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
    [
      'a MultiLineString',
      {
        type: 'MultiLineString',
        coordinates: [
          [
            [0, 0],
            [1, 1],
          ],
          [
            [2, 2],
            [3, 3],
          ],
        ],
      },
      [
        [
          [0, 0],
          [1, 1],
        ],
        [
          [2, 2],
          [3, 3],
        ],
      ],
    ],
    ['a MultiLineString without lines', { type: 'MultiLineString', coordinates: [] }, []],
    [
      'a GeometryCollection',
      { type: 'GeometryCollection', geometries: [line([0, 0], [1, 1])] },
      [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    ],
    [
      'a Feature',
      { type: 'Feature', properties: {}, geometry: line([0, 0], [1, 1]) },
      [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    ],
    [
      'features, one of which has no geometry',
      {
        type: 'FeatureCollection',
        features: [
          { type: 'Feature', geometry: null },
          { type: 'Feature', geometry: line([0, 0], [-0, 1]) },
        ],
      },
      [
        [
          [0, 0],
          [0, 1],
        ],
      ],
    ],
    [
      'what an intersection leaves beside lines, and empty ones, as if they were not there',
      {
        type: 'FeatureCollection',
        features: [
          { type: 'Feature', geometry: { type: 'Point', coordinates: [1, 2] } },
          { type: 'Feature' },
          {
            type: 'Feature',
            geometry: {
              type: 'GeometryCollection',
              geometries: [
                { type: 'MultiPoint', coordinates: [] },
                line(),
                {
                  type: 'MultiLineString',
                  coordinates: [
                    [],
                    [
                      [1, 2],
                      [3, 4],
                    ],
                  ],
                },
              ],
            },
          },
        ],
      },
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
  ])('reads %s', (_, input, lines) => {
    expect(parseLines(input, limits)).toEqual({ lines: { lines } });
  });

  it.each<[string, unknown, string]>([
    [
      'nothing',
      null,
      'value is null, expected a LineString, MultiLineString, GeometryCollection, Feature or FeatureCollection',
    ],
    [
      'a polygon',
      { type: 'Polygon', coordinates: [] },
      'type is "Polygon", expected LineString, MultiLineString, GeometryCollection, Feature or FeatureCollection',
    ],
    [
      'a point',
      { type: 'Point', coordinates: [1, 2] },
      'type is "Point", expected LineString, MultiLineString, GeometryCollection, Feature or FeatureCollection',
    ],
    ['no position', line(), 'coordinates has 0 positions, needs at least 2'],
    ['one position', line([1, 2]), 'coordinates has 1 position, needs at least 2'],
    ['a position that is none', line([1, 2], [3]), 'coordinates position 1 is [3], expected [longitude, latitude]'],
    [
      'a latitude out of range',
      line([1, 2], [3, 95]),
      'coordinates position 1 has latitude 95, expected a number from -90 to 90',
    ],
    [
      'coordinates that are none',
      { type: 'LineString', coordinates: 'x' },
      'coordinates is "x", expected a list of positions',
    ],
    [
      'lines that are none',
      { type: 'MultiLineString', coordinates: [[1, 2]] },
      'line 0 is [1, 2], expected a list of positions',
    ],
    [
      'a wrong feature',
      { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: line([0, 0]) }] },
      'feature 0 geometry coordinates has 1 position, needs at least 2',
    ],
    [
      'too many vertices',
      line(...Array.from({ length: 11 }, (_, i) => [i, i])),
      'has 11 vertices, at most 10 are allowed',
    ],
    [
      'a CRS that nobody knows',
      { ...line([0, 0], [1, 1]), crs: { type: 'name', properties: { name: 'EPSG:x' } } },
      'crs is "EPSG:x", expected the code of a CRS such as EPSG:5070 or OGC:CRS84',
    ],
  ])('refuses %s', (_, input, problem) => {
    expect(problemOf(input)).toEqual(problem);
  });

  it('refuses features within features without end', () => {
    let nested: unknown = line([0, 0], [1, 1]);
    for (let i = 0; i < 100_000; i++) nested = { type: 'Feature', geometry: nested };
    expect(problemOf(nested)).toMatch(/^geometry geometry .* is nested more than 32 members deep$/);
  });

  it('never throws on what JSON can express', () => {
    const types = fc.constantFrom(
      'LineString',
      'MultiLineString',
      'Feature',
      'FeatureCollection',
      'GeometryCollection',
    );
    const members = fc.constantFrom('coordinates', 'geometry', 'features', 'geometries');
    fc.assert(
      fc.property(types, members, fc.jsonValue(), (type, member, value) => {
        const answer = parseLines({ type, [member]: value }, limits);
        expect(isRefusal(answer) || Array.isArray(answer.lines.lines)).toBe(true);
      }),
    );
  });
});

describe('the fingerprint of lines', () => {
  const position = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }));
  const anyLines = fc.array(fc.array(position, { minLength: 2, maxLength: 4 }), { maxLength: 4 });

  it('is the same in any order', () => {
    fc.assert(
      fc.property(anyLines, (lines) => {
        expect(fingerprintOfLines({ lines: lines.toReversed() })).toBe(fingerprintOfLines({ lines }));
      }),
    );
  });

  it('differs where lines do, also from their other ends: they may be drawn otherwise', () => {
    const canonical = (lines: Lines['lines']) => JSON.stringify(lines.map((one) => JSON.stringify(one)).sort());
    fc.assert(
      fc.property(anyLines, anyLines, (a, b) => {
        expect(fingerprintOfLines({ lines: a }) === fingerprintOfLines({ lines: b })).toBe(
          canonical(a) === canonical(b),
        );
      }),
    );
  });
});
