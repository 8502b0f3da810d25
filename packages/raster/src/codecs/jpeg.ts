import openCodec from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import { type Compressed, refuseOtherSize } from './compressed.ts';
import { jpegHeader, refuseManyScans } from './jpeg-header.ts';

let opening = openCodec();

/**
 * Each failure keeps some of the codec's memory. After this many failures the codec is replaced.
 */
const mostFailures = 64;
let failures = 0;

const startOfImage = Uint8Array.of(0xff, 0xd8);
const endOfImage = Uint8Array.of(0xff, 0xd9);

/**
 * A segment APP14. Adobe's programs use it to tell whether three components are YCbCr (1) or not
 * (0).
 */
const adobe = (transform: 0 | 1) =>
  Uint8Array.of(0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, transform);

/**
 * Decodes a tile that is an 8-bit JPEG, with the tables that its file keeps for all tiles; YCbCr
 * becomes RGB. The result equals, to the bit, that of GDAL with libjpeg-turbo or its own libjpeg.
 * Throws if the stream is damaged or ends early.
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
    // The result is in the codec's own memory.
    return new Uint8Array(decoder.getDecodedBuffer());
  } catch (cause) {
    if (++failures % mostFailures === 0) opening = openCodec();
    // The codec throws the address of an exception.
    throw new Error('its JPEG is damaged or ends early', { cause });
  } finally {
    decoder.delete();
  }
}

/**
 * Completes a stream: the file's tables are put in front, then the kind of its colours, and an end,
 * which some writers leave out.
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
