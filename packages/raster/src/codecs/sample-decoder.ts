import { arrayOver, sampleBits, samplesOf } from '../tiles/sample-words.ts';
import type { Samples } from '../tiles/samples.ts';
import { bytesOfOdd, convertedSamples, unpacked } from './odd-samples.ts';
import { joinBytePlanes, sumDifferences, type Words } from './predictor.ts';
import type { TileFormat } from './tile-format.ts';

/** The number of decompressed bytes of some rows of a tile. */
export function bytesOfRows({ width, samplesPerCell, sampleType, odd }: RowFormat, rows: number): number {
  const sampleBytes = odd === undefined ? sampleBits(sampleType) / 8 : bytesOfOdd(odd);
  return Math.ceil(width * samplesPerCell * sampleBytes) * rows;
}

type RowFormat = Pick<TileFormat, 'width' | 'samplesPerCell' | 'sampleType' | 'odd'>;

/**
 * Extracts the samples of one band from the first `rows` rows of a decompressed tile. The bytes are
 * overwritten, or become the samples. Throws if there are too few.
 */
export function samplesIn(decompressed: Uint8Array, rows: number, format: TileFormat): Samples {
  const { littleEndian, sampleType, samplesPerCell, sample, odd } = format;
  const expected = bytesOfRows(format, rows);
  if (decompressed.length < expected)
    throw new Error(`${decompressed.length} bytes of samples came out, expected ${expected}`);
  const bytes = decompressed.subarray(0, expected);
  if (odd?.kind === 'packed') {
    // As in GDAL, three bytes of a big-endian file begin with the least significant one.
    if (odd.bits === 24 && !littleEndian) swapBytes(bytes, 3);
    const packing = { bits: odd.bits, rowLength: format.width * samplesPerCell, first: sample, step: samplesPerCell };
    return unpacked(bytes, sampleType, packing);
  }
  const plain = withoutPredictor(bytes, format);
  const all = odd === undefined ? samplesOf(sampleType, plain) : convertedSamples(plain, odd);
  return samplesPerCell === 1 ? all : everyNth(all, samplesPerCell, sample);
}

const words = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;

/** Returns the bytes of the samples themselves, in little-endian order. */
function withoutPredictor(bytes: Uint8Array, format: TileFormat): Uint8Array {
  const { predictor, littleEndian, samplesPerCell, sampleType, odd } = format;
  const size = odd === undefined ? sampleBits(sampleType) / 8 : bytesOfOdd(odd);
  const rowLength = format.width * samplesPerCell;
  if (predictor === 3) return joinBytePlanes(bytes, rowLength, size, samplesPerCell);
  if (!littleEndian) swapBytes(bytes, size);
  if (predictor === 1) return bytes;
  const values = arrayOver<Words>(words[size as keyof typeof words], bytes);
  sumDifferences(values, rowLength, samplesPerCell);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  if (size === 3) swap24(bytes);
  if (size === 4) buffer.swap32();
  if (size === 8) buffer.swap64();
}

function swap24(bytes: Uint8Array): void {
  for (let at = 0; at + 2 < bytes.length; at += 3) [bytes[at], bytes[at + 2]] = [bytes[at + 2]!, bytes[at]!];
}

function everyNth(samples: Samples, n: number, first: number): Samples {
  const taken = new (samples.constructor as new (length: number) => Samples)(samples.length / n);
  for (let i = 0, from = first; i < taken.length; i++, from += n) taken[i] = samples[from]!;
  return taken;
}
