import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { inEncoding } from '../../src/http/encodings.ts';

const text = Buffer.from('a document');

it('a document is passed on in the encoding that is wanted', async () => {
  const stored = { bytes: gzipSync(text), encoding: 'gzip' } as const;
  expect(inEncoding(stored, 'gzip')).toEqual(stored.bytes);
  const packed = inEncoding(stored, 'zstd');
  expect(zstdDecompressSync(await buffer(packed as Readable))).toEqual(text);
  expect(await buffer(inEncoding({ bytes: zstdCompressSync(text), encoding: 'zstd' }, undefined) as Readable)).toEqual(
    text,
  );
});

it('a damaged document is an error of its stream, in any encoding', async () => {
  const damaged = { bytes: gzipSync(text).fill(0xff, 10), encoding: 'gzip' } as const;
  for (const wanted of ['zstd', undefined] as const) {
    await expect(buffer(inEncoding(damaged, wanted) as Readable)).rejects.toThrow();
  }
});
