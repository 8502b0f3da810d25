import fc from 'fast-check';
import type { Polygons } from '../../../src/index.ts';
import { readEnvelope, readPolygons } from '../../../src/tables/geopackage/geometry.ts';

const read = (blob: unknown) => readPolygons(blob, undefined);

type Part = { readonly u8: number } | { readonly u32: number } | { readonly f64: number };
const u8 = (value: number): Part => ({ u8: value });
const u32 = (value: number): Part => ({ u32: value });
const f64 = (value: number): Part => ({ f64: value });

function bytes(isLittleEndian: boolean, parts: readonly Part[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => {
      const view = new DataView(new ArrayBuffer('u8' in part ? 1 : 'u32' in part ? 4 : 8));
      if ('u8' in part) view.setUint8(0, part.u8);
      else if ('u32' in part) view.setUint32(0, part.u32, isLittleEndian);
      else view.setFloat64(0, part.f64, isLittleEndian);
      return new Uint8Array(view.buffer);
    }),
  );
}

interface Style {
  readonly isLittleEndian: boolean;
  /** The number that is added to the code of a type. */
  readonly code: number;
  readonly extra: number;
  readonly envelope: number;
  readonly hasSrid: boolean;
}

const plain: Style = { isLittleEndian: true, code: 0, extra: 0, envelope: 0, hasSrid: false };

function header({ isLittleEndian, envelope }: Style, flags = 0, values: readonly number[] = []): Uint8Array {
  const doubles = [0, 4, 6, 6, 8][envelope] ?? 0;
  const all = [flags | (envelope << 1) | Number(isLittleEndian)].map(u8);
  return bytes(isLittleEndian, [
    u8(0x47),
    u8(0x50),
    u8(0),
    ...all,
    u32(4326),
    ...Array.from({ length: doubles }, (_, i) => f64(values[i] ?? 0)),
  ]);
}

function typed({ isLittleEndian, code, hasSrid }: Style, type: number): Part[] {
  return [
    u8(Number(isLittleEndian)),
    u32((code + type + (hasSrid ? 0x2000_0000 : 0)) >>> 0),
    ...(hasSrid ? [u32(4326)] : []),
  ];
}

function blobOf(polygons: Polygons, style: Style, isMulti = true): Uint8Array {
  const parts = polygons.flatMap((polygon) => [
    ...typed(style, 3),
    u32(polygon.length),
    ...polygon.flatMap((ring) => [
      u32(ring.length),
      ...ring.flatMap((position) => [
        ...position.map(f64),
        ...Array.from({ length: style.extra }, () => f64(Number.NaN)),
      ]),
    ]),
  ]);
  const collection = isMulti ? [...typed(style, 6), u32(polygons.length)] : [];
  return Buffer.concat([header(style), bytes(style.isLittleEndian, [...collection, ...parts])]);
}

