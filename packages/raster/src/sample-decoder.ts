import { joinBytePlanes, sumDifferences, type Words } from './predictor.ts';
import type { Samples } from './raster.ts';
import { arrayOver, sampleBits, samplesOf } from './sample-words.ts';
import type { TileFormat } from './tile-decoder.ts';

type SampleBytes = 1 | 2 | 4 | 8;

const words = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array } as const;

/** The samples of one band in the first `rows` rows of a decompressed tile, whose bytes are overwritten or become them. Throws when they are too few. */
export function samplesIn(decompressed: Uint8Array, rows: number, format: TileFormat): Samples {
  const { predictor, littleEndian, sampleType, samplesPerCell, sample } = format;
  const size = (sampleBits(sampleType) / 8) as SampleBytes;
  const rowLength = format.width * samplesPerCell;
  const expected = rowLength * rows * size;
  if (decompressed.length < expected)
    throw new Error(`${decompressed.length} bytes of samples came out, expected ${expected}`);
  let bytes = decompressed.subarray(0, expected);
  if (predictor === 3) bytes = joinBytePlanes(bytes, rowLength, size === 8 ? 8 : 4, samplesPerCell);
  else if (!littleEndian) swapBytes(bytes, size);
  if (predictor === 2) {
    const values = arrayOver<Words>(words[size], bytes);
    sumDifferences(values, rowLength, samplesPerCell);
    bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const samples = samplesOf(sampleType, bytes);
  return samplesPerCell === 1 ? samples : everyNth(samples, samplesPerCell, sample);
}

function swapBytes(bytes: Uint8Array, size: SampleBytes): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  if (size === 4) buffer.swap32();
  if (size === 8) buffer.swap64();
}

function everyNth(samples: Samples, n: number, first: number): Samples {
  const taken = new (samples.constructor as new (length: number) => Samples)(samples.length / n);
  for (let i = 0, from = first; i < taken.length; i++, from += n) taken[i] = samples[from]!;
  return taken;
}
