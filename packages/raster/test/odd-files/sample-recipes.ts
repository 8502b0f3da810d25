import { file, gdalMetadata, nodata, pattern, type Recipe } from './recipe.ts';

const packed = Object.fromEntries(
  [1, 2, 3, 4, 5, 7, 9, 10, 12, 14, 15, 17, 20, 24, 31].flatMap((bits) => [
    [`${bits} bits`, file({ bands: [pattern(2 ** bits)], bits })],
    [
      `${bits} bits, three bands, big-endian`,
      file({ bands: [1, 2, 3].map((k) => pattern(2 ** bits - k)), bits, bigEndian: true, deflate: true }),
    ],
  ]),
);
const halves = [
  [1.5, -2, 65504, Number.POSITIVE_INFINITY],
  [Number.NaN, 2 ** -24, 0, 0.333251953125],
];
const longs = [
  [1n, -1n, 2n ** 53n - 1n, -(2n ** 53n) + 1n],
  [0n, 7n, 255n, -9223372036854775808n],
];
const unsignedLongs = [[1n, 2n ** 53n - 1n, 0n, 18446744073709551615n]];

export const samples: Record<string, Recipe> = {
  ...packed,
  '1 bit, 0 is white': file({ bands: [pattern(2)], bits: 1, tags: [[262, 'short', 0]] }),
  '4 bits in tiles, apart': file({
    bands: [pattern(16), pattern(15)],
    bits: 4,
    tile: [16, 16],
    planar: true,
    deflate: true,
  }),
  '8 bits, 0 is white': file({ tags: [[262, 'short', 0]] }),
  '8 bits of a palette': file({
    tags: [
      [262, 'short', 3],
      [320, 'short', Array.from({ length: 768 }, (_, i) => i)],
    ],
  }),
  'untyped 16 bits': file({ bands: [pattern(65_536)], bits: 16, tags: [[339, 'short', 4]] }),
  'signed bytes, as older GDAL says': file({
    tags: [gdalMetadata('<Item name="PIXELTYPE" sample="0" domain="IMAGE_STRUCTURE">SIGNEDBYTE</Item>')],
    bands: [pattern(256)],
  }),
  'floats of 16 bits': file({ bands: [halves], kind: 'float', bits: 16 }),
  'floats of 16 bits, big-endian, no data -2': file({
    bands: [halves],
    kind: 'float',
    bits: 16,
    bigEndian: true,
    tags: [nodata('-2')],
  }),
  'floats of 24 bits': file({
    bands: [[[0x3f0000, 0xbf8000, 0x7f0000, 0x000001, 0x401234, 0, 0x7f0100, 0xff0000]]],
    bits: 24,
    tags: [[339, 'short', 3]],
  }),
  'floats of 24 bits, big-endian': file({
    bands: [[[0x3f0000, 0xbf8000, 0x7f0000, 0x000001]]],
    bits: 24,
    bigEndian: true,
    tags: [[339, 'short', 3]],
  }),
  'signed 64 bits, no data the least': file({
    bands: [longs],
    kind: 'signed',
    bits: 64,
    tags: [nodata('-9223372036854775808')],
  }),
  'signed 64 bits, big-endian, no data 7': file({
    bands: [longs.slice(0, 1)],
    kind: 'signed',
    bits: 64,
    bigEndian: true,
    tags: [nodata('-1')],
  }),
  'unsigned 64 bits, no data the greatest': file({
    bands: [unsignedLongs],
    bits: 64,
    tags: [nodata('18446744073709551615')],
  }),
  'signed 64 bits, sparse, no data -5': file({
    bands: [longs.slice(0, 1)],
    kind: 'signed',
    bits: 64,
    sparse: [0],
    tags: [nodata('-5')],
  }),
};
