import type { Column, TableRow, Value } from './columns.ts';
import { textPieces } from './text-pieces.ts';

/** Rows as CSV (RFC 4180) with a head; null is an empty field. */
export async function* csvBytes(columns: readonly Column[], rows: AsyncIterable<TableRow>): AsyncGenerator<Uint8Array> {
  const pieces = textPieces();
  pieces.add(csvLine(columns.map(({ name }) => name)));
  for await (const { values } of rows) {
    const piece = pieces.add(csvLine(values));
    if (piece) yield piece;
  }
  yield pieces.rest();
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
