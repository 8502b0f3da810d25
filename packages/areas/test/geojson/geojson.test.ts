import { isRefusal } from '@cellshed/contracts';
import fc from 'fast-check';
import { defaultLimits, parseArea } from '../../src/index.ts';

const limits = { vertices: 25 };
const square = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
  [0, 0],
];
const hole = [
  [1, 1],
  [1, 2],
  [2, 2],
  [1, 1],
];
const polygon = (...rings: unknown[]) => ({ type: 'Polygon', coordinates: rings });
const multiPolygon = (...polygons: unknown[]) => ({ type: 'MultiPolygon', coordinates: polygons });
const feature = (geometry: unknown) => ({ type: 'Feature', properties: null, geometry });
const features = (...list: unknown[]) => ({ type: 'FeatureCollection', features: list });
const geometries = (...list: unknown[]) => ({ type: 'GeometryCollection', geometries: list });

/** A polygon in so many collections. */
function nested(depth: number): unknown {
  return depth === 0 ? polygon(square) : geometries(nested(depth - 1));
}

function area(input: unknown) {
  const result = parseArea(input, limits);
  if (isRefusal(result)) throw new Error(result.problem);
  return result.area;
}

describe('parseArea', () => {
  it.each([
    ['a polygon with a hole', polygon(square, hole), [[square, hole]]],
    [
      'rings that wind the other way',
      polygon(square.toReversed(), hole.toReversed()),
      [[square.toReversed(), hole.toReversed()]],
    ],
    ['a multipolygon', multiPolygon([square], [hole]), [[square], [hole]]],
    ['a feature', feature(polygon(square)), [[square]]],
    [
      'features, united',
      features(feature(polygon(square)), feature(multiPolygon([hole], [square, hole]))),
      [[square], [hole], [square, hole]],
    ],
    ['a collection of polygons', geometries(polygon(square), multiPolygon([hole])), [[square], [hole]]],
    ['a feature with a collection', feature(geometries(polygon(square))), [[square]]],
    ['third coordinates, whatever they are', polygon(square.map(([x, y]) => [x, y, 'high'])), [[square]]],
    [
      'the edges of the world',
      polygon([
        [-180, -90],
        [180, -90],
        [180, 90],
        [-180, -90],
      ]),
      [
        [
          [
            [-180, -90],
            [180, -90],
            [180, 90],
            [-180, -90],
          ],
        ],
      ],
    ],
    [
      'repeated positions',
      polygon([
        [0, 0],
        [0, 0],
        [1, 0],
        [1, 0],
        [0, 0],
      ]),
      [
        [
          [
            [0, 0],
            [0, 0],
            [1, 0],
            [1, 0],
            [0, 0],
          ],
        ],
      ],
    ],
    [
      'a ring without area',
      polygon([
        [3, 3],
        [3, 3],
        [3, 3],
        [3, 3],
      ]),
      [
        [
          [
            [3, 3],
            [3, 3],
            [3, 3],
            [3, 3],
          ],
        ],
      ],
    ],
    [
      'a ring closed by −0',
      polygon([
        [0, 0],
        [1, 0],
        [1, 1],
        [-0, -0],
      ]),
      [
        [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      ],
    ],
    [
      'as many vertices as are allowed',
      polygon(square, square, square, square, square),
      [[square, square, square, square, square]],
    ],
    ['members that mean nothing to it', { ...polygon(square), bbox: 'x', extra: [] }, [[square]]],
  ])('takes %s', (_, input, polygons) => {
    expect(area(input)).toEqual({ polygons, warnings: [] });
  });

  const type = 'Polygon, MultiPolygon, Feature or FeatureCollection';
  it.each([
    // no object
    [undefined, `value is missing, expected a ${type}`],
    [null, `value is null, expected a ${type}`],
    ['POLYGON ((0 0))', `value is "POLYGON ((0 0))", expected a ${type}`],
    [[square], `value is [[…]], expected a ${type}: coordinates stand in {"type": "Polygon", "coordinates": […]}`],
    [
      [feature(polygon(square))],
      `value is [an object], expected a ${type}: a list of features stands in {"type": "FeatureCollection", "features": […]}`,
    ],
    [{}, `type is missing, expected ${type}`],
    [{ type: 5 }, `type is 5, expected ${type}`],
    [{ type: 'Point', coordinates: [0, 0] }, `type is Point, expected ${type}`],
    [{ type: 'LineString', coordinates: square }, `type is LineString, expected ${type}`],
    [{ type: 'polygon', coordinates: [square] }, `type is polygon, expected ${type}`],
    [{ type: 'Poly\ngon' }, `type is "Poly\\ngon", expected ${type}`],
    [{ type: 'x'.repeat(1000) }, `type is "${'x'.repeat(40)}…", expected ${type}`],
    // features
    [feature(null), 'geometry is null, expected a Polygon or MultiPolygon'],
    [{ type: 'Feature' }, 'geometry is missing, expected a Polygon or MultiPolygon'],
    [feature({ type: 'Point' }), 'geometry.type is Point, expected Polygon or MultiPolygon'],
    [feature(feature(polygon(square))), 'geometry.type is Feature, expected Polygon or MultiPolygon'],
    [features(), 'features is empty, expected at least one feature'],
    [{ type: 'FeatureCollection' }, 'features is missing, expected a list with at least one feature'],
    [features(null), 'feature 0 is null, expected an object'],
    [features(polygon(square)), 'type is Polygon, expected Feature'],
    [features(feature(polygon(square)), features()), 'feature 1, type is FeatureCollection, expected Feature'],
    // collections
    [geometries(), 'geometries is empty, expected at least one geometry'],
    [geometries(7), 'geometry 0 is 7, expected an object'],
    [geometries({ type: 'Point' }), 'type is Point, expected Polygon or MultiPolygon'],
    [geometries(geometries()), 'geometries is empty, expected at least one geometry'],
    [geometries(polygon(square), { type: 'Circle' }), 'geometry 1, type is Circle, expected Polygon or MultiPolygon'],
    [nested(17), 'is nested more than 16 collections deep'],
    // geometries without cells only
    [
      features(feature(null), feature({ type: 'Point' }), feature(null), feature(multiPolygon())),
      'has no polygon, only 2 features without geometry, 1 Point, 1 empty geometry; expected a Polygon or MultiPolygon',
    ],
    [features(feature(null)), 'geometry is null, expected a Polygon or MultiPolygon'],
    [
      geometries({ type: 'LineString' }, { type: 'LineString' }),
      'has no polygon, only 2 LineStrings; expected a Polygon or MultiPolygon',
    ],
    // formats of other programs
    [
      { type: 'Topology', objects: {} },
      `type is Topology, expected ${type} (TopoJSON: topo2geo or ogr2ogr makes GeoJSON of it)`,
    ],
    [
      { rings: [square] },
      `type is missing, expected ${type} (this looks like Esri JSON: ask the service for f=geojson)`,
    ],
    [
      { geometryType: 'esriGeometryPolygon', features: [] },
      `type is missing, expected ${type} (this looks like Esri JSON: ask the service for f=geojson)`,
    ],
    // coordinates and rings
    [{ type: 'Polygon' }, 'coordinates is missing, expected a list with at least one ring'],
    [{ type: 'Polygon', coordinates: '0,0' }, 'coordinates is "0,0", expected a list with at least one ring'],
    [polygon(), 'coordinates is empty, expected at least one ring'],
    [multiPolygon(), 'coordinates is empty, expected at least one polygon'],
    [multiPolygon([]), 'polygon is empty, expected at least one ring'],
    [multiPolygon([square], null), 'polygon 1 is null, expected a list with at least one ring'],
    [polygon(null), 'ring 0 is null, expected a list of positions'],
    [polygon([]), 'ring 0 has 0 positions, needs at least 4'],
    [polygon([[0, 0]]), 'ring 0 has 1 position, needs at least 4'],
    [
      polygon([
        [0, 0],
        [1, 1],
        [0, 0],
      ]),
      'ring 0 has 3 positions, needs at least 4',
    ],
    // nesting
    [{ type: 'Polygon', coordinates: square }, 'ring 0 is [0, 0], expected a list of positions'],
    [
      { type: 'Polygon', coordinates: [[square]] },
      'ring 0, position 0 is [[…], […], […], …], expected [longitude, latitude]',
    ],
    [{ type: 'MultiPolygon', coordinates: [square] }, 'ring 0 is [0, 0], expected a list of positions'],
    [
      { type: 'MultiPolygon', coordinates: [[[square]]] },
      'ring 0, position 0 is [[…], […], […], …], expected [longitude, latitude]',
    ],
    // positions
    [polygon([[0, 0], 5, [1, 1], [0, 0]]), 'ring 0, position 1 is 5, expected [longitude, latitude]'],
    [polygon([[0, 0], [5], [1, 1], [0, 0]]), 'ring 0, position 1 is [5], expected [longitude, latitude]'],
    [polygon([null, [5, 1], [1, 1], null]), 'ring 0, position 0 is null, expected [longitude, latitude]'],
    [polygon([[0, 0], { lon: 1 }, [1, 1], [0, 0]]), 'ring 0, position 1 is an object, expected [longitude, latitude]'],
    [polygon([[0, 0], [[1]], [1, 1], [0, 0]]), 'ring 0, position 1 is [[…]], expected [longitude, latitude]'],
    [
      polygon([
        [0, 0],
        [1, null],
        [1, 1],
        [0, 0],
      ]),
      'ring 0, position 1 has latitude null, expected a number from -90 to 90',
    ],
    [
      polygon([
        [0, 0],
        ['1', 1],
        [1, 1],
        [0, 0],
      ]),
      'ring 0, position 1 has longitude "1", expected a number from -360 to 360',
    ],
    [
      polygon([
        [0, 0],
        [Number.NaN, 1],
        [1, 1],
        [0, 0],
      ]),
      'ring 0, position 1 has longitude NaN, expected a number from -360 to 360',
    ],
    [
      polygon([
        [0, 0],
        [0, Number.NEGATIVE_INFINITY],
        [1, 1],
        [0, 0],
      ]),
      'ring 0, position 1 has latitude -Infinity, expected a number from -90 to 90',
    ],
    [
      polygon([
        [0, 0],
        [1, 95],
        [1, 1],
        [0, 0],
      ]),
      'ring 0, position 1 has latitude 95, expected a number from -90 to 90',
    ],
    [
      polygon([
        [0, 0],
        [1, 90.000001],
        [1, 1],
        [0, 0],
      ]),
      'ring 0, position 1 has latitude 90.000001, expected a number from -90 to 90',
    ],
    [
      polygon([
        [0, 0],
        [-360.5, 1],
        [1, 1],
        [0, 0],
      ]),
      'ring 0, position 1 has longitude -360.5, expected a number from -360 to 360',
    ],
    [
      polygon(square, [
        [0, 0],
        [1, 1],
        [2, 2],
        [400, 0],
      ]),
      'ring 1, position 3 has longitude 400, expected a number from -360 to 360',
    ],
    [
      polygon([
        [40, -120],
        [41, -120],
        [41, -121],
        [40, -120],
      ]),
      'ring 0, position 0 has latitude -120, expected a number from -90 to 90 (longitude and latitude look swapped)',
    ],
    [
      polygon([
        [1700000, 2100000],
        [1800000, 2100000],
        [1800000, 2200000],
        [1700000, 2100000],
      ]),
      'ring 0, position 0 has longitude 1700000, expected a number from -360 to 360 (these look like projected coordinates, not degrees: name their crs)',
    ],
    // size
    [polygon(square, square, square, square, [...square, [0, 0]]), 'has 26 vertices, at most 25 are allowed'],
    [multiPolygon([square, square], [square, square, square, [0]]), 'has 26 vertices, at most 25 are allowed'],
  ])('refuses with one sentence: %#', (input, problem) => {
    expect(parseArea(input, limits)).toMatchObject({ problem });
  });

  const line = { type: 'LineString', coordinates: [[0, 0]] };
  const point = { type: 'Point', coordinates: 'whatever' };
  it.each([
    [
      'a line beside a polygon',
      geometries(polygon(square), line),
      [[square]],
      ['1 LineString is left out (geometry 1): only polygons have cells'],
    ],
    [
      'points and lines anywhere, in collections of collections',
      features(
        feature(geometries(point, geometries(line, polygon(square), { type: 'MultiPoint' }), point)),
        feature(line),
        feature({ type: 'MultiLineString' }),
      ),
      [[square]],
      [
        '2 Points are left out (the first is feature 0, geometry 0): only polygons have cells',
        '2 LineStrings are left out (the first is feature 0, geometry 1, geometry 0): only polygons have cells',
        '1 MultiPoint is left out (feature 0, geometry 1, geometry 2): only polygons have cells',
        '1 MultiLineString is left out (feature 2): only polygons have cells',
      ],
    ],
    [
      'features without geometry',
      features(feature(null), feature(polygon(square)), { type: 'Feature' }, feature(multiPolygon([hole]))),
      [[square], [hole]],
      ['2 features without geometry are left out (the first is feature 0)'],
    ],
    [
      'geometries without positions',
      features(feature(polygon()), feature(geometries()), feature(multiPolygon([square], [])), feature(multiPolygon())),
      [[square]],
      ['4 empty geometries are left out (the first is feature 0)'],
    ],
    [
      'rings of fewer than four positions, with the holes of an outer one',
      multiPolygon(
        [square, [], hole.slice(0, 2)],
        [
          [
            [1, 1],
            [2, 2],
            [1, 1],
          ],
          hole,
        ],
        [square, hole],
      ),
      [[square], [square, hole]],
      ['3 rings with fewer than 4 positions are left out (the first is polygon 0, ring 1)'],
    ],
    ['a collection sixteen deep', nested(16), [[square]], []],
  ])('leaves out %s, with a warning', (_, input, polygons, warnings) => {
    expect(area(input)).toEqual({ polygons, warnings });
  });

  it.each([
    ['a ring', polygon(square.slice(0, 4)), [[square]], 'ring 0 is'],
    ['three positions', polygon(hole.slice(0, 3)), [[hole]], 'ring 0 is'],
    [
      'a ring that all but closes',
      polygon([...square.slice(0, 4), [0, 1e-9]]),
      [[[...square.slice(0, 4), [0, 1e-9], [0, 0]]]],
      'ring 0 is',
    ],
    [
      'rings, of which the first is named',
      multiPolygon([square, hole.slice(0, 3)], [square.slice(0, 4)]),
      [[square, hole], [square]],
      '2 rings (the first is polygon 0, ring 1) are',
    ],
  ])('closes %s as GDAL and shapely do, with a warning', (_, input, polygons, what) => {
    expect(area(input)).toEqual({
      polygons,
      warnings: [`${what} not closed: the last position is joined to the first`],
    });
  });

  it('says of what has no polygon, but nothing wrong, that it is empty', () => {
    for (const input of [feature(null), features(), geometries(line), polygon(), polygon(square.slice(0, 2))])
      expect(parseArea(input, limits)).toHaveProperty('isEmpty', true);
    for (const input of [undefined, feature(7), polygon([[0, 'x']]), features(feature(line), {})])
      expect(parseArea(input, limits)).not.toHaveProperty('isEmpty');
  });

  it('drops third and fourth coordinates', () => {
    expect(area(polygon(square.map(([x, y], i) => [x, y, 100 + i, i]))).polygons).toEqual([[square]]);
  });

  it('counts vertices before it looks at any', () => {
    const coordinates = [Array.from({ length: 1_000_000 }, () => null)];
    expect(parseArea({ type: 'Polygon', coordinates }, defaultLimits)).toEqual({
      problem: 'has 1000000 vertices, at most 250000 are allowed',
    });
  });

  it('refuses lists nested a hundred thousand deep', () => {
    let nested: unknown = [];
    for (let i = 0; i < 100_000; i++) nested = [nested];
    expect(parseArea({ type: 'MultiPolygon', coordinates: nested }, limits)).toHaveProperty('problem');
    let collections: unknown = polygon(square);
    for (let i = 0; i < 100_000; i++) collections = geometries(collections);
    expect(parseArea(collections, limits)).toEqual({ problem: 'is nested more than 16 collections deep' });
    expect(
      parseArea(JSON.parse(`${'{"type":"Feature","geometry":'.repeat(5000)}1${'}'.repeat(5000)}`), limits),
    ).toEqual({
      problem: 'geometry.type is Feature, expected Polygon or MultiPolygon',
    });
  });

  it('warns with the place of a crossing, naming feature, polygon and ring', () => {
    const bowTie = [
      [-75, 40],
      [-74, 41],
      [-74, 40],
      [-75, 41],
      [-75, 40],
    ];
    const rule = 'near (-74.50000, 40.50000): counted by the even–odd rule';
    expect(area(polygon(bowTie)).warnings).toEqual([`ring 0 crosses itself ${rule}`]);
    expect(area(features(feature(polygon(square)), feature(multiPolygon([hole], [bowTie])))).warnings).toEqual([
      `feature 1, polygon 1, ring 0 crosses itself ${rule}`,
    ]);
  });

  it('takes members only from what it is given', () => {
    const input = JSON.parse('{"__proto__": {"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]]}}');
    expect(parseArea(input, limits)).toEqual({ problem: `type is missing, expected ${type}` });
    expect(parseArea({ type: 'constructor' }, limits)).toEqual({ problem: `type is constructor, expected ${type}` });
  });
});

describe('parseArea, whatever comes', () => {
  const expectSound = (input: unknown) => {
    const result = parseArea(input, defaultLimits);
    if (isRefusal(result)) {
      expect(result.problem).not.toMatch(/\n|\[object/);
      expect(result.problem.length).toBeLessThan(400);
      return;
    }
    for (const polygon of result.area.polygons) {
      expect(polygon.length).toBeGreaterThan(0);
      for (const ring of polygon) {
        expect(ring.length).toBeGreaterThanOrEqual(4);
        expect(ring[0]).toEqual(ring.at(-1));
        expect(ring.every((position) => position.length === 2 && position.every(Number.isFinite))).toBe(true);
      }
    }
  };

  it('never throws on anything', () => {
    const anything = fc.anything({
      withBigInt: true,
      withNullPrototype: true,
      withSparseArray: true,
      withObjectString: true,
    });
    fc.assert(fc.property(anything, expectSound), { numRuns: 2000 });
    const member = fc.constantFrom('Polygon', 'MultiPolygon', 'Feature', 'FeatureCollection', 'GeometryCollection');
    const shaped = fc.record({
      type: member,
      coordinates: anything,
      geometry: anything,
      features: anything,
      geometries: anything,
      crs: anything,
    });
    fc.assert(fc.property(shaped, expectSound), { numRuns: 2000 });
  });

  it('never throws on GeoJSON with something else in any one place', () => {
    const valid = JSON.stringify(
      features(
        feature(multiPolygon([square, hole], [square])),
        feature(polygon(square)),
        feature(geometries(polygon(hole))),
      ),
    );
    const places = [...valid.matchAll(/\d+|"[^"]*"|null/g)];
    const other = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(null, [], {}, 1e300, -91, 181, 'Polygon', square, [square], { type: 'Point' }),
    );
    fc.assert(
      fc.property(fc.nat(places.length - 1), other, (i, value) => {
        const place = places[i] as RegExpExecArray;
        const isMember = valid[place.index + place[0].length] === ':';
        const text = isMember ? JSON.stringify(JSON.stringify(value)) : JSON.stringify(value);
        expectSound(JSON.parse(valid.slice(0, place.index) + text + valid.slice(place.index + place[0].length)));
      }),
      { numRuns: 2000 },
    );
  });
});
