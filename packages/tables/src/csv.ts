import { stringify } from 'csv-stringify/sync';
import type { Column, Row, TableRow } from './columns.ts';
import { inPortions } from './portions.ts';

const rowsAtOnce = 1000;

/** Rows as CSV (RFC 4180) with a head; null is an empty field. */
export async function* csvBytes(columns: readonly Column[], rows: AsyncIterable<TableRow>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(csvText([columns.map(({ name }) => name)]));
  for await (const portion of inPortions(rows, rowsAtOnce))
    yield Buffer.from(csvText(portion.map(({ values }) => values)));
}

function csvText(rows: readonly Row[]): string {
  return stringify(rows as Row[], { record_delimiter: '\r\n' });
}