const position = fc.tuple(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.double({ min: -90, max: 90, noNaN: true }),
);
const ring = fc.array(position, { minLength: 3, maxLength: 6 }).map((open) => [...open, open[0] as [number, number]]);
const polygonsArbitrary = fc.array(fc.array(ring, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
const style = fc.record({
  isLittleEndian: fc.boolean(),
  envelope: fc.nat(4),
  hasSrid: fc.boolean(),
});
const dimensions = fc.constantFrom(
  { code: 0, extra: 0 },
  { code: 1000, extra: 1 },
  { code: 2000, extra: 1 },
  { code: 3000, extra: 2 },
  { code: 0x8000_0000, extra: 1 },
  { code: 0x4000_0000, extra: 1 },
  { code: 0xc000_0000, extra: 2 },
);

const square: Polygons = [
  [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ],
  ],
];

describe('readPolygons', () => {
  it('reads polygons in either byte order, with Z and M in either code, with any envelope', () => {
    fc.assert(
      fc.property(polygonsArbitrary, style, dimensions, (polygons, some, more) => {
        expect(read(blobOf(polygons, { ...some, ...more }))).toMatchObject({ polygons: withoutMinusZero(polygons) });
      }),
    );
  });

  it('reads a polygon that is alone', () => {
    expect(read(blobOf(square, plain, false))).toEqual({ polygons: square, places: [''], warnings: [] });
  });

  it('reads parts whose byte order is not that of the whole', () => {
    const start = bytes(true, [...typed(plain, 6), u32(1)]);
    const part = blobOf(square, { ...plain, isLittleEndian: false }, false).subarray(8);
    expect(read(Buffer.concat([header(plain), start, part]))).toMatchObject({ polygons: square, places: [''] });
  });

  it('names polygons only where there are several', () => {
    expect(read(blobOf([...square, ...square], plain))).toMatchObject({ places: ['polygon 0, ', 'polygon 1, '] });
  });

  it('leaves out parts without rings, with a warning', () => {
    expect(read(blobOf([[], ...square], plain))).toEqual({
      polygons: square,
      places: ['polygon 1, '],
      warnings: ['1 empty geometry is left out (polygon 0)'],
    });
  });

  it('reads a geometry that is said to be extended and is plain', () => {
    const blob = blobOf(square, plain);
    blob[3] = (blob[3] ?? 0) | 0x20;
    expect(read(blob)).toMatchObject({ polygons: square });
  });

  it('refuses whatever is cut short, wherever that is', () => {
    const whole = blobOf([...square, ...square], { ...plain, envelope: 1 });
    for (let length = 0; length < whole.length; length++) {
      expect(read(whole.subarray(0, length))).toEqual({ problem: 'geometry is cut short' });
    }
  });

  it('never throws on changed bytes', () => {
    const changes = fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(polygonsArbitrary, changes, (polygons, changed) => {
        const blob = Buffer.from(blobOf(polygons, plain));
        for (const [at, value] of changed) blob[at % blob.length] = value;
        const result = read(blob);
        if ('polygons' in result) expect(result.polygons.flat(3).every(Number.isFinite)).toBe(true);
        readEnvelope(blob);
      }),
      { numRuns: 1000 },
    );
  });

  const wkb = (...parts: Part[]) => Buffer.concat([header(plain), bytes(true, parts)]);
  it.each([
    ['nothing', null, 'geometry is missing, expected a Polygon or MultiPolygon'],
    ['text', 'POLYGON EMPTY', 'geometry is a string, expected bytes'],
    ['other bytes', Buffer.alloc(100), 'geometry has no GeoPackage header'],
    ['an envelope of an unknown kind', header({ ...plain, envelope: 5 }), 'geometry has no GeoPackage header'],
    [
      'an extended geometry',
      Buffer.concat([header(plain, 0x20), Buffer.from('ABC\x01')]),
      'geometry is one of the extension ABC?, expected well-known binary',
    ],
    [
      'a geometry of SpatiaLite',
      Buffer.concat([Buffer.of(0, 1), Buffer.alloc(36), Buffer.of(0x7c), Buffer.alloc(8), Buffer.of(0xfe)]),
      'geometry is one of SpatiaLite: ogr2ogr -f GPKG makes a GeoPackage',
    ],
    ['an empty geometry', header(plain, 0x10), 'geometry is empty, expected a Polygon or MultiPolygon'],
    [
      'a multipolygon of none',
      wkb(...typed(plain, 6), u32(0)),
      'geometry is empty, expected a Polygon or MultiPolygon',
    ],
    [
      'a polygon without rings',
      wkb(...typed(plain, 3), u32(0)),
      'geometry is empty, expected a Polygon or MultiPolygon',
    ],
    ['more polygons than there can be', wkb(...typed(plain, 6), u32(2 ** 32 - 1)), 'geometry is cut short'],
    ['a point', wkb(...typed(plain, 1), f64(0), f64(0)), 'geometry is a Point, expected a Polygon or MultiPolygon'],
    [
      'a ring of three',
      blobOf(
        [
          [
            [
              [0, 0],
              [1, 0],
              [0, 0],
            ],
          ],
        ],
        plain,
      ),
      'ring 0 has 3 positions, needs at least 4',
    ],
    [
      'a position that is none',
      blobOf(
        [
          ...square,
          [
            [
              [0, 0],
              [Number.NaN, 0],
              [1, 1],
              [0, 0],
            ],
          ],
        ],
        plain,
      ),
      'polygon 1, ring 0, position 1 has longitude NaN, expected a number from -360 to 360',
    ],
  ])('refuses %s', (_, blob, problem) => {
    expect(read(blob)).toMatchObject({ problem });
  });
});

describe('readEnvelope', () => {
  it('gives west, south, east, north of the header, in either byte order', () => {
    for (const isLittleEndian of [true, false]) {
      expect(readEnvelope(header({ ...plain, isLittleEndian, envelope: 2 }, 0, [1, 3, 2, 4, 9, 9]))).toEqual([
        1, 2, 3, 4,
      ]);
    }
  });

  it('gives none where there is none', () => {
    for (const blob of [header(plain), header({ ...plain, envelope: 1 }, 0x10), null, Buffer.alloc(3)]) {
      expect(readEnvelope(blob)).toBeUndefined();
    }
  });
});

function withoutMinusZero(polygons: Polygons): unknown {
  return polygons.map((rings) => rings.map((positions) => positions.map(([x, y]) => [x + 0, y + 0])));
}
