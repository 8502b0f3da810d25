import type { TiffEntry } from './tiff-entries.ts';

/** A text, or the numbers of a tag. */
export type TagValue = string | Numbers;

export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** A number above 2^53, which is not exact. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** The values of an entry, by the type that it has in TIFF and BigTIFF. */
export function valueOf({ type, count }: TiffEntry, bytes: Uint8Array, littleEndian: boolean): TagValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const filled = <Some extends Numbers>(numbers: Some, read: (at: number) => number): Some => {
    const size = bytes.length / count;
    for (let i = 0; i < count; i++) numbers[i] = read(i * size);
    return numbers;
  };
  switch (type) {
    case 2:
      return new TextDecoder().decode(bytes);
    case 6:
      return filled(new Int8Array(count), (at) => view.getInt8(at));
    case 3:
      return filled(new Uint16Array(count), (at) => view.getUint16(at, littleEndian));
    case 8:
      return filled(new Int16Array(count), (at) => view.getInt16(at, littleEndian));
    case 4:
    case 13:
      return filled(new Uint32Array(count), (at) => view.getUint32(at, littleEndian));
    case 9:
      return filled(new Int32Array(count), (at) => view.getInt32(at, littleEndian));
    case 11:
      return filled(new Float32Array(count), (at) => view.getFloat32(at, littleEndian));
    case 12:
      return filled(new Float64Array(count), (at) => view.getFloat64(at, littleEndian));
    case 16:
    case 18:
      return filled(new Float64Array(count), (at) => exact(view.getBigUint64(at, littleEndian)));
    case 17:
      return filled(new Float64Array(count), (at) => exact(view.getBigInt64(at, littleEndian)));
    default:
      return bytes.slice();
  }
}

/** A number of 64 bits. Throws TooLarge if no double has it. */
function exact(long: bigint): number {
  const number = Number(long);
  if (!Number.isSafeInteger(number)) throw new TooLarge();
  return number;
}
