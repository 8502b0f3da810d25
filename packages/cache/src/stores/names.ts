import { createHash } from 'node:crypto';

const longestPlainName = 200;
const longNameStart = 100;

/**
 * Lower-case ASCII only, as file systems differ in what they hold to be equal. Never with a dot, so
 * never `..`.
 */
function encodeName(key: string): string {
  return key.replace(/[^a-z0-9_=,-]/gu, (character) =>
    Buffer.from(character).reduce((text, byte) => `${text}%${byte.toString(16).padStart(2, '0')}`, ''),
  );
}

/**
 * A key's name as a file or object. Those too long for a file system end in a dot and a hash; the
 * key itself is in the record.
 */
export function nameOf(key: string): string {
  const name = encodeName(key);
  return name.length <= longestPlainName ? name : `${name.slice(0, longNameStart)}.${sha256(key)}`;
}

/** The common start of the names of all keys with that prefix. */
export function commonStart(prefix: string): string {
  return encodeName(prefix).slice(0, longNameStart);
}

/**
 * Tells whether the key of that name may begin with the prefix. For a long name only the record can
 * tell.
 */
export function mayBegin(name: string, prefix: string): boolean {
  return name.startsWith(encodeName(prefix)) || (name.includes('.') && name.startsWith(commonStart(prefix)));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
