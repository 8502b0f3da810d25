import { hash } from 'node:crypto';
import { expectObject, expectText, inWords, isPlainList, isPlainObject } from '@catchment/expected';
import { checkKey } from '../stores/store.ts';

export interface ResultKeyParts {
  readonly area: { readonly table: string; readonly id: string } | { readonly drawn: string };
  readonly operation: string;
  readonly fingerprint: string;
}

/** The beginning of the keys of drawn areas' results, and of no others. */
export const drawnPrefix = 'geop:drawn:';

/**
 * `geop:<table>:<id>:<operation>:<fingerprint>` or `geop:drawn:<hash>:<operation>:<fingerprint>`.
 * Different parts make different keys, whatever they contain: all but letters, digits and
 * `-_.!~'()` is percent-encoded, and of a table called `drawn` the first letter is. Throws a
 * `RangeError` for a part that is empty or not well-formed, and when the key would be too long for
 * a store.
 */
export function resultKey(parts: ResultKeyParts): string {
  expectObject('parts of a key', parts);
  const { area, operation, fingerprint } = parts;
  expectObject('area of a key', area);
  const place = 'drawn' in area ? ['drawn', part('drawn', area.drawn)] : [tablePart(area.table), part('id', area.id)];
  const key = ['geop', ...place, part('operation', operation), part('fingerprint', fingerprint)].join(':');
  checkKey(key);
  return key;
}

/** The parts of which `resultKey` makes this key; `undefined` for text that it makes of none. */
export function parseResultKey(key: string): ResultKeyParts | undefined {
  expectText('a key', key);
  const [, table = '', id = '', operation = '', print = ''] = key.split(':');
  try {
    const place = decodeURIComponent(id);
    const area = table === 'drawn' ? { drawn: place } : { table: decodeURIComponent(table), id: place };
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
