import type { Compression } from './codecs/compressed.ts';
import { decompress } from './codecs/decompress.ts';
import { joinBytePlanes, sumDifferences, type Words } from './predictor.ts';
import type { Samples, SampleType } from './raster.ts';

/** How a file stores its tiles, all alike. */
export interface TileFormat {
  readonly compression: Compression;
  /** As in TIFF: 1 none, 2 differences, 3 differences of the bytes of floats. */
  readonly predictor: 1 | 2 | 3;
  readonly littleEndian: boolean;
  readonly sampleType: SampleType;
  readonly width: number;
  readonly height: number;
  /** Samples that lie side by side for a cell. */
  readonly samplesPerCell: number;
  /** Which of them to take, from 0. */
  readonly sample: number;
  /** The tables that JPEG tiles of a file share. */
  readonly jpegTables?: Uint8Array | undefined;
}

const arrays = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

type SampleBytes = 1 | 2 | 4 | 8;

const words: Readonly<Record<SampleBytes, ArrayOf<Words>>> = {
  1: Uint8Array,
  2: Uint16Array,
  4: Uint32Array,
  8: BigUint64Array,
};

/**
 * Decodes the first `rows` rows of a stored tile; its bytes are overwritten or become the samples. Throws when they cannot be
 * decoded or are too few. Runs on little-endian machines, as Node does wherever it is released but on IBM's Z.
 */
export function decodeTile(stored: Uint8Array, rows: number, format: TileFormat): Samples | Promise<Samples> {
  const decompressed = decompress({ ...format, stored, rows, mostBytes: bytesOfTile(format) });
  if (decompressed instanceof Uint8Array) return samplesIn(decompressed, rows, format);
  return decompressed.then((bytes) => samplesIn(bytes, rows, format));
}

/** Bytes of a whole tile, decompressed. */
export function bytesOfTile({ width, height, samplesPerCell, sampleType }: TileFormat): number {
  return width * height * samplesPerCell * arrays[sampleType].BYTES_PER_ELEMENT;
}

function samplesIn(decompressed: Uint8Array, rows: number, format: TileFormat): Samples {
  const { predictor, littleEndian, sampleType, samplesPerCell, sample } = format;
  const size = arrays[sampleType].BYTES_PER_ELEMENT as SampleBytes;
  const rowLength = format.width * samplesPerCell;
  const expected = rowLength * rows * size;
  if (decompressed.length < expected)
    throw new Error(`${decompressed.length} bytes of samples came out, expected ${expected}`);
  let bytes = decompressed.subarray(0, expected);
  if (predictor === 3) bytes = joinBytePlanes(bytes, rowLength, size === 8 ? 8 : 4, samplesPerCell);
  else if (!littleEndian) swapBytes(bytes, size);
  if (predictor === 2) {
    const values = view(words[size], bytes);
    sumDifferences(values, rowLength, samplesPerCell);
    bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const samples = view<Samples>(arrays[sampleType], bytes);
  return samplesPerCell === 1 ? samples : everyNth(samples, samplesPerCell, sample);
}

function swapBytes(bytes: Uint8Array, size: SampleBytes): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  if (size === 4) buffer.swap32();
  if (size === 8) buffer.swap64();
}

interface ArrayOf<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
}

/** The bytes as an array of another type; copied only where they do not lie on its boundaries. */
function view<T>(Array: ArrayOf<T>, bytes: Uint8Array): T {
  const aligned = bytes.byteOffset % Array.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / Array.BYTES_PER_ELEMENT);
}

function everyNth(samples: Samples, n: number, first: number): Samples {
  const taken = new (samples.constructor as new (length: number) => Samples)(samples.length / n);
  for (let i = 0, from = first; i < taken.length; i++, from += n) taken[i] = samples[from]!;
  return taken;
}
