import { decodeEntry } from '@cellshed/cache';
import { cachedValue } from '@cellshed/operations';

/**
 * The document of a result as the cache stores it, as JSON. Undefined for what is no entry, or
 * damaged.
 */
export function entryDocument(key: string, stored: Uint8Array): Uint8Array | undefined {
  const entry = decodeEntry(stored);
  return entry && new TextEncoder().encode(JSON.stringify(cachedValue(key, entry)));
}
