import { namedMember } from './expected.ts';

/**
 * Whether a value is an ordinary array: it has only items, no named members, and no class of its
 * own.
 */
export function isPlainList(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value)) return false;
  // The prototype of Array.prototype, also in another realm, is the object that has no prototype.
  const prototype: unknown = Object.getPrototypeOf(Object.getPrototypeOf(value) ?? Object.prototype);
  return prototype !== null && Object.getPrototypeOf(prototype) === null && namedMember(value) === undefined;
}

/** Whether it is an object of members alone, of no class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Object.prototype, also that of another realm: the one prototype without a prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
