import openCodec from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import { type Compressed, refuseOtherSize } from './compressed.ts';
import { jpegHeader, refuseManyScans } from './jpeg-header.ts';

let opening = openCodec();

/** Each failure keeps some of the codec's memory: after so many, another takes its place. */
const mostFailures = 64;
let failures = 0;

const startOfImage = Uint8Array.of(0xff, 0xd8);
const endOfImage = Uint8Array.of(0xff, 0xd9);

/**
 * A segment APP14, by which Adobe's programs say whether three components are YCbCr (1) or as they
 * are (0).
 */
const adobe = (transform: 0 | 1) =>
  Uint8Array.of(0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, transform);

/**
 * Decodes a tile that is a JPEG of 8 bits, with the tables that the file keeps for all; YCbCr
 * becomes RGB. Yields, to the bit, what GDAL yields that was built with libjpeg-turbo or its own
 * libjpeg. Throws when the stream is damaged or ends early.
 */
export async function decodeJpeg(tile: Compressed): Promise<Uint8Array> {
  const stream = completed(tile);
  const { bits, components, ...size } = jpegHeader(stream);
  refuseOtherSize('JPEG', size, tile);
  refuseManyScans(stream);
  if (bits !== 8 || components !== tile.samplesPerCell) {
    throw new Error(`its JPEG has ${components} × ${bits} bits to a cell, expected ${tile.samplesPerCell} × 8`);
  }
  const codec = await opening;
  const decoder = new codec.JPEGDecoder();
  try {
    decoder.getEncodedBuffer(stream.length).set(stream);
    decoder.decode();
    // What it answers lies in its own memory.
    return new Uint8Array(decoder.getDecodedBuffer());
  } catch (cause) {
    if (++failures % mostFailures === 0) opening = openCodec();
    // What it throws is the address of an exception.
    throw new Error('its JPEG is damaged or ends early', { cause });
  } finally {
    decoder.delete();
  }
}

/**
 * The stream with the file's tables in front, what its colours are, and an end, which some writers
 * leave out.
 */
function completed({ stored, compression, jpegTables }: Compressed): Uint8Array {
  const tables = jpegTables === undefined ? startOfImage : withoutEnd(jpegTables);
  const colours = adobe(compression === 'jpeg-ycbcr' ? 1 : 0);
  return Buffer.concat([tables, colours, stored.subarray(startOfImage.length), endOfImage]);
}

function withoutEnd(tables: Uint8Array): Uint8Array {
  const [marker, end] = tables.subarray(-2);
  return marker === endOfImage[0] && end === endOfImage[1] ? tables.subarray(0, -2) : tables;
}
