import { deflateSync } from 'node:zlib';
import { type Cells, cellsFile, cellsImage, placed, type Tag, writeTiff } from './tiff-writer.ts';

/** A raster of which not all files are, or that many readers misread. */
export interface Recipe {
  /** By what is added to its path: '' is the raster, '.msk' its mask. */
  readonly files: Readonly<Record<string, Buffer>>;
  /** From 1; by default the first. */
  readonly band?: number;
}

/** Six columns and four rows: 1 to 24. */
const counted = Array.from({ length: 4 }, (_, y) => Array.from({ length: 6 }, (_, x) => 6 * y + x + 1));
const one: Cells = { bands: [counted] };
const nodata = (text: string): Tag => [42_113, 'ascii', text];
const file = (cells: Partial<Cells>): Recipe => ({ files: { '': cellsFile({ ...one, ...cells }) } });

/** A row of cells among which some may mean no data by this tag. */
const tagged = (text: string, kind: Cells['kind'], bits: number, row: readonly (number | bigint)[]): Recipe =>
  file({ bands: [[row]], kind, bits, tags: [nodata(text)] });

const lowest = -3.4028234663852886e38;
const floats = [lowest, -3.4e38, -9999, -9999.9, 0.1, 1, 1.0000004, 1.000001, 0, Number.NaN, Infinity, -Infinity, 255];
const doubles = [lowest, -Number.MAX_VALUE, 0.1, 0.1000001, -9999.9, -9999, 1, 1.0000004, 1.000001, Number.NaN, 0];

const nodataTags: Record<string, Recipe> = {
  ...Object.fromEntries(
    [
      '-3.402823e+38',
      '-3.40282e+38',
      '-3.4e38',
      '-3.4E+38',
      '-3,402823e+38',
      '-9999',
      '-9999,9',
      '-9999.9',
      '0.1',
      '1',
      'nan',
      'inf',
      '-inf',
      '-1.#IND',
      '1.#INF',
      '  255  ',
      '255 0',
      '',
      '1.5abc',
      '255 \0\0',
    ].map((text) => [`nodata float32 ${JSON.stringify(text)}`, tagged(text, 'float', 32, floats)]),
  ),
  ...Object.fromEntries(
    ['-3.402823e+38', '-3.40282346638529e+38', '-1.797693e+308', '0,1', '-9999', '1'].map((text) => [
      `nodata float64 ${JSON.stringify(text)}`,
      tagged(text, 'float', 64, doubles),
    ]),
  ),
  ...Object.fromEntries(
    ['255.0', '254.5', '255,0', '-9999', '256', 'nan', '0.4', '-0.4', '1e2', '', '255;0', '255 254'].map((text) => [
      `nodata uint8 ${JSON.stringify(text)}`,
      tagged(text, 'unsigned', 8, [0, 1, 100, 254, 255]),
    ]),
  ),
  ...Object.fromEntries(
    ['-32768', '-9999.0', '-9999.9', '-32768.5', '1e10'].map((text) => [
      `nodata int16 ${JSON.stringify(text)}`,
      tagged(text, 'signed', 16, [-32768, -9999, -9998, -10000, 0, 32767]),
    ]),
  ),
  'nodata uint32 4294967295': tagged('4.294967295e9', 'unsigned', 32, [0, 4294967295, 4294967294]),
  'nodata int32 -2147483648': tagged('-2147483648', 'signed', 32, [0, -2147483648, 2147483647]),
};

const tiles = { tile: [16, 16], bands: [wide()], deflate: true } as const;

/** 40 columns and 20 rows. */
function wide(): number[][] {
  return Array.from({ length: 20 }, (_, y) => Array.from({ length: 40 }, (_, x) => (7 * x + 13 * y) % 251));
}

const stripTags = (byteCounts?: readonly number[], offsets?: readonly number[]): Tag[] => [
  ...(byteCounts ? ([[279, 'long', byteCounts]] as const) : []),
  ...(offsets ? ([[273, 'long', offsets]] as const) : []),
];

/** A file of one strip of deflated bytes. */
const deflated = (bytes: Uint8Array, tags: readonly Tag[] = []): Recipe => {
  const { tags: own } = cellsImage({ ...one, deflate: true });
  return { files: { '': writeTiff([{ tags: [...own, ...placed, ...tags], blocks: [bytes] }]) } };
};

const cellBytes = Buffer.from(counted.flat());
const withoutCounts = (cells: Partial<Cells>): Recipe => {
  const image = cellsImage({ ...one, ...cells, tags: placed });
  return { files: { '': writeTiff([{ ...image, without: [279, 325] }]) } };
};

