import { types } from 'node:util';
import { inWords, isPlainList, isPlainObject } from '@cellshed/expected';

/** A value that JSON carries unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Turns values into bytes and back. */
export interface Codec<Value> {
  encode(value: Value): Uint8Array;
  /** May throw for bytes that are none of its own: what cannot be decoded is a miss. */
  decode(bytes: Uint8Array): Value;
}

/**
 * The value as JSON, from which `fromJson` makes it again. Takes what JSON takes, and `undefined`,
 * bigints, `NaN`, infinities, `-0`, dates and bytes, at any depth; different values make different
 * JSON. A `Buffer` comes back as a `Uint8Array`, a hole in an array as `undefined`, an object
 * without a prototype as an ordinary one.
 *
 * What JSON has no word for is an object with the one member `$`, such as `{"$":["bigint","12"]}`;
 * a member that is itself called `$`, `$$`, … gets one `$` more. Throws a `TypeError` that names
 * the place for anything else: a function, a symbol, an instance of a class, a list with members
 * that have names, an object that contains itself or is 500 levels deep.
 */
export function toJson(value: unknown, place = 'value'): Json {
  return encode(value, place, []);
}

/** The value of which `toJson` made this. Throws a `TypeError` for what it makes of none. */
export function fromJson(json: Json): unknown {
  const isWord = json === null || typeof json === 'boolean' || typeof json === 'string' || Number.isFinite(json);
  if (!isWord && !isList(json) && !isPlainObject(json))
    throw new TypeError(`plain data contains ${inWords(json)}, which stands for nothing`);
  if (typeof json !== 'object' || json === null) return json;
  if (isList(json)) return json.map(fromJson);
  const tagged = Object.hasOwn(json, '$') ? json['$'] : undefined;
  if (tagged !== undefined) return untag(tagged);
  return Object.fromEntries(Object.entries(json).map(([name, member]) => [unescapeName(name), fromJson(member)]));
}

/** The text of `toJson`'s JSON, in UTF-8. */
export const plainDataCodec: Codec<unknown> = {
  encode: (value) => Buffer.from(JSON.stringify(toJson(value))),
  decode: (bytes) => fromJson(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())),
};

/**
 * The levels of lists and objects in each other: deeper ones would not be read again where there is
 * little stack.
 */
const mostDepth = 500;

function encode(value: unknown, place: string, around: readonly unknown[]): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return isOrdinary(value) ? value : tag('number', numberText(value));
  // Half a surrogate pair has no UTF-8.
  if (typeof value === 'string')
    return value.isWellFormed() ? value : tag('utf16', base64(Buffer.from(value, 'utf16le')));
  if (value === undefined) return tag('undefined');
  if (typeof value === 'bigint') return tag('bigint', String(value));
  // Not instanceof: both may be of another realm.
  if (types.isDate(value) && isOfNoOtherClass(value))
    return tag('date', Number.isNaN(value.getTime()) ? 'NaN' : value.toISOString());
  if (types.isUint8Array(value)) return tag('bytes', base64(value));
  if (around.includes(value)) throw new TypeError(`${place} contains itself, expected plain data`);
  if (around.length >= mostDepth) throw new TypeError(`${place.slice(0, 60)}… lies ${mostDepth} deep, expected less`);
  if (isPlainList(value)) {
    return Array.from(value, (item, index) => encode(item, `${place}[${index}]`, [...around, value]));
  }
  if (!isPlainObject(value)) throw new TypeError(`${place} is ${inWords(value)}, expected plain data`);
  return encodeMembers(value, place, [...around, value]);
}

/**
 * Whether the prototype of its prototype is that of all objects: an instance of a further class
 * would come back without it.
 */
function isOfNoOtherClass(value: object): boolean {
  const above: unknown = Object.getPrototypeOf(Object.getPrototypeOf(value));
  return above !== null && Object.getPrototypeOf(above) === null;
}

function encodeMembers(value: Readonly<Record<string, unknown>>, place: string, around: readonly unknown[]): Json {
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw new TypeError(`${place} has a member that is called by a symbol, expected plain data`);
  }
  const hidden = Object.getOwnPropertyNames(value).find(
    (name) => !Object.prototype.propertyIsEnumerable.call(value, name),
  );
  if (hidden !== undefined) throw new TypeError(`${place} has a hidden member ${hidden}, expected plain data`);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (!name.isWellFormed()) throw new TypeError(`${place} has a member with half a surrogate pair in its name`);
      return [/^\$+$/.test(name) ? `$${name}` : name, encode(member, `${place}.${name}`, around)];
    }),
  );
}

function untag(tagged: Json): unknown {
  const [kind, text] = isList(tagged) ? tagged : [];
  if (kind === 'undefined') return undefined;
  if (typeof text === 'string') {
    if (kind === 'number') return Number(text);
    if (kind === 'bigint') return BigInt(text);
    if (kind === 'date') return new Date(text);
    if (kind === 'bytes') return Uint8Array.from(Buffer.from(text, 'base64'));
    if (kind === 'utf16') return Buffer.from(text, 'base64').toString('utf16le');
  }
  throw new TypeError(`plain data contains {"$":${JSON.stringify(tagged)}}, which stands for nothing`);
}

function tag(...tagged: readonly string[]): Json {
  return { $: tagged };
}

function unescapeName(name: string): string {
  return /^\$\$+$/.test(name) ? name.slice(1) : name;
}

function isOrdinary(number: number): boolean {
  return Number.isFinite(number) && !Object.is(number, -0);
}

function numberText(number: number): string {
  return Object.is(number, -0) ? '-0' : String(number);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
