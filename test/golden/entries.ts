import { decodeEntry, encodeEntry } from '@cellshed/cache';
import type { Redis } from 'ioredis';

const computedAt = Date.UTC(2026, 0, 1);
/** Results of drawn areas expire; these not before the test has become old. */
const hardUntil = Date.UTC(2126, 0, 1);

/** The cache's entries, a line each: the key and the bytes, with times and cost put the same. */
export async function dumpEntries(cache: Redis): Promise<string> {
  const keys = (await cache.keys('*')).filter((key) => !key.includes('{')).sort();
  const lines = await Promise.all(
    keys.map(async (key) => `${key} ${Buffer.from(timeless(await cache.getBuffer(key))).toString('base64')}\n`),
  );
  return lines.join('');
}

function timeless(bytes: Buffer | null): Uint8Array {
  const entry = decodeEntry(bytes ?? new Uint8Array());
  if (!entry) throw new Error('the cache has something that is no entry');
  return encodeEntry({
    ...{ value: entry.value, schemaVersion: entry.schemaVersion, computedAt, costMs: 1 },
    freshUntil: entry.freshUntil === null ? null : computedAt + entry.freshUntil - entry.computedAt,
    hardUntil: entry.hardUntil === null ? null : hardUntil,
  });
}

/** Stores them again, byte for byte. */
export async function loadEntries(cache: Redis, dump: string): Promise<void> {
  for (const line of dump.split('\n').filter(Boolean)) {
    const [key = '', bytes = ''] = line.split(' ');
    await cache.set(key, Buffer.from(bytes, 'base64'));
  }
}
