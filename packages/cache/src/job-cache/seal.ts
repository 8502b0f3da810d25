import { decodeEntry, encodeEntry } from '../entry.ts';

const schemaVersion = 1;

/**
 * In the envelope of all entries, damage is noticed and large values are compressed. They have no
 * age: the drawer forgets them.
 */
export function seal(value: Uint8Array): Uint8Array {
  return encodeEntry({ value, computedAt: 0, freshUntil: null, hardUntil: null, costMs: 0, schemaVersion });
}

/** A copy with a buffer of its own, so that a typed array can be laid over it. */
export function unseal(sealed: Uint8Array): Uint8Array | undefined {
  const entry = decodeEntry(sealed);
  return entry?.schemaVersion === schemaVersion ? new Uint8Array(entry.value) : undefined;
}
