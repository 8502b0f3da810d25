import { getFloat16 } from '@petamoriken/float16';
import { arrayOver, sampleArray } from '../tiles/sample-words.ts';
import type { Samples, SampleType } from '../tiles/samples.ts';

/** Samples whose stored form differs from their type. */
export type OddSamples =
  /**
   * Unsigned integers of 1 to 31 bits, one after the other, from the most significant bit; a row
   * begins with a byte.
   */
  | { readonly kind: 'packed'; readonly bits: number }
  | { readonly kind: 'half' }
  /** Sign, 7 bits of exponent, 16 of fraction. */
  | { readonly kind: 'float24' }
  /**
   * Integers of 64 bits, which become doubles. NaN replaces the no-data value, which a double may
   * not hold.
   */
  | { readonly kind: 'long'; readonly isSigned: boolean; readonly nodata?: bigint | undefined };

/** The bytes of a stored sample; a fraction for packed samples. */
export function bytesOfOdd(odd: OddSamples): number {
  switch (odd.kind) {
    case 'packed':
      return odd.bits / 8;
    case 'half':
      return 2;
    case 'float24':
      return 3;
    case 'long':
      return 8;
  }
}

/** Converts stored samples, in little-endian order, to their type. */
export function convertedSamples(bytes: Uint8Array, odd: Exclude<OddSamples, { kind: 'packed' }>): Samples {
  switch (odd.kind) {
    case 'half':
      return fromHalves(bytes);
    case 'float24':
      return fromTriples(bytes);
    case 'long':
      return fromLongs(odd.isSigned ? arrayOver(BigInt64Array, bytes) : arrayOver(BigUint64Array, bytes), odd.nodata);
  }
}

/**
 * The positions of packed samples: the number in a row, the first to take, and the step to the
 * next.
 */
export interface Packing {
  readonly bits: number;
  readonly rowLength: number;
  readonly first: number;
  readonly step: number;
}

/** Unpacks samples. */
export function unpacked(bytes: Uint8Array, type: SampleType, packing: Packing): Samples {
  const { bits, rowLength, first, step } = packing;
  const rowBytes = Math.ceil((rowLength * bits) / 8);
  const rows = bytes.length / rowBytes;
  const samples = sampleArray(type, (rowLength / step) * rows);
  if (bits === 1 && step === 1 && rowLength % 8 === 0) {
    unpackBytes(bytes, new Uint32Array(samples.buffer));
    return samples;
  }
  let to = 0;
  for (let row = 0; row < rows; row++) {
    const start = 8 * row * rowBytes + first * bits;
    for (let bit = start; bit < start + rowLength * bits; bit += step * bits)
      samples[to++] = numberAt(bytes, bit, bits);
  }
  return samples;
}

/** The eight bits of each byte as eight bytes, in two words. */
const words = Uint32Array.from({ length: 512 }, (_, i) => {
  const half = i % 2 === 0 ? i >> 5 : (i >> 1) & 15;
  return (half >> 3) | (((half >> 2) & 1) << 8) | (((half >> 1) & 1) << 16) | ((half & 1) << 24);
});

/** Unpacks single bits, in rows of whole bytes. Masks are stored in this way. */
function unpackBytes(bytes: Uint8Array, to: Uint32Array): void {
  for (let i = 0; i < bytes.length; i++) {
    const first = 2 * bytes[i]!;
    to[2 * i] = words[first]!;
    to[2 * i + 1] = words[first + 1]!;
  }
}

function numberAt(bytes: Uint8Array, bit: number, bits: number): number {
  let value = 0;
  for (let at = bit; at < bit + bits; ) {
    const left = 8 - (at & 7);
    const taken = Math.min(left, bit + bits - at);
    value = value * 2 ** taken + ((bytes[at >>> 3]! >> (left - taken)) & (2 ** taken - 1));
    at += taken;
  }
  return value;
}

/** Node has no Float16Array before 24. */
function fromHalves(bytes: Uint8Array): Float32Array {
  const samples = new Float32Array(bytes.length / 2);
  const halves = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < samples.length; i++) samples[i] = getFloat16(halves, 2 * i, true);
  return samples;
}

const leastPower = 2 ** -62;

function fromTriples(bytes: Uint8Array): Float32Array {
  const samples = new Float32Array(bytes.length / 3);
  for (let i = 0; i < samples.length; i++) {
    const fraction = (bytes[3 * i]! | (bytes[3 * i + 1]! << 8)) / 2 ** 16;
    const exponent = bytes[3 * i + 2]! & 0x7f;
    const sign = bytes[3 * i + 2]! < 0x80 ? 1 : -1;
    if (exponent === 0) samples[i] = sign * fraction * leastPower;
    else if (exponent === 0x7f) samples[i] = fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    else samples[i] = sign * (1 + fraction) * 2 ** (exponent - 63);
  }
  return samples;
}

function fromLongs(longs: BigInt64Array | BigUint64Array, nodata: bigint | undefined): Float64Array {
  const samples = new Float64Array(longs.length);
  for (let i = 0; i < longs.length; i++) samples[i] = longs[i] === nodata ? Number.NaN : Number(longs[i]);
  return samples;
}
