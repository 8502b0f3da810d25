import { nodataFor, parseNodata } from '../src/nodata.ts';

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
  ])('%j is %s', (text, value) => {
    expect(parseNodata(text)).toBe(value);
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
    [-1.7976931348623157e308, 'float32', undefined],
    [-1.7976931348623157e308, 'float64', -1.7976931348623157e308],
    [Number.POSITIVE_INFINITY, 'float32', Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, 'int32', undefined],
  ] as const)('%s among %s samples is %s', (value, type, held) => {
    expect(nodataFor(value, type)).toBe(held);
  });
});
