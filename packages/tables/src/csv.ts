import type { Column, TableRow, Value } from './columns.ts';
import { inPortions } from './portions.ts';

const rowsAtOnce = 1000;

/** Rows as CSV (RFC 4180) with a head; null is an empty field. */
export async function* csvBytes(columns: readonly Column[], rows: AsyncIterable<TableRow>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(csvLine(columns.map(({ name }) => name)));
  for await (const portion of inPortions(rows, rowsAtOnce)) {
    yield Buffer.from(portion.map(({ values }) => csvLine(values)).join(''));
  }
}

/** A record. A library for it took a fifth of the time of a whole table. */
function csvLine(values: readonly Value[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

function csvField(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
