import { hash } from 'node:crypto';
import { expectObject, expectText, inWords, isPlainList, isPlainObject } from '@cellshed/expected';
import { checkKey } from '../stores/store.ts';

export interface ResultKeyParts {
  readonly area: KeyArea;
  readonly operation: string;
  readonly fingerprint: string;
}

/**
 * A well-known area; one and all that drain into it; those of a table with a value of a property;
 * or a drawn area.
 */
export type KeyArea =
  | { readonly table: string; readonly id: string }
  | { readonly table: string; readonly upstream: string }
  | (KeyGroup & { readonly table: string; readonly within?: KeyGroup })
  | { readonly drawn: string };

interface KeyGroup {
  readonly by: string;
  readonly value: string;
}

/** The beginning of the keys of drawn areas' results, and of no others. */
export const drawnPrefix = 'geop:drawn:';

/**
 * `geop:<table>:<id>:<operation>:<fingerprint>` or `geop:drawn:<hash>:<operation>:<fingerprint>`.
 * In place of `<id>`, several areas of a table have `<id>@upstream` or `<value>@by.<property>`,
 * perhaps with a second value and property after another `@`.
 * Different parts make different keys, whatever they contain: all but letters, digits and
 * `-_.!~'()` is percent-encoded, and of a table called `drawn` the first letter is. Throws a
 * `RangeError` for a part that is empty or not well-formed, and when the key would be too long for
 * a store.
 */
export function resultKey(parts: ResultKeyParts): string {
  expectObject('parts of a key', parts);
  const { area, operation, fingerprint } = parts;
  expectObject('area of a key', area);
  const table = 'drawn' in area ? 'drawn' : tablePart(area.table);
  const key = ['geop', table, placePart(area), part('operation', operation), part('fingerprint', fingerprint)].join(
    ':',
  );
  checkKey(key);
  return key;
}

/** The parts of which `resultKey` makes this key; `undefined` for text that it makes of none. */
export function parseResultKey(key: string): ResultKeyParts | undefined {
  expectText('a key', key);
  const [, table = '', place = '', operation = '', print = ''] = key.split(':');
  try {
    const area = areaOf(table, place);
    const parts = { area, operation: decodeURIComponent(operation), fingerprint: decodeURIComponent(print) };
    // There may be more, or the same in another encoding: a text can be percent-encoded in many
    // ways.
    return resultKey(parts) === key ? parts : undefined;
  } catch (error) {
    if (error instanceof URIError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * 128 bits, in hexadecimal, of the SHA-256 of the parts' canonical JSON: equal for equal JSON
 * values whatever the order of object members, different for different ones. `-0` is `0`, as it is
 * in JSON. What JSON cannot carry unchanged (`undefined`, `NaN`, a `Date`, a bigint, …) is refused
 * with a `TypeError` that names the place.
 */
export function fingerprint(parts: unknown): string {
  return hash('sha256', canonicalJson(parts, 'parts'), 'hex').slice(0, 32);
}

/** The part of a key that says which area of a table, or which drawn one. */
function placePart(area: KeyArea): string {
  if ('drawn' in area) return part('drawn', area.drawn);
  if ('id' in area) return part('id', area.id);
  if ('upstream' in area) return `${part('upstream', area.upstream)}@upstream`;
  const { within } = area;
  return [area, ...(within ? [within] : [])]
    .map(({ by, value }) => `${part('value', value)}@by.${part('by', by)}`)
    .join('@');
}

function areaOf(table: string, place: string): KeyArea {
  const [id = '', how, ...others] = place.split('@').map(decodeURIComponent);
  if (table === 'drawn') return { drawn: id };
  const named = { table: decodeURIComponent(table) };
  if (how === undefined) return { ...named, id };
  if (how === 'upstream') return { ...named, upstream: id };
  const [value, by] = others;
  const within = value === undefined ? undefined : { by: propertyIn(by), value };
  return { ...named, by: propertyIn(how), value: id, ...(within && { within }) };
}

function propertyIn(how = ''): string {
  return how.slice('by.'.length);
}

function tablePart(table: string): string {
  return table === 'drawn' ? '%64rawn' : part('table', table);
}

function part(name: string, text: string): string {
  expectText(`${name} of a key`, text);
  if (text === '' || !text.isWellFormed()) {
    throw new RangeError(`${name} of a key is ${JSON.stringify(text)}, expected non-empty well-formed text`);
  }
  return encodeURIComponent(text).replaceAll('*', '%2A');
}

function canonicalJson(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === 'string' && value.isWellFormed()) return JSON.stringify(value);
  if (isPlainList(value)) {
    return `[${Array.from(value, (item, index) => canonicalJson(item, `${path}[${index}]`)).join(',')}]`;
  }
  if (isPlainObject(value)) {
    const members = Object.keys(value).sort();
    return `{${members.map((name) => `${canonicalJson(name, path)}:${canonicalJson(value[name], `${path}.${name}`)}`).join(',')}}`;
  }
  const what = typeof value === 'string' ? 'text with half a surrogate pair' : inWords(value);
  throw new TypeError(`${path} is ${what}, expected a JSON value`);
}
