import { decodeEntry, encodeEntry, encodeEntryGently } from '../entry.ts';

const schemaVersion = 1;

/**
 * In the envelope of all entries, damage is noticed and large values are compressed. They have no
 * age: the drawer forgets them.
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
