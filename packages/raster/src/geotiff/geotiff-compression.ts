import type { Compression } from '../codecs/compressed.ts';
import type { TileFormat } from '../codecs/tile-format.ts';
import type { GeotiffTags } from './geotiff.ts';

type Coding = Pick<TileFormat, 'compression' | 'predictor' | 'jpegTables'>;

/** The samples of the compressed tiles. */
type StoredSamples = Pick<TileFormat, 'sampleType' | 'samplesPerCell' | 'odd'>;

/**
 * Reads from the tags how tiles are compressed. Throws an Error that tells what is not supported,
 * and what to do about it.
 */
export function codingOf(tags: GeotiffTags, samples: StoredSamples): Coding {
  const compression = compressionOf(tags);
  if (tags.number('PhotometricInterpretation') === yCbCr && compression !== 'jpeg-ycbcr')
    throw new Error(`its colours are YCbCr without JPEG, expected RGB; ${rewriting}`);
  if (compression.startsWith('jpeg')) refuseUnlessBytes('JPEG', [1, 3], samples);
  if (compression === 'webp') refuseUnlessBytes('WebP', [3, 4], samples);
  if (compression.startsWith('lerc') && samples.odd !== undefined)
    throw new Error(
      `its LERC has samples of an odd size, expected 8, 16 or 32 bits, or 32 or 64 of floats; ${rewriting}`,
    );
  const tables = compression.startsWith('jpeg') ? tags.numbers('JPEGTables') : [];
  return {
    compression,
    predictor: predictorOf(tags, compression, samples),
    ...(tables.length > 0 && { jpegTables: Uint8Array.from(tables) }),
  };
}

/** The name and the number of the compression, for people, even if it is not supported. */
export function compressionText(tags: GeotiffTags): string {
  const code = tags.number('Compression') ?? 1;
  return `${compressions[code] ?? unsupported[code] ?? 'unknown'} (${code})`;
}

/** A command that helps with every compression that GDAL can read. */
const rewriting = 'gdal_translate -co COMPRESS=DEFLATE -co TILED=YES IN.tif OUT.tif makes such a file';

/** The compressions by their numbers in the tag Compression. */
const compressions: Readonly<Record<number, Compression>> = {
  1: 'none',
  5: 'lzw',
  7: 'jpeg',
  8: 'deflate',
  32_773: 'packbits',
  32_946: 'deflate',
  34_887: 'lerc',
  34_925: 'lzma',
  50_000: 'zstd',
  50_001: 'webp',
};

const supported = 'none, DEFLATE, LZW, ZSTD, PackBits, LZMA, LERC, JPEG or WebP';

const unsupported: Readonly<Record<number, string>> = {
  2: 'CCITT RLE',
  3: 'CCITT Group 3 fax',
  4: 'CCITT Group 4 fax',
  6: 'JPEG of the kind before 1995',
  32_766: 'NeXT RLE',
  32_771: 'CCITT RLE',
  32_809: 'ThunderScan',
  33_003: 'JPEG 2000',
  33_005: 'JPEG 2000',
  34_661: 'JBIG',
  34_676: 'SGI Log',
  34_677: 'SGI Log',
  34_712: 'JPEG 2000',
  34_926: 'ZSTD of the kind before 2018',
  34_927: 'WebP of the kind before 2018',
  50_002: 'JPEG XL',
  52_546: 'JPEG XL',
};

/** The compressions by the second number of the tag LercParameters. */
const lercCompressions: readonly Compression[] = ['lerc', 'lerc-deflate', 'lerc-zstd'];

/**
 * The numbers of colours in the tag PhotometricInterpretation, and of samples side by side in
 * PlanarConfiguration.
 */
const yCbCr = 6;
const contiguous = 1;

function compressionOf(tags: GeotiffTags): Compression {
  const code = tags.number('Compression') ?? 1;
  const compression = compressions[code];
  if (compression === undefined) {
    const name = unsupported[code] ?? 'unknown';
    throw new Error(`its compression is ${name} (${code}), expected ${supported}; ${rewriting}`);
  }
  if (compression === 'lerc') {
    const [, around = 0] = Array.from(tags.numbers('LercParameters'));
    const lerc = lercCompressions[around];
    if (lerc === undefined) throw new Error(`its LERC is compressed in way ${around}, expected 0, 1 or 2`);
    return lerc;
  }
  const isColour =
    tags.number('PhotometricInterpretation') === yCbCr && (tags.number('PlanarConfiguration') ?? 1) === contiguous;
  return compression === 'jpeg' && isColour ? 'jpeg-ycbcr' : compression;
}

function refuseUnlessBytes(
  name: string,
  counts: readonly number[],
  { sampleType, samplesPerCell, odd }: StoredSamples,
) {
  if (sampleType === 'uint8' && odd === undefined && counts.includes(samplesPerCell)) return;
  throw new Error(
    `its ${name} has ${samplesPerCell} samples of ${sampleType} to a cell, expected ${counts.join(' or ')} of uint8; ${rewriting}`,
  );
}

/** The compressions before which samples may be replaced by differences. */
const predicted = new Set<Compression>(['deflate', 'lzw', 'zstd', 'lzma']);

function predictorOf(tags: GeotiffTags, compression: Compression, { sampleType, odd }: StoredSamples): 1 | 2 | 3 {
  // The tag has no meaning for the others.
  if (!predicted.has(compression)) return 1;
  const predictor = tags.number('Predictor') ?? 1;
  const isFloat = sampleType.startsWith('float') && odd?.kind !== 'long';
  const isWhole = odd === undefined || odd.kind === 'half' || odd.kind === 'long';
  if (predictor === 1 || (predictor === 2 && isWhole) || (predictor === 3 && isFloat)) return predictor;
  throw new Error(
    `its predictor is ${predictor}, expected 1, 2 (for samples of 8, 16, 32 or 64 bits) or 3 (for floats)`,
  );
}