const stored: Record<string, Recipe> = {
  'sparse tiles': file({ ...tiles, sparse: [0, 4] }),
  'sparse tiles, no data 7': file({ ...tiles, sparse: [0, 4], tags: [nodata('7')] }),
  'sparse tiles, no data -5 of uint8': file({ ...tiles, sparse: [1], tags: [nodata('-5')] }),
  'sparse tiles, no data 300 of uint8': file({ ...tiles, sparse: [1], tags: [nodata('300')] }),
  'sparse tiles, no data 7.6 of uint8': file({ ...tiles, sparse: [1], tags: [nodata('7.6')] }),
  'sparse tiles, no data NaN of uint8': file({ ...tiles, sparse: [1], tags: [nodata('nan')] }),
  'sparse tiles, no data NaN of float32': file({
    ...tiles,
    kind: 'float',
    bits: 32,
    sparse: [1],
    tags: [nodata('nan')],
  }),
  'sparse strips': file({ rowsPerStrip: 1, sparse: [0, 2] }),
  'all sparse': file({ sparse: [0] }),
  'one strip of 0 bytes': file({ tags: stripTags([0]) }),
  'one strip of 0 bytes, deflated': file({ deflate: true, tags: stripTags([0]) }),
  'one strip of too few bytes': file({ tags: stripTags([5]) }),
  'one strip of too many bytes': file({ tags: stripTags([5000]) }),
  'strips of too few bytes': file({ rowsPerStrip: 2, tags: stripTags([5, 5]) }),
  'no byte counts, one strip': withoutCounts({}),
  'no byte counts, one strip, deflated': withoutCounts({ deflate: true }),
  'no byte counts, one strip, big-endian BigTIFF': withoutCounts({ deflate: true, bigEndian: true, bigTiff: true }),
  'rows per strip 2^32 - 1': file({ tags: [[278, 'long', 2 ** 32 - 1]] }),
  'rows per strip more than rows': file({ deflate: true, tags: [[278, 'long', 4000]] }),
  'a strip that inflates to more': deflated(deflateSync(Buffer.concat([cellBytes, Buffer.alloc(500, 9)]))),
  'a strip that inflates to less': deflated(deflateSync(cellBytes.subarray(1))),
  'a strip with bytes after its end': deflated(Buffer.concat([deflateSync(cellBytes), Buffer.from('more')])),
  'a strip with a wrong checksum': deflated(
    Buffer.concat([deflateSync(cellBytes).subarray(0, -4), Buffer.from('sums')]),
  ),
  'an offset behind the end': file({ tags: stripTags([24], [1_000_000]) }),
  'the last strip whole': deflatedStrips(3),
  'bits in reverse order': deflated(bitsReversed(deflateSync(cellBytes)), [[266, 'short', 2]]),
};

function bitsReversed(bytes: Uint8Array): Uint8Array {
  const turn = (byte: number) => Number.parseInt([...byte.toString(2).padStart(8, '0')].reverse().join(''), 2);
  return bytes.map(turn);
}

/** Strips of three rows, of which the last has one row and is stored whole. */
function deflatedStrips(rowsPerStrip: number): Recipe {
  const { tags } = cellsImage({ ...one, deflate: true, rowsPerStrip });
  const whole = [...counted, ...counted].slice(0, 6).flat();
  const blocks = [0, 1].map((i) => deflateSync(Buffer.from(whole.slice(18 * i, 18 * (i + 1)))));
  return { files: { '': writeTiff([{ tags: [...tags, ...placed], blocks }]) } };
}

const isPoint: Tag = [34735, 'short', [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 2, 3072, 0, 1, 32_633]];
const scaled = (x: number, y: number, tie: readonly number[] = [0, 0]): Tag[] => [
  [33550, 'double', [x, y, 0]],
  [33922, 'double', [...tie, 0, 500_000, 5_000_000, 0]],
];
/** By a matrix; without scale and tie point. */
const matrix = (cells: Partial<Cells>, [a, b, c, d]: readonly number[], tags: readonly Tag[] = []): Recipe => {
  const geoKeys = placed[2] as Tag;
  const rows = [a!, b!, 0, 500_000, c!, d!, 0, 5_000_000, 0, 0, 0, 0, 0, 0, 0, 1];
  const image = cellsImage({
    ...one,
    ...cells,
    tags: [geoKeys, [34264, 'double', rows], ...tags, ...(cells.tags ?? [])],
  });
  return { files: { '': writeTiff([image], cells) } };
};

const grids: Record<string, Recipe> = {
  'rows upwards': matrix({}, [30, 0, 0, 20]),
  'rows upwards, cells as points': matrix({}, [30, 0, 0, 20], [isPoint]),
  'rows downwards, cells as points': matrix({}, [30, 0, 0, -20], [isPoint]),
  'rows upwards, tiles': matrix(tiles, [30, 0, 0, 20]),
  'rows upwards, tiles, sparse': matrix({ ...tiles, sparse: [0, 4, 5], tags: [nodata('7')] }, [30, 0, 0, 20]),
  'rows upwards, tiles of all rows': matrix(
    { tile: [16, 16], bands: [[...wide(), ...wide()].slice(0, 32)] },
    [30, 0, 0, 20],
  ),
  'rows upwards, strips': matrix({ rowsPerStrip: 3 }, [30, 0, 0, 20]),
  'rows upwards, strips of a row': matrix({ rowsPerStrip: 1, bigEndian: true, bits: 16 }, [30, 0, 0, 20]),
  'a negative height of cells': file({ tags: scaled(30, -20) }),
  'a negative height of cells as points': file({ tags: [...scaled(30, -20), isPoint] }),
  'tied elsewhere': file({ tags: scaled(30, 20, [2, 3]) }),
  'tied elsewhere, cells as points': file({ tags: [...scaled(30, 20, [2, 3]), isPoint] }),
  'what rounding left of a rotation': matrix({}, [30, 1e-12, -1e-12, -20]),
};

export const recipes: Readonly<Record<string, Recipe>> = { ...nodataTags, ...stored, ...grids };
