import { type Bytes, viewOf } from '../records/bytes.ts';
import { wholeNumber } from '../records/record-file.ts';
import { type ReadText, textReader } from './encoding.ts';

/** The properties of a shapefile: a table of dBase. */
export interface Dbf {
  readonly fields: readonly Field[];
  readonly count: number;
  /** The name of an encoding that nobody knows, if the .cpg file names one. */
  readonly unknownEncoding?: string | undefined;
  /** The bytes of a record; undefined where the table has fewer, or where it is deleted. */
  record(from: Bytes, row: number): Uint8Array | 'deleted' | undefined;
  /** The value of a field in a record. */
  valueOf(field: Field, record: Uint8Array): unknown;
}

export interface Field {
  readonly name: string;
  /** A letter: C for texts, N and F for numbers, D for dates, L for yes and no. */
  readonly type: string;
  readonly at: number;
  readonly length: number;
}

const headBytes = 32;
const fieldBytes = 32;
const endOfFields = 0x0d;
const deleted = 0x2a;

/** Reads the head of a .dbf file. Its sizes are compared with that of the file. */
export function readDbf(bytes: Bytes, cpg: string): Dbf {
  const head = viewOf(bytes.read(0, headBytes));
  const [headLength, recordLength] = [head.getUint16(8, true), head.getUint16(10, true)];
  if (headLength < headBytes + 1 || headLength > bytes.size || recordLength < 1)
    throw new Error('is damaged: the head of its .dbf file is none of dBase');
  const room = Math.floor((bytes.size - headLength) / recordLength);
  const count = Math.min(head.getUint32(4, true), room);
  const { read, unknown } = textReader(cpg, head.getUint8(29));
  const fields = readFields(bytes.read(headBytes, headLength - headBytes), { read, recordLength });
  return {
    fields,
    count,
    unknownEncoding: unknown,
    record(from, row) {
      if (row >= count) return undefined;
      const record = from.read(headLength + row * recordLength, recordLength);
      return record[0] === deleted ? 'deleted' : record;
    },
    valueOf: ({ type, at, length }, record) => valueOf(type, record.subarray(at, at + length), read),
  };
}

function readFields(bytes: Uint8Array, { read, recordLength }: { read: ReadText; recordLength: number }): Field[] {
  const fields: Field[] = [];
  let at = 1;
  for (let start = 0; start + fieldBytes <= bytes.length && bytes[start] !== endOfFields; start += fieldBytes) {
    const one = bytes.subarray(start, start + fieldBytes);
    const type = String.fromCharCode(one[11] as number).toUpperCase();
    // Long texts have the high byte of their length where numbers have their decimals.
    const length = (one[16] as number) + (type === 'C' ? 256 * (one[17] as number) : 0);
    const end = one.indexOf(0);
    fields.push({ name: read(one.subarray(0, end < 0 || end > 11 ? 11 : end)).trim(), type, at, length });
    at += length;
  }
  if (at > recordLength) throw new Error('is damaged: the fields of its .dbf file are longer than its records');
  return fields;
}

/** The value as GDAL takes it: an empty text is none, and so is a number of stars. */
function valueOf(type: string, bytes: Uint8Array, read: ReadText): unknown {
  const end = bytes.indexOf(0);
  const stored = end < 0 ? bytes : bytes.subarray(0, end);
  if (type === 'N' || type === 'F') return numberIn(asciiOf(stored));
  if (type === 'D') return dateIn(asciiOf(stored));
  if (type === 'L') return truthIn(asciiOf(stored));
  const text = read(stored).replace(/^ +| +$/g, '');
  return text === '' ? null : text;
}

function asciiOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').trim();
}

function numberIn(text: string): unknown {
  if (/^[-+]?\d+$/.test(text)) return wholeNumber(BigInt(text.replace(/^\+/, '')));
  const value = text === '' ? Number.NaN : Number(text.replace(',', '.'));
  return Number.isFinite(value) ? value : null;
}

function dateIn(text: string): string | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  return year === undefined || text === '00000000' ? null : `${year}-${month}-${day}`;
}

function truthIn(text: string): boolean | null {
  if (/^[YyTt]$/.test(text)) return true;
  return /^[NnFf]$/.test(text) ? false : null;
}
