import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a secret is the expected one. The time that it takes tells nothing about either. */
export function sameSecret(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
