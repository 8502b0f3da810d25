import type { SampleType } from './samples.ts';

/** A sample type with a value that is left for no data. */
export interface Room {
  readonly sampleType: SampleType;
  /** The value that means no data; NaN among floats. */
  readonly hole: number;
}

/** The narrowest type that holds all values of another, and one more. Floats have NaN for it. */
const rooms: Readonly<Record<SampleType, Room>> = {
  uint8: { sampleType: 'int16', hole: -1 },
  int8: { sampleType: 'int16', hole: -32_768 },
  uint16: { sampleType: 'int32', hole: -1 },
  int16: { sampleType: 'int32', hole: -2_147_483_648 },
  uint32: { sampleType: 'float64', hole: Number.NaN },
  int32: { sampleType: 'float64', hole: Number.NaN },
  float32: { sampleType: 'float32', hole: Number.NaN },
  float64: { sampleType: 'float64', hole: Number.NaN },
};

/** Returns a type that holds all values of `type`, and a value that is none of them. */
export function roomFor(type: SampleType): Room {
  return rooms[type];
}

const integers: Partial<Record<SampleType, readonly [bits: number, isSigned: boolean]>> = {
  uint8: [8, false],
  int8: [8, true],
  uint16: [16, false],
  int16: [16, true],
  uint32: [32, false],
  int32: [32, true],
};

const floatBits: Partial<Record<SampleType, number>> = { float32: 24, float64: 53 };

/** Tells whether every sample of a type is also a sample of another type. */
export function holdsAll(type: SampleType, of: SampleType): boolean {
  if (type === of || (type === 'float64' && of === 'float32')) return true;
  const [bits, isSigned] = integers[of] ?? [Number.POSITIVE_INFINITY, true];
  const own = integers[type];
  if (own === undefined) return bits <= (floatBits[type] ?? 0);
  return own[1] ? own[0] > bits || (isSigned && own[0] === bits) : !isSigned && own[0] >= bits;
}
