import { deflateSync, zstdCompressSync } from 'node:zlib';
import { decodeTile } from '../../src/codecs/tile-decoder.ts';
import type { TileFormat } from '../../src/codecs/tile-format.ts';
import type { Samples } from '../../src/tiles/samples.ts';

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
    const samples = decodeTile(stored, 3, format) as Samples;
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

  it('is refused with fewer bytes than its rows have', () => {
    expect(() => decodeTile(stored.subarray(1), 3, format)).toThrow('11 bytes of samples came out, expected 12');
  });

  it.each(['deflate', 'zstd'] as const)(
    'has no more bytes than its rows, however many are stored: %s',
    (compression) => {
      const compress = { deflate: deflateSync, zstd: zstdCompressSync }[compression];
      for (const more of [1, 100, 1_000_000]) {
        const decoded = decodeTile(compress(Buffer.concat([stored, Buffer.alloc(more, 7)])), 3, {
          ...format,
          compression,
        }) as Samples;
        expect(decoded).toEqual(Uint16Array.of(1, 2, 3, 4, 5, 262));
        expect(decoded.buffer.byteLength).toBe(12);
      }
      const endless = compress(Buffer.alloc(2 ** 28 + 13));
      expect(() => decodeTile(endless, 3, { ...format, compression })).toThrow(/larger than 268435468 bytes/);
    },
  );
});
