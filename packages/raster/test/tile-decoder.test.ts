import { deflateSync, zstdCompressSync } from 'node:zlib';
import type { Samples } from '../src/raster.ts';
import { decodeTile, decodeTileAside, type TileFormat } from '../src/tile-decoder.ts';

const format: TileFormat = {
  compression: 'none',
  predictor: 1,
  littleEndian: true,
  sampleType: 'uint16',
  width: 2,
  height: 3,
  samplesPerCell: 1,
  sample: 0,
};

const stored = Uint8Array.from([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1]);

describe('a tile', () => {
  it('is what is stored, not a copy of it', () => {
    const samples = decodeTile(stored, 3, format);
    expect(samples).toEqual(Uint16Array.of(1, 2, 3, 4, 5, 262));
    expect(samples.buffer).toBe(stored.buffer);
  });

  it('may lie anywhere in a buffer', () => {
    const within = Uint8Array.of(9, ...stored).subarray(1);
    expect(decodeTile(within, 3, format)).toEqual(Uint16Array.of(1, 2, 3, 4, 5, 262));
  });

  it('has the rows asked for, whether or not more are stored', () => {
    for (const [compression, bytes] of [
      ['none', stored],
      ['deflate', deflateSync(stored)],
    ] as const) {
      expect(decodeTile(bytes, 2, { ...format, compression })).toEqual(Uint16Array.of(1, 2, 3, 4));
    }
  });

  it('is refused with fewer bytes than its rows have, or more than a tile has', () => {
    expect(() => decodeTile(stored.subarray(1), 3, format)).toThrow('11 bytes of samples came out, expected 12');
    const more = deflateSync(Uint8Array.of(...stored, 0));
    expect(() => decodeTile(more, 3, { ...format, compression: 'deflate' })).toThrow(/larger than 12 bytes/);
  });
});

describe('a tile decoded aside', () => {
  // As many bytes as are handed to another thread.
  const large = { ...format, width: 256, height: 256, predictor: 2 } as const;
  const bytes = Buffer.from(Uint8Array.from({ length: 2 * 256 * 256 }, (_, i) => i % 251));

  it('is the same tile, large or small, however it is compressed', async () => {
    for (const [compression, compress] of [
      ['none', (plain: Buffer) => Buffer.from(plain)],
      ['deflate', deflateSync],
      ['zstd', zstdCompressSync],
    ] as const) {
      for (const own of [large, { ...large, width: 16 }]) {
        const plain = compress(bytes.subarray(0, 2 * own.width * own.height));
        const expected = decodeTile(Buffer.from(plain), 250, { ...own, compression });
        const samples = await decodeTileAside(plain, 250, { ...own, compression });
        expect(bytesIn(samples).equals(bytesIn(expected))).toBe(true);
        expect(samples).toHaveLength(250 * own.width);
      }
    }
  });

  it('is refused for the same reasons', async () => {
    const aside = (plain: Uint8Array) => decodeTileAside(deflateSync(plain), 256, { ...large, compression: 'deflate' });
    await expect(aside(bytes.subarray(1))).rejects.toThrow('131071 bytes of samples came out, expected 131072');
    await expect(aside(Buffer.concat([bytes, Buffer.alloc(1)]))).rejects.toThrow(/larger than 131072 bytes/);
    await expect(decodeTileAside(bytes, 256, { ...large, compression: 'deflate' })).rejects.toThrow(
      'incorrect header check',
    );
  });
});

function bytesIn({ buffer, byteOffset, byteLength }: Samples): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
