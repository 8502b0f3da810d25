import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Column, Row, TableRow } from './columns.ts';
import { inPortions } from './portions.ts';

/** The rows that are in memory at a time. */
const rowsOfGroup = 20_000;

/** Rows as Parquet with Snappy: texts as strings, numbers as doubles, all of them nullable. */
export async function* parquetBytes(
  columns: readonly Column[],
  rows: AsyncIterable<TableRow>,
  metadata: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter(2 ** 16);
  const schema = schemaFromColumnData({ columnData: columnsOf(columns, []) });
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  const file = new ParquetWriter({ writer, schema, kvMetadata, createdBy: 'Catchment' });
  for await (const portion of inPortions(rows, rowsOfGroup)) {
    await file.write({
      columnData: columnsOf(
        columns,
        portion.map(({ values }) => values),
      ),
      rowGroupSize: rowsOfGroup,
    });
    yield taken(writer);
  }
  await file.finish();
  yield taken(writer);
}

function columnsOf(columns: readonly Column[], rows: readonly Row[]) {
  return columns.map(({ name, type }, i) => ({
    name,
    type: type === 'text' ? ('STRING' as const) : ('DOUBLE' as const),
    data: rows.map((row) => row[i] ?? null),
  }));
}

/** The bytes that a writer holds, which it gives up. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
