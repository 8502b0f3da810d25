import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { type Bytes, viewOf } from '../records/bytes.ts';

/** The most bytes of a footer: its objects take thirty times the memory. */
const mostFooterBytes = 16 * 2 ** 20;

const magic = 'PAR1';
const magicOfSecret = 'PARE';

/** The footer of a Parquet file. What it counts is compared with the size of the file. */
export function readFooter(bytes: Bytes): FileMetaData {
  if (bytes.size < 12 || textOf(bytes.read(0, 4)) !== magic) throw new Error('is no Parquet file');
  const end = bytes.read(bytes.size - 8, 8);
  const mark = textOf(end.subarray(4));
  if (mark === magicOfSecret) throw new Error('is encrypted, expected a Parquet file that is not');
  if (mark !== magic) throw new Error('is cut short: it does not end as a Parquet file does');
  const length = viewOf(end).getUint32(0, true);
  if (length > bytes.size - 12) throw new Error(`says that its footer has ${length} bytes, for which it has no room`);
  if (length > mostFooterBytes)
    throw new Error(`has a footer of ${length} bytes, expected at most ${mostFooterBytes}: write larger row groups`);
  const footer = undamaged('its footer', () =>
    parquetMetadata(bytes.read(bytes.size - 8 - length, length + 8), { geoparquet: false }),
  );
  undamaged('its footer', () => checkRows(footer, bytes.size));
  return footer;
}

/** Ids are unique, so an area takes at least a byte. */
function checkRows({ num_rows, row_groups }: FileMetaData, size: number): void {
  if (num_rows < 0n || num_rows > BigInt(size))
    throw new Error(`says that it has ${num_rows} rows, for which it has no room`);
  let rows = 0n;
  for (const group of row_groups) {
    if (!(group.num_rows >= 0n)) throw new Error('is damaged: a row group has less than no rows');
    rows += group.num_rows;
  }
  if (rows !== num_rows)
    throw new Error(`is damaged: it says that it has ${num_rows} rows, but its row groups have ${rows}`);
}

/** Runs what reads a part of a file. An error of the reader itself becomes a sentence. */
export function undamaged<Result>(part: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const { message } = cause as Error;
    if (/^(is|has|says) /.test(message)) throw cause;
    throw new Error(`is damaged: ${part} cannot be read`, { cause });
  }
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
