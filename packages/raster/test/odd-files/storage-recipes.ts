import { deflateSync } from 'node:zlib';
import { counted, file, nodata, one, type Recipe, tiles } from './recipe.ts';
import { type Cells, cellsImage, placed, type Tag, writeTiff } from './tiff-writer.ts';

const stripTags = (byteCounts?: readonly number[], offsets?: readonly number[]): Tag[] => [
  ...(byteCounts ? ([[279, 'long', byteCounts]] as const) : []),
  ...(offsets ? ([[273, 'long', offsets]] as const) : []),
];

/** A file of one strip of deflated bytes. */
const deflated = (bytes: Uint8Array, tags: readonly Tag[] = []): Recipe => {
  const { tags: own } = cellsImage({ ...one, deflate: true });
  return { files: { '.tif': writeTiff([{ tags: [...own, ...placed, ...tags], blocks: [bytes] }]) } };
};

const cellBytes = Buffer.from(counted.flat());
const withoutCounts = (cells: Partial<Cells>): Recipe => {
  const image = cellsImage({ ...one, ...cells, tags: placed });
  return { files: { '.tif': writeTiff([{ ...image, without: [279, 325] }]) } };
};

export const stored: Record<string, Recipe> = {
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

/** Strips of three rows; the last one has one row and is stored whole. */
function deflatedStrips(rowsPerStrip: number): Recipe {
  const { tags } = cellsImage({ ...one, deflate: true, rowsPerStrip });
  const whole = [...counted, ...counted].slice(0, 6).flat();
  const blocks = [0, 1].map((i) => deflateSync(Buffer.from(whole.slice(18 * i, 18 * (i + 1)))));
  return { files: { '.tif': writeTiff([{ tags: [...tags, ...placed], blocks }]) } };
}
