import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { type Apart, apartIn, documentsApart } from '../../src/answers/documents-apart.ts';

async function all(documents: AsyncIterable<Apart>) {
  const found: Apart[] = [];
  for await (const one of documents) found.push(one);
  return { isOnly: found[0]?.isOnly, documents: found.map(({ document }) => document), found };
}

/** A text cut into pieces of these lengths, again and again. */
function* cut(text: Uint8Array, lengths: readonly number[]) {
  for (let at = 0, i = 0; at < text.length; i++) {
    const length = lengths[i % lengths.length] as number;
    yield text.subarray(at, at + length);
    at += length;
  }
}

const anyObject = fc.dictionary(fc.string(), fc.jsonValue());
const anyLengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

it('gives the documents of any result, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyObject), anyLengths, async (results, lengths) => {
      const text = Buffer.from(JSON.stringify({ results }));
      const { documents, isOnly, found } = await all(apartIn(Readable.from(cut(text, lengths))));
      expect(documents).toEqual(JSON.parse(text.toString()).results);
      expect(isOnly).toBe(results.length > 0 ? false : undefined);
      expect(found.map(({ bytes }) => bytes)).toEqual(results.map((one) => Buffer.byteLength(JSON.stringify(one))));
    }),
  );
});

it('gives the document of a request for one whole, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(anyObject, anyLengths, async (one, lengths) => {
      const document = { operation: 'a', results: one };
      const text = Buffer.from(JSON.stringify(document));
      const { documents, isOnly } = await all(apartIn(Readable.from(cut(text, lengths))));
      expect([documents, isOnly]).toEqual([[JSON.parse(text.toString())], true]);
    }),
  );
  expect((await all(apartIn([Buffer.from('{}')]))).documents).toEqual([{}]);
});

it('unpacks what is stored', async () => {
  const results = [{ area: 'a]}"\\' }, { area: 'b' }];
  const text = Buffer.from(JSON.stringify({ results }));
  for (const stored of [
    { bytes: text, encoding: undefined },
    { bytes: gzipSync(text), encoding: 'gzip' as const },
    { bytes: zstdCompressSync(text), encoding: 'zstd' as const },
  ])
    expect((await all(documentsApart(stored))).documents).toEqual(results);
});
