import type { OddSamples } from '../codecs/odd-samples.ts';
import type { SampleType } from '../tiles/samples.ts';
import type { GeotiffTags } from './geotiff.ts';

/** The type of samples after reading, and their stored form if it differs. */
export interface SampleFormat {
  readonly sampleType: SampleType;
  readonly odd?: OddSamples | undefined;
}

const formats: Readonly<Record<string, SampleFormat>> = {
  'unsigned 8': { sampleType: 'uint8' },
  'signed 8': { sampleType: 'int8' },
  'unsigned 16': { sampleType: 'uint16' },
  'signed 16': { sampleType: 'int16' },
  'unsigned 32': { sampleType: 'uint32' },
  'signed 32': { sampleType: 'int32' },
  'unsigned 64': { sampleType: 'float64', odd: { kind: 'long', isSigned: false } },
  'signed 64': { sampleType: 'float64', odd: { kind: 'long', isSigned: true } },
  'float 16': { sampleType: 'float32', odd: { kind: 'half' } },
  'float 24': { sampleType: 'float32', odd: { kind: 'float24' } },
  'float 32': { sampleType: 'float32' },
  'float 64': { sampleType: 'float64' },
};

/** The kinds by number in the tag SampleFormat; 4 is "untyped", which GDAL takes for unsigned. */
const kinds = ['', 'unsigned', 'signed', 'float', 'unsigned', 'complex integer', 'complex float'];

/**
 * Reads from the tags how samples are stored. Photometric interpretations and palettes change
 * nothing: samples are counted as they are, as GDAL reads them. Throws an Error that tells what is
 * not supported.
 */
export function sampleFormatOf(tags: GeotiffTags): SampleFormat {
  const allBits = Array.from(tags.numbers('BitsPerSample'));
  if (new Set(allBits).size > 1)
    throw new Error(`its bands have ${[...new Set(allBits)].slice(0, 10).join(', ')} bits, expected the same for all`);
  const [bits = 1] = allBits;
  const kind = kinds[tags.number('SampleFormat') ?? 1] ?? 'unknown';
  const format = formats[`${kind} ${bits}`] ?? (kind === 'unsigned' ? packedFormat(bits) : undefined);
  if (format !== undefined) return format;
  throw new Error(
    `its samples are ${kind} ${bits} bit, expected unsigned of 1 to 32 or 64, signed of 8, 16, 32 or 64, float of 16, 24, 32 or 64`,
  );
}

function packedFormat(bits: number): SampleFormat | undefined {
  if (!Number.isInteger(bits) || bits < 1 || bits > 31) return undefined;
  const sampleType = bits < 8 ? 'uint8' : bits < 16 ? 'uint16' : 'uint32';
  return { sampleType, odd: { kind: 'packed', bits } };
}
