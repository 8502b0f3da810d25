import { isRefusal } from '@cellshed/contracts';
import fc from 'fast-check';
import type { Position } from '../../src/index.ts';
import { leftOut } from '../../src/left-out.ts';
import { checkRead } from '../../src/tables/stored-polygons.ts';
import { readWkb } from '../../src/tables/wkb.ts';
import { type Geometry, line, of, plainStyle, point, polygon, types, wkbOf } from './wkb-bytes.ts';

function read(bytes: Buffer) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return checkRead((left) => readWkb({ view, at: 0 }, left), undefined);
}

const ring: readonly Position[] = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
  [0, 0],
];
const hole: readonly Position[] = [
  [1, 1],
  [2, 1],
  [2, 2],
  [1, 1],
];
const curvePolygon = (...rings: Geometry[]) => of('curvePolygon', ...rings);
const square = polygon(ring);
const left = (what: string) => [`${what} left out: only polygons have cells`];

describe('well-known binary', () => {
  it.each<[string, Geometry, unknown, string[]]>([
    ['a polygon', polygon(ring, hole), [[ring, hole]], []],
    ['a triangle', { type: types.triangle, rings: [hole] }, [[hole]], []],
    ['a multipolygon', of('multiPolygon', square, polygon(hole)), [[ring], [hole]], []],
    ['a surface of polygons', of('multiSurface', square, curvePolygon(line(...hole))), [[ring], [hole]], []],
    ['a curve polygon whose rings are lines', curvePolygon(line(...ring), line(...hole)), [[ring, hole]], []],
    [
      'a curve polygon whose ring is put together of lines',
      curvePolygon(of('compound', line(...ring.slice(0, 3)), line(...ring.slice(2)))),
      [[ring]],
      [],
    ],
    ['the sides of a solid, as seen from above', of('polyhedral', square, polygon(hole)), [[ring], [hole]], []],
    ['a triangulated surface', of('tin', { type: types.triangle, rings: [hole] }), [[hole]], []],
    ['a collection of one polygon', of('collection', square), [[ring]], []],
    [
      'a collection of collections of whatever has polygons',
      of('collection', of('collection', of('multiPolygon', square)), of('multiSurface', curvePolygon(line(...hole)))),
      [[ring], [hole]],
      [],
    ],
    ['a polygon beside a line', of('collection', line([0, 0], [1, 1]), square), [[ring]], left('1 LineString is')],
    [
      'a polygon beside points, the empty one too',
      of('collection', point([0, 0]), point([Number.NaN, Number.NaN]), of('multiPoint', point([0, 0])), square),
      [[ring]],
      [...left('2 Points are'), ...left('1 MultiPoint is')],
    ],
    [
      'a polygon beside curves',
      of(
        'collection',
        { type: types.arcs, positions: [[0, 0]] },
        of('compound', { type: types.arcs, positions: ring }, line(...ring)),
        of('multiCurve', of('compound', line(...ring))),
        of('multiLine', line(...ring)),
        square,
      ),
      [[ring]],
      ['CircularString', 'CompoundCurve', 'MultiCurve', 'MultiLineString'].flatMap((name) => left(`1 ${name} is`)),
    ],
    [
      'a polygon beside empty ones',
      of('collection', polygon(), of('multiPolygon'), of('collection'), curvePolygon(), square),
      [[ring]],
      ['4 empty geometries are left out'],
    ],
    [
      'a ring that is not closed',
      polygon(ring.slice(0, 4)),
      [[ring]],
      ['ring 0 is not closed: the last position is joined to the first'],
    ],
  ])('is read as polygons: %s', (_, geometry, polygons, warnings) => {
    expect(read(wkbOf(geometry))).toMatchObject({ polygons, warnings });
  });

  const nested = (depth: number): Geometry => (depth === 0 ? square : of('collection', nested(depth - 1)));
  const arcs: Geometry = { type: types.arcs, positions: ring };
  const straight = 'expected straight ones: ogr2ogr -nlt CONVERT_TO_LINEAR makes them, or ST_CurveToLine in a database';
  it.each<[string, Geometry, string]>([
    ['only a line', line([0, 0], [1, 1]), 'geometry is a LineString, expected a Polygon or MultiPolygon'],
    [
      'only points and lines',
      of('collection', line([0, 0]), point([0, 0]), point([1, 1])),
      'has no polygon, only 1 LineString, 2 Points; expected a Polygon or MultiPolygon',
    ],
    ['nothing', of('collection'), 'geometry is empty, expected a Polygon or MultiPolygon'],
    ['arcs', curvePolygon(arcs), `geometry has a CircularString for an edge, ${straight}`],
    [
      'arcs among lines',
      of('multiSurface', square, curvePolygon(of('compound', line(...ring), arcs))),
      `geometry has a CircularString for an edge, ${straight}`,
    ],
    ['polygons for rings', curvePolygon(square), `geometry has a Polygon for an edge, ${straight}`],
    ['an unknown type', { type: 99, geometries: [] }, 'geometry is a type 99, expected a Polygon or MultiPolygon'],
    [
      'a type of no dimensions',
      { type: 4003, rings: [] },
      'geometry is a type 4003, expected a Polygon or MultiPolygon',
    ],
    ['collections in collections without end', nested(17), 'geometry is nested more than 16 collections deep'],
  ])('is refused: %s', (_, geometry, problem) => {
    expect(read(wkbOf(geometry))).toMatchObject({ problem });
  });

  it('is refused with another byte order than there are', () => {
    const bytes = wkbOf(square);
    bytes[0] = 7;
    expect(read(bytes)).toEqual({ problem: 'geometry has the byte order 7, expected 0 or 1' });
  });

  it('is read sixteen collections deep, and refused a hundred thousand deep without running out of stack', () => {
    expect(read(wkbOf(nested(16)))).toMatchObject({ polygons: [[ring]] });
    const one = Buffer.from('010700000001000000', 'hex');
    const deep = Buffer.concat(Array.from({ length: 100_000 }, () => one));
    expect(read(deep)).toEqual({ problem: 'geometry is nested more than 16 collections deep' });
  });

  const position = fc.tuple(fc.integer({ min: 1, max: 180 }), fc.integer({ min: 1, max: 90 }));
  const closed = fc
    .array(position, { minLength: 3, maxLength: 5 })
    .map((open): Position[] => [...open, open[0] as Position]);
  /** A line in parts that begin where the one before ends. */
  const inPieces = (positions: readonly Position[], at: number) =>
    of('compound', line(...positions.slice(0, at + 1)), line(...positions.slice(at)));
  const rings = fc.array(closed, { minLength: 1, maxLength: 2 });
  const { geometry } = fc.letrec<{ geometry: Geometry; stray: Geometry }>((tie) => ({
    geometry: fc.oneof(
      { maxDepth: 3 },
      rings.map((list) => polygon(...list)),
      tie('stray'),
      rings.map((list): Geometry => ({ type: types.triangle, rings: list })),
      rings.map((list) => curvePolygon(...list.map((one, i) => (i === 0 ? inPieces(one, 1) : line(...one))))),
      fc
        .tuple(
          fc.constantFrom('multiPolygon', 'collection', 'multiSurface', 'polyhedral', 'tin'),
          fc.array(tie('geometry'), { maxLength: 4 }),
        )
        .map(([type, list]) => of(type as keyof typeof types, ...list)),
    ),
    stray: fc.oneof(
      position.map(point),
      closed.map((positions) => line(...positions)),
      closed.map((positions) => of('multiPoint', ...positions.map(point))),
      closed.map((positions) => of('multiCurve', inPieces(positions, 2))),
    ),
  }));
  const style = fc.record({ isLittleEndian: fc.boolean(), hasSrid: fc.boolean() });
  const dimensions = fc.constantFrom(
    { code: 0, extra: 0 },
    { code: 1000, extra: 1 },
    { code: 2000, extra: 1 },
    { code: 3000, extra: 2 },
    { code: 0x8000_0000, extra: 1 },
    { code: 0x4000_0000, extra: 1 },
    { code: 0xc000_0000, extra: 2 },
  );

  it('has the polygons of all its parts, each in a byte order and dimensions of its own', () => {
    fc.assert(
      fc.property(geometry, fc.array(fc.tuple(style, dimensions), { minLength: 1 }), (whole, styles) => {
        let n = 0;
        const bytes = wkbOf(whole, () => {
          const [one, more] = styles[n++ % styles.length] as (typeof styles)[number];
          return { ...plainStyle, ...one, ...more };
        });
        const result = read(bytes);
        const polygons = polygonsIn(whole);
        if (polygons.length === 0) expect(result).toHaveProperty('problem');
        else expect(result).toMatchObject({ polygons });
      }),
      { numRuns: 500 },
    );
  });

  it('of a hundred thousand polygons without rings nothing is made but their numbers', () => {
    const empty = Buffer.from([1, 3, 0, 0, 0, 0, 0, 0, 0]);
    const n = 100_000;
    const head = Buffer.from([1, 6, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32LE(n + 1, 5);
    const bytes = Buffer.concat([head, ...Array.from({ length: n }, () => empty), wkbOf(square)]);
    const { filled } = readWkb(
      { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 },
      leftOut(),
    );
    expect(filled).toEqual([{ at: n, rings: [ring] }]);
    expect(read(bytes)).toMatchObject({ warnings: ['100000 empty geometries are left out (the first is polygon 0)'] });
  });

  it('never throws, nor reads beyond its end, whatever bytes are changed or cut off', () => {
    const changes = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 5 });
    fc.assert(
      fc.property(geometry, changes, fc.nat(400), (whole, changed, cut) => {
        const bytes = wkbOf(whole);
        for (const [at, value] of changed) bytes[at % bytes.length] = value;
        const result = read(bytes.subarray(0, bytes.length - (cut % bytes.length)));
        if (isRefusal(result)) expect(result.problem).toMatch(/^[^\n]{1,300}$/);
        else expect(result.polygons.flat(3).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

/** The definition: the rings of every polygon, in whatever collection. */
function polygonsIn(geometry: Geometry): unknown[] {
  if ('rings' in geometry) return [geometry.rings];
  if (!('geometries' in geometry)) return [];
  if (geometry.type === types.curvePolygon) return [geometry.geometries.map(positionsIn)];
  const surfaces: readonly number[] = [
    types.multiPolygon,
    types.collection,
    types.multiSurface,
    types.polyhedral,
    types.tin,
  ];
  return surfaces.includes(geometry.type) ? geometry.geometries.flatMap(polygonsIn) : [];
}

function positionsIn(curve: Geometry): Position[] {
  if ('positions' in curve) return [...curve.positions];
  if (!('geometries' in curve)) return [];
  return curve.geometries.flatMap((one, i) => positionsIn(one).slice(i === 0 ? 0 : 1));
}
