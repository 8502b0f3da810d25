import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { refuseShape } from '@cellshed/budget';
import { expectBytes, expectObject } from '@cellshed/expected';
import { checkKey } from '../stores/store.ts';

/** One entry of a result cache, as an archive has it. */
export interface ArchiveRecord {
  readonly key: string;
  /** More that the writer says: further members of the line, JSON values. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly schemaVersion: number;
  /** Milliseconds since 1970. */
  readonly computedAt: number;
  readonly costMs: number;
  /** 128 bits of the value's SHA-256, in hexadecimal, as in an entry. */
  readonly etag: string;
  /** JSON, as `JSON.stringify` writes it: so that the same bytes come back from the line. */
  readonly value: Uint8Array;
}

const ownMembers = ['key', 'schemaVersion', 'computedAt', 'costMs', 'etag', 'value'];

/**
 * The record as one line of JSON, its end included. Throws a `RangeError` for a value whose bytes
 * would not come back, and when `about` has a member of the record's own.
 */
export function lineOf({ key, about, value, ...header }: Omit<ArchiveRecord, 'etag'>): string {
  checkKey(key);
  expectObject(`about of the record ${key}`, about);
  expectBytes(`the value of the record ${key}`, value);
  const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString();
  if (!comesBack(text, value)) {
    throw new RangeError(`the value of ${key} is not JSON as JSON.stringify writes it: other bytes would come back`);
  }
  const taken = ownMembers.find((name) => Object.hasOwn(about, name));
  if (taken !== undefined) throw new RangeError(`about has a member ${taken}, which is one of the record's own`);
  const head = JSON.stringify({ key, ...about, ...header, etag: etagOf(value) });
  return `${head.slice(0, -1)},"value":${text}}\n`;
}

/** Results have a handful of levels; their counts are lists. */
const mostOfLine = { levels: 64, lists: 2 ** 24 };

/**
 * Reads a line, and checks that its etag is that of the value. One sentence where it is something
 * else; never throws.
 */
export function recordOf(line: string): ArchiveRecord | { readonly problem: string } {
  let read: unknown;
  try {
    refuseShape(line, mostOfLine);
  } catch (error) {
    return { problem: (error as Error).message };
  }
  try {
    read = JSON.parse(line);
  } catch (error) {
    // It quotes what stands there, line ends as they are.
    return { problem: `is not JSON (${(error as Error).message.replaceAll(/[\s\p{Cc}]+/gu, ' ')})` };
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return { problem: 'is not a JSON object' };
  const { key, schemaVersion, computedAt, costMs, etag, value, ...about } = read as Readonly<Record<string, unknown>>;
  const problem =
    keyProblem(key) ??
    numberProblem('schemaVersion', schemaVersion) ??
    numberProblem('computedAt', computedAt) ??
    numberProblem('costMs', costMs);
  if (problem !== undefined) return { problem };
  if (value === undefined) return { problem: 'value is missing' };
  const bytes = Buffer.from(JSON.stringify(value));
  const is = etagOf(bytes);
  if (etag !== is) return { problem: `etag is ${show(etag)}, but that of the value is "${is}": one was altered` };
  const numbers = { schemaVersion, computedAt, costMs } as Pick<
    ArchiveRecord,
    'schemaVersion' | 'computedAt' | 'costMs'
  >;
  return { key: key as string, about, ...numbers, etag: is, value: bytes };
}

function etagOf(value: Uint8Array): string {
  return hash('sha256', value, 'hex').slice(0, 32);
}

function comesBack(text: string, value: Uint8Array): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text && Buffer.byteLength(text) === value.length && isUtf8(value);
  } catch {
    return false;
  }
}

function keyProblem(key: unknown): string | undefined {
  if (typeof key !== 'string') return `key is ${show(key)}, expected text`;
  try {
    checkKey(key);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function numberProblem(name: string, value: unknown): string | undefined {
  const expected = name === 'schemaVersion' ? 'a whole number from 0' : 'milliseconds';
  const isOne = typeof value === 'number' && (name !== 'schemaVersion' || (Number.isInteger(value) && value >= 0));
  return isOne && Number.isFinite(value) ? undefined : `${name} is ${show(value)}, expected ${expected}`;
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
}
