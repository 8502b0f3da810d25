import fc from 'fast-check';
import { fillOfTag, nearNodata, nodataFor, nodataOfTag, parseNumber } from '../../src/tiles/nodata.ts';

describe('the text of a no-data tag', () => {
  it.each([
    ['0\0', 0],
    [' -9999 ', -9999],
    ['-3.4e+38', -3.4e38],
    ['1e3\0junk', 1000],
    ['nan', Number.NaN],
    ['NaN\0', Number.NaN],
    ['-nan', Number.NaN],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['', undefined],
    ['\0', undefined],
    ['none', undefined],
    ['-1,5', -1.5],
    ['255 254', 255],
    ['12abc', 12],
    ['0x10', 0],
    ['.5', 0.5],
    ['5.', 5],
    ['-1.#IND', Number.NaN],
    ['1.#QNAN', Number.NaN],
    ['-1.#INF', Number.NEGATIVE_INFINITY],
    ['-1.79769313486232e+308', -Number.MAX_VALUE],
  ])('%j is %s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });
});

describe('a no-data value', () => {
  it.each([
    [255, 'uint8', 255],
    [256, 'uint8', undefined],
    [-1, 'uint8', undefined],
    [-128, 'int8', -128],
    [128, 'int8', undefined],
    [65_535, 'uint16', 65_535],
    [65_536, 'uint16', undefined],
    [-32_768, 'int16', -32_768],
    [-32_769, 'int16', undefined],
    [4_294_967_295, 'uint32', 4_294_967_295],
    [4_294_967_296, 'uint32', undefined],
    [2_147_483_647, 'int32', 2_147_483_647],
    [2_147_483_648, 'int32', undefined],
    [1.5, 'int16', undefined],
    [Number.NaN, 'uint8', undefined],
    [Number.NaN, 'float32', undefined],
    [Number.NaN, 'float64', undefined],
    [0.1, 'float32', Math.fround(0.1)],
    [0.1, 'float64', 0.1],
    [-1.7976931348623157e308, 'float32', -3.4028234663852886e38],
    [-1.7976931348623157e308, 'float64', -1.7976931348623157e308],
    [Number.POSITIVE_INFINITY, 'float32', Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, 'int32', undefined],
  ] as const)('%s among %s samples is %s', (value, type, held) => {
    expect(nodataFor(value, type)).toBe(held);
  });
});

describe('a no-data tag', () => {
  it.each([
    [254.5, 'uint8', 254, 255],
    [-9999.9, 'int16', -9999, -10_000],
    [-0.4, 'uint8', undefined, 0],
    [-9999, 'uint8', undefined, 0],
    [300, 'uint8', undefined, 255],
    [Number.NaN, 'int32', undefined, 0],
    [Number.NaN, 'float32', undefined, Number.NaN],
    [-9999.9, 'float32', Math.fround(-9999.9), Math.fround(-9999.9)],
  ] as const)('%s among %s samples means %s, and sparse tiles hold %s', (tag, type, nodata, fill) => {
    expect(nodataOfTag(tag, type)).toBe(nodata);
    expect(fillOfTag(tag, type)).toBe(fill);
  });
});

describe('floats near a no-data value', () => {
  const floats = fc.float({ noNaN: true, noDefaultInfinity: true });
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
  const near = (value: number) =>
    fc.double({ min: -1e-6, max: 1e-6, noNaN: true }).map((share) => value + share * value);

  it.each([
    ['float32', floats, Math.fround],
    ['float64', doubles, Number],
  ] as const)('are those that GDAL takes for it, of %s', (type, values, round) => {
    fc.assert(
      fc.property(
        values.chain((nodata) => fc.tuple(fc.constant(nodata), fc.oneof(near(nodata).map(round), values))),
        ([nodata, value]) => {
          // In these cases, GDAL takes the greatest floats even if they are not near.
          fc.pre(
            Number.isFinite(round(value + nodata)) || (Number.isFinite(value) && !Number.isFinite(round(2 * nodata))),
          );
          const { least, most } = nearNodata(nodata, type) ?? { least: nodata, most: nodata };
          const distance = Math.abs(round(value - nodata));
          const isNear = value === nodata || distance < 2 ** -22 * Math.abs(round(value + nodata));
          expect(value >= least && value <= most).toBe(isNear);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['float32', Math.fround(1.3283820164803476e38), Math.fround(1.3283827263646837e38)],
    ['float64', 8e307, 8.1e307],
  ] as const)('leave out what is far from a third of the greatest %s', (type, nodata, value) => {
    const { least, most } = nearNodata(nodata, type)!;
    expect(least <= nodata && nodata <= most).toBe(true);
    expect(value > most).toBe(true);
  });

  it('are none among integers', () => {
    expect(nearNodata(-9999, 'int32')).toBe(undefined);
  });
});
