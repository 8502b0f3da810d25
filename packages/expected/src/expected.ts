import { types } from 'node:util';

/** A value in words, for an error message: what it is, and where that says more, its beginning. */
export function inWords(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`;
    case 'function':
      return value.name === '' ? 'a function' : `the function ${value.name}`;
    case 'object':
      return objectInWords(value);
    default:
      return `the ${typeof value} ${String(value)}`;
  }
}

function objectInWords(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return 'a plain object';
  const { name } = (value.constructor ?? {}) as { readonly name?: unknown };
  if (Array.isArray(value) && name === 'Array') {
    const member = namedMember(value);
    return member === undefined ? 'a list' : `a list with a member ${JSON.stringify(member)}`;
  }
  if (typeof name !== 'string' || name === '') return 'an object of a class without a name';
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** A member of a list that is none of its items; undefined: there is none. */
export function namedMember(list: readonly unknown[]): string | undefined {
  const [symbol] = Object.getOwnPropertySymbols(list);
  return Object.keys(list).find((name) => !isIndex(name, list.length)) ?? symbol?.toString();
}

function isIndex(name: string, length: number): boolean {
  const index = Number(name);
  return String(index) === name && index < length;
}

/** Throws a `TypeError` that says what `what` is and what was expected, where it does not hold. */
export function expected(what: string, value: unknown, [holds, wanted]: readonly [boolean, string]): void {
  if (!holds) throw new TypeError(`${what} is ${inWords(value)}, expected ${wanted}`);
}

export function expectText(what: string, value: unknown): asserts value is string {
  expected(what, value, [typeof value === 'string', 'text']);
}

/**
 * A `Uint8Array` of any realm, such as a `Buffer`; not one whose buffer was transferred, which
 * would pass for no bytes.
 */
export function expectBytes(what: string, value: unknown): asserts value is Uint8Array {
  expected(what, value, [types.isUint8Array(value), 'bytes: a Uint8Array or Buffer']);
  const { buffer } = value as { readonly buffer: ArrayBufferLike & { readonly detached?: boolean } };
  if (buffer.detached) throw new TypeError(`${what} was transferred to somebody else, expected bytes that are there`);
}

export function expectFunction(what: string, value: unknown): void {
  expected(what, value, [typeof value === 'function', 'a function']);
}

/** A member that may be missing. */
export function expectIfAny(what: string, value: unknown, expect: (what: string, value: unknown) => void): void {
  if (value !== undefined) expect(what, value);
}

export function expectList(what: string, value: unknown): asserts value is readonly unknown[] {
  expected(what, value, [Array.isArray(value), 'a list']);
}

/**
 * An object with members: no list, and nothing else that would pass for an object without any, such
 * as a promise.
 */
export function expectObject(what: string, value: unknown): asserts value is object {
  expected(what, value, [hasMembers(value), 'an object']);
}

function hasMembers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  const { isMap, isSet, isDate, isPromise, isRegExp, isAnyArrayBuffer, isBoxedPrimitive } = types;
  return ![isMap, isSet, isDate, isPromise, isRegExp, isAnyArrayBuffer, isBoxedPrimitive].some((is) => is(value));
}

/** An object that has these functions. */
export function expectFunctionsOf(what: string, value: unknown, names: readonly string[]): void {
  const wanted = `an object with the functions ${names.join(', ')}`;
  const holder = value as Readonly<Record<string, unknown>> | null | undefined;
  const isHolder =
    (typeof value === 'object' && value !== null && !Array.isArray(value)) || typeof value === 'function';
  expected(what, value, [isHolder && names.every((name) => typeof holder?.[name] === 'function'), wanted]);
}

/** A number, be it `NaN`: which numbers are meant, the caller says. */
export function expectNumber(what: string, value: unknown): asserts value is number {
  expected(what, value, [typeof value === 'number', 'a number']);
}

/** A number from 0, or from `least`, also `Infinity`. Throws a `RangeError` for any other. */
export function expectAtLeast(least: number): (what: string, value: unknown) => void {
  return (what, value) => {
    expectNumber(what, value);
    if (!(value >= least)) throw new RangeError(`${what} is ${value}, expected ${least} or more`);
  };
}

/**
 * Throws a `TypeError` for a member that is not one of these, as a misspelt one would be passed
 * over.
 */
export function expectMembers(what: string, value: object, names: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`${what} has a member ${JSON.stringify(unknown)}, expected only ${names.join(', ')}`);
}
