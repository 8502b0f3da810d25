import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeTile } from '../../src/codecs/tile-decoder.ts';
import { type EncodedFile, encodedFiles, firstTile } from '../encoded-files.ts';

const files = encodedFiles();
const compressions = [...new Set(files.map(({ name }) => name.split(' ')[0] as string))];
const ofCompression = (compression: string) => files.filter(({ name }) => name.startsWith(`${compression} `));

/** The result of decoding a tile: a word, or the sentence that it throws. */
async function outcome(stored: Uint8Array, { format }: Awaited<ReturnType<typeof firstTile>>): Promise<string> {
  try {
    await decodeTile(stored, 1, format);
    return 'decoded';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a damaged tile', () => {
  it.each(compressions)('is decoded or refused in one line, whatever its bytes: %s', async (compression) => {
    const tiles = await Promise.all(ofCompression(compression).slice(0, 4).map(firstTile));
    const change = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...tiles),
        fc.array(change, { maxLength: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (tile, changes, kept) => {
          const stored = tile.stored.slice(0, Math.round(kept * tile.stored.length));
          for (const [at, byte] of changes) if (stored.length > 0) stored[at % stored.length] = byte;
          expect(await outcome(stored, tile)).toMatch(/^[^\n]+$/);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    'JPEG-30',
    'JPEG-YCBCR-90',
    'WEBP-lossless',
    'WEBP-lossy',
    'LZMA-1',
    'LERC',
    'LERC_ZSTD',
    'ZSTD-2',
    'DEFLATE-1',
  ])('is refused when it ends early: %s', async (compression) => {
    const tile = await firstTile(ofCompression(compression)[0] as EncodedFile);
    expect(await outcome(tile.stored, tile)).toBe('decoded');
    for (const part of [0, 0.3, 0.6, 0.9]) {
      const stored = tile.stored.slice(0, Math.floor(part * tile.stored.length));
      expect(await outcome(stored, tile)).not.toBe('decoded');
    }
  });
});

describe('a tile that claims to be larger than it is', () => {
  const claims: Readonly<Record<string, (stored: Uint8Array, view: DataView) => void>> = {
    'JPEG-30': (stored, view) => {
      const frame = Buffer.from(stored).indexOf(Buffer.from([0xff, 0xc0]));
      view.setUint16(frame + 5, 65_500);
      view.setUint16(frame + 7, 65_500);
    },
    'WEBP-lossless': (_, view) => view.setUint32(21, 0x0fff_ffff, true),
    'WEBP-lossy': (_, view) => view.setUint32(26, 0x3fff_3fff, true),
    LERC: (_, view) => {
      view.setUint32(14, 0x7fff_ffff, true);
      view.setUint32(18, 0x7fff_ffff, true);
    },
  };

  it.each(Object.keys(claims))('is refused before room is made for it: %s', async (compression) => {
    const tile = await firstTile(ofCompression(compression)[0] as EncodedFile);
    claims[compression]?.(tile.stored, new DataView(tile.stored.buffer));
    expect(await outcome(tile.stored, tile)).toMatch(/^its \w+ is \d+ × \d+ cells large, expected \d+ × \d+$/);
  });

  it('is refused where a cell has more samples than it has in the file: LERC', async () => {
    const tile = await firstTile(ofCompression('LERC')[0] as EncodedFile);
    new DataView(tile.stored.buffer).setUint32(22, 0x7fff_ffff, true);
    expect(await outcome(tile.stored, tile)).toMatch(/^its LERC has 2147483647 samples to a cell, expected [13]$/);
  });

  it('is inflated no further than a tile and what is around it: LERC in DEFLATE', async () => {
    const tile = await firstTile(ofCompression('LERC_DEFLATE')[0] as EncodedFile);
    const bomb = new Uint8Array(deflateSync(Buffer.alloc(2 ** 24)));
    expect(await outcome(bomb, tile)).toMatch(/^Cannot create a Buffer larger than \d+ bytes$/);
  });
});
