import { crc32 } from 'node:zlib';
import xz from 'xz-decompress';

/**
 * Decodes LZMA as TIFF has it, an .xz stream: up to `length` bytes, fewer where it ends before.
 * Throws when it is damaged.
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
 * GDAL puts a delta filter before LZMA, which the decoder does not have: the stream is rewritten as
 * one without it (https://tukaani.org/xz/xz-file-format.txt, section 3.1), and the filter is undone
 * here.
 */
function withoutDelta(stored: Uint8Array): { readonly stream: Uint8Array<ArrayBuffer>; readonly distance?: number } {
  const stream = new Uint8Array(stored);
  const header = stream.subarray(headerBytes, headerBytes + 4 * ((stream[headerBytes] ?? 0) + 1));
  // One block header of two filters, without sizes, of a stream without a checksum, which would be
  // that of what the filter yields.
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
