import { crc32 } from 'node:zlib';
import xz from 'xz-decompress';

/**
 * Decodes LZMA in TIFF, an .xz stream: up to `length` bytes, fewer if it ends before. Throws if it
 * is damaged.
 */
export async function decodeLzma(stored: Uint8Array, length: number): Promise<Uint8Array> {
  const { stream, distance } = withoutDelta(stored);
  const decoded = new Uint8Array(length);
  let written = 0;
  try {
    for await (const chunk of new xz.XzReadableStream(ReadableStream.from([stream]))) {
      decoded.set(chunk.subarray(0, length - written), written);
      written += chunk.length;
      if (written >= length) break;
    }
  } catch (cause) {
    throw new Error('its LZMA is damaged or ends early', { cause });
  }
  const whole = decoded.subarray(0, written);
  if (distance !== undefined) sumDelta(whole, distance);
  return whole;
}

const headerBytes = 12;
const deltaFilter = 3;
const lzma2Filter = 0x21;
const noCheck = 0;

/**
 * Removes the delta filter that GDAL puts before LZMA, because the decoder does not have it: the
 * stream is rewritten without it (https://tukaani.org/xz/xz-file-format.txt, section 3.1), and the
 * caller undoes the filter.
 */
function withoutDelta(stored: Uint8Array): { readonly stream: Uint8Array<ArrayBuffer>; readonly distance?: number } {
  const stream = new Uint8Array(stored);
  const header = stream.subarray(headerBytes, headerBytes + 4 * ((stream[headerBytes] ?? 0) + 1));
  // The stream has one block header of two filters, without sizes, and no checksum: a checksum
  // would be of the filtered bytes.
  const [, flags, first, propertyBytes, distance = 0, ...rest] = header;
  if (flags !== 1 || first !== deltaFilter || propertyBytes !== 1 || rest[0] !== lzma2Filter) return { stream };
  if (stream[7] !== noCheck) throw new Error('its LZMA has a checksum behind a delta filter, expected none');
  const lzma2 = rest.slice(0, 3);
  header.fill(0, 1);
  header.set(lzma2, 2);
  new DataView(header.buffer, header.byteOffset).setUint32(header.length - 4, crc32(header.subarray(0, -4)), true);
  return { stream, distance: distance + 1 };
}

function sumDelta(bytes: Uint8Array, distance: number): void {
  for (let i = distance; i < bytes.length; i++) bytes[i]! += bytes[i - distance]!;
}
