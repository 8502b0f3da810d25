import { decodeEntry, encodeEntry, encodeEntryGently } from '../entry.ts';

const schemaVersion = 1;

/**
 * Puts a value into the envelope that all entries have: damage is noticed, and large values are
 * compressed. It has no age, because the drawer expires.
 */
export async function seal(value: Uint8Array): Promise<Uint8Array> {
  const entry = { value, computedAt: 0, freshUntil: null, hardUntil: null, costMs: 0, schemaVersion };
  return value.length < gentlyFromBytes ? encodeEntry(entry) : encodeEntryGently(entry);
}

/** Less is sealed in some milliseconds. */
const gentlyFromBytes = 1024 * 1024;

/** A copy with a buffer of its own, so that a typed array can be laid over it. */
export function unseal(sealed: Uint8Array): Uint8Array | undefined {
  const entry = decodeEntry(sealed);
  return entry?.schemaVersion === schemaVersion ? new Uint8Array(entry.value) : undefined;
}
