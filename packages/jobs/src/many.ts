import { createHash } from 'node:crypto';

/** What identifies the computation of several keys together, whatever their order. */
export function keyOfMany(keys: readonly string[]): string {
  return `many:${createHash('sha256').update(keys.toSorted().join('\n')).digest('hex')}`;
}
