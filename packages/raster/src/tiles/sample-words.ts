import type { Samples, SampleType } from './samples.ts';

/**
 * The bits of samples, without a copy: one word for each sample, or two for a float64. Tables count
 * words, whatever they mean.
 */
export type Words = Uint8Array | Uint16Array | Uint32Array;

export function wordsOf(samples: Samples): Words {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = samples;
  if (BYTES_PER_ELEMENT === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (BYTES_PER_ELEMENT === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
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

/** Creates samples of a type, all 0. */
export function sampleArray(type: SampleType, length: number): Samples {
  return new arrays[type](length);
}

/** Views bytes as samples of a type; copies them only if they are not aligned. */
export function samplesOf(type: SampleType, bytes: Uint8Array): Samples {
  return arrayOver<Samples>(arrays[type], bytes);
}

interface ArrayOf<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): T;
}

/** Views bytes as an array of another type; copies them only if they are not aligned. */
export function arrayOver<T>(Array: ArrayOf<T>, bytes: Uint8Array): T {
  const aligned = bytes.byteOffset % Array.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / Array.BYTES_PER_ELEMENT);
}

const bitsOf: Record<SampleType, number> = {
  uint8: 8,
  int8: 8,
  uint16: 16,
  int16: 16,
  uint32: 32,
  int32: 32,
  float32: 32,
  float64: 64,
};

export function sampleBits(type: SampleType): number {
  return bitsOf[type];
}

const words = new Uint32Array(2);
const views = {
  uint8: new Uint8Array(words.buffer),
  int8: new Int8Array(words.buffer),
  uint16: new Uint16Array(words.buffer),
  int16: new Int16Array(words.buffer),
  uint32: words,
  int32: new Int32Array(words.buffer),
  float32: new Float32Array(words.buffer),
  float64: new Float64Array(words.buffer),
};

/** The sample with these words; the second one counts only for a float64. */
export function sampleOf(type: SampleType, first: number, second = 0): number {
  if (type === 'uint8' || type === 'uint16' || type === 'uint32') return first;
  if (bitsOf[type] < 32) views[bitsOf[type] === 8 ? 'uint8' : 'uint16'][0] = first;
  else words.set([first, second]);
  return views[type][0]!;
}
