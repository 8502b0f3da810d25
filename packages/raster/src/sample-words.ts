import type { Samples, SampleType } from './raster.ts';

/** The bits of samples, without a copy: a word to a sample, or two to a float64. Tables count words, whatever they mean. */
export type Words = Uint8Array | Uint16Array | Uint32Array;

export function wordsOf(samples: Samples): Words {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT } = samples;
  if (BYTES_PER_ELEMENT === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (BYTES_PER_ELEMENT === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
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

/** The sample whose words these are; the second counts only for a float64. */
export function sampleOf(type: SampleType, first: number, second = 0): number {
  if (bitsOf[type] < 32) views[bitsOf[type] === 8 ? 'uint8' : 'uint16'][0] = first;
  else words.set([first, second]);
  return views[type][0]!;
}
