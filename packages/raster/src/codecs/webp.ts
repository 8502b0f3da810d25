import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import decode, { init } from '@jsquash/webp/decode.js';
import { type Compressed, refuseOtherSize } from './compressed.ts';

const program = createRequire(import.meta.url).resolve('@jsquash/webp/codec/dec/webp_dec.wasm');

const opening = readFile(program).then((bytes) => init({ wasmBinary: new Uint8Array(bytes).buffer }));

/**
 * Decodes a tile that is a WebP picture, lossy or lossless, of three or four samples per cell.
 * Throws if it is damaged or ends early.
 */
export async function decodeWebp(tile: Compressed): Promise<Uint8Array> {
  const { stored, samplesPerCell } = tile;
  refuseOtherSize('WebP', webpSize(stored), tile);
  await opening;
  const { data } = await decode(new Uint8Array(stored).buffer).catch((cause: unknown) => {
    throw new Error('its WebP is damaged or ends early', { cause });
  });
  return samplesPerCell === 4 ? new Uint8Array(data.buffer, data.byteOffset, data.length) : withoutAlpha(data);
}

/** Reads the size of a WebP picture from its header (RFC 9649). Throws if the header has none. */
function webpSize(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number) => Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  if (bytes.length < 30 || text(0) !== 'RIFF' || text(8) !== 'WEBP')
    throw new Error('it does not begin as a WebP does');
  switch (text(12)) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: (view.getUint32(24, true) & 0xffffff) + 1, height: (view.getUint32(26, true) >>> 8) + 1 };
    default:
      throw new Error('its WebP has no picture');
  }
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from]!;
    rgb[to++] = rgba[from + 1]!;
    rgb[to++] = rgba[from + 2]!;
  }
  return rgb;
}
