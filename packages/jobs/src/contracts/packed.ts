import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import Type, { type Static } from 'typebox';

/**
 * Compressed JSON. Long lists in jobs repeat themselves, and stay in Redis for as long as jobs are
 * kept.
 */
export const Packed = Type.Object({ packed: Type.String() });
export type Packed = Static<typeof Packed>;

/** The least characters of a value, as JSON, that is packed. */
const packedFrom = 16 * 1024;

/** A value as it travels in a job: itself, or packed if it is large. */
export function packedIfLarge<Value>(value: Value): Value | Packed {
  const text = JSON.stringify(value);
  if (text.length < packedFrom) return value;
  return { packed: zstdCompressSync(text).toString('base64') };
}

/** The value that `packedIfLarge` was given. */
export function unpackedValue<Value extends object>(value: Value | Packed): Value {
  if (!('packed' in value)) return value;
  return JSON.parse(zstdDecompressSync(Buffer.from(value.packed, 'base64')).toString()) as Value;
}
