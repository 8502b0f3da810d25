import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Column, TableRow, Value } from './columns.ts';

/** The rows that are in memory at a time. */
const rowsOfGroup = 20_000;

/** Rows as Parquet with Snappy: texts as strings, numbers as doubles, all of them nullable. */
export async function* parquetBytes(
  columns: readonly Column[],
  rows: AsyncIterable<TableRow>,
  metadata: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter(2 ** 16);
  let columnData = emptyColumns(columns);
  const schema = schemaFromColumnData({ columnData });
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  const file = new ParquetWriter({ writer, schema, kvMetadata, createdBy: 'Catchment' });
  let count = 0;
  for await (const { values } of rows) {
    for (const [i, { data }] of columnData.entries()) data.push(values[i] ?? null);
    count += 1;
    if (count % rowsOfGroup !== 0) continue;
    await file.write({ columnData, rowGroupSize: rowsOfGroup });
    columnData = emptyColumns(columns);
    yield taken(writer);
  }
  if (count % rowsOfGroup !== 0) await file.write({ columnData, rowGroupSize: rowsOfGroup });
  await file.finish();
  yield taken(writer);
}

function emptyColumns(columns: readonly Column[]) {
  return columns.map(({ name, type }) => ({
    name,
    type: type === 'text' ? ('STRING' as const) : ('DOUBLE' as const),
    data: [] as Value[],
  }));
}

/** The bytes that a writer holds, which it gives up. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
