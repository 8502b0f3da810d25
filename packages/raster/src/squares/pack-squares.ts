import { crc32 } from 'node:zlib';
import { namesOf } from './make-squares.ts';
import { type Squares, squaresAlong } from './squares.ts';

/**
 * Packed squares are, in words of 32 bits as the machine has them: 'CSQ1', the CRC-32 of all that
 * follows, the bytes in all, width and height of the block, the bytes of the values; then the first
 * word of each square, the words, and the values as JSON. Another kind of machine does not find
 * 'CSQ1', and makes its own.
 */
const magic = 0x43535131;
const headWords = 6;

export function packSquares({ width, height, values, words, starts }: Squares): Uint8Array {
  const json = Buffer.from(JSON.stringify(values));
  const wordsAt = 4 * (headWords + starts.length);
  const packed = new Uint8Array(wordsAt + words.byteLength + json.length);
  const head = new Uint32Array(packed.buffer, 0, headWords + starts.length);
  head.set([magic, 0, packed.length, width, height, json.length]);
  head.set(starts, headWords);
  new Uint16Array(packed.buffer, wordsAt, words.length).set(words);
  packed.set(json, packed.length - json.length);
  head[1] = crc32(packed.subarray(8));
  return packed;
}

/** The bytes that tell how long packed squares are. */
export const packedHeadBytes = 12;

/** The length of packed squares that begin with these bytes; 0: they are no squares. */
export function packedBytes(head: Uint8Array = new Uint8Array(0)): number {
  if (head.length < packedHeadBytes) return 0;
  const [found, , length = 0] = new Uint32Array(Uint8Array.from(head).buffer);
  return found === magic ? length : 0;
}

/** Undefined: these bytes are no squares, or damaged. */
export function unpackSquares(bytes: Uint8Array): Squares | undefined {
  // Words are read where bytes are aligned.
  const packed = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  if (packed.length < 4 * headWords) return undefined;
  const { buffer, byteOffset } = packed;
  const [found, sum, length, width = 0, height = 0, valueBytes = 0] = new Uint32Array(buffer, byteOffset, headWords);
  if (found !== magic || length !== packed.length || crc32(packed.subarray(8)) !== sum) return undefined;
  const count = squaresAlong(width) * squaresAlong(height);
  const wordsAt = 4 * (headWords + count);
  const values = JSON.parse(Buffer.from(packed.subarray(length - valueBytes)).toString());
  return {
    ...{ width, height, values },
    names: namesOf(values),
    words: new Uint16Array(buffer, byteOffset + wordsAt, (length - valueBytes - wordsAt) / 2),
    starts: new Uint32Array(buffer, byteOffset + 4 * headWords, count),
  };
}
