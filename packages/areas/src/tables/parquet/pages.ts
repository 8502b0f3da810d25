import type { FileMetaData, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { type Bytes, viewOf } from '../records/bytes.ts';
import type { FlatColumn } from './columns.ts';
import { undamaged } from './footer.ts';
import type { Codec, StoredPage } from './values.ts';

/** A page of a column, and its rows. */
export interface Page extends StoredPage {
  readonly firstRow: number;
  readonly rows: number;
  /** The page with the values that this page names by their places, if there is one. */
  readonly dictionary: StoredPage | undefined;
}

/**
 * The most bytes of a page, packed or not. Writers make pages of a megabyte, or of one large value.
 */
const mostPageBytes = 256 * 2 ** 20;

/**
 * The pages of a column, ascending. Their heads are read, and nothing else. Sizes and numbers of
 * rows are compared with those of the file and of their row groups.
 */
export function findPages(bytes: Bytes, { row_groups }: FileMetaData, column: FlatColumn): readonly Page[] {
  const name = column.path.join('.');
  const pages: Page[] = [];
  let firstRow = 0;
  for (const { columns, num_rows } of row_groups) {
    const { meta_data: chunk, file_path } =
      columns.find((one) => one.meta_data?.path_in_schema.join('.') === name) ?? {};
    if (chunk === undefined || file_path) throw new Error(`is damaged: a row group lacks its column ${name}`);
    const [from, size] = [startOf(chunk), Number(chunk.total_compressed_size)];
    if (!(from >= 4 && size >= 0 && from + size <= bytes.size - 8))
      throw new Error(`is damaged: its column ${name} lies outside the file`);
    const place = { at: from, end: from + size, codec: chunk.codec };
    const end = firstRow + Number(num_rows);
    for (const page of pagesIn(bytes, place, { name, firstRow, end })) pages.push(page);
    firstRow = end;
  }
  return pages;
}

function startOf({ data_page_offset: data, dictionary_page_offset: dictionary }: ChunkOffsets): number {
  return Number(dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data);
}

interface ChunkOffsets {
  readonly data_page_offset: bigint;
  readonly dictionary_page_offset?: bigint | undefined;
}

interface Place {
  readonly at: number;
  readonly end: number;
  readonly codec: Codec;
}

interface Rows {
  readonly name: string;
  readonly firstRow: number;
  readonly end: number;
}

function* pagesIn(
  bytes: Bytes,
  { at: from, end: chunkEnd, codec }: Place,
  { name, firstRow, end }: Rows,
): Iterable<Page> {
  let dictionary: StoredPage | undefined;
  for (let [at, row] = [from, firstRow]; row < end; ) {
    if (at >= chunkEnd) throw new Error(`is damaged: its column ${name} has ${row} of its ${end} rows`);
    const { header, length } = readHead(bytes, at, chunkEnd);
    const page: StoredPage = { at: at + length, header, codec };
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    if (!(packed >= 0 && packed <= chunkEnd - page.at && unpacked >= 0))
      throw new Error(`is damaged: a page of its column ${name} lies outside the column`);
    if (Math.max(packed, unpacked) > mostPageBytes)
      throw new Error(
        `has a page of ${Math.max(packed, unpacked)} bytes in its column ${name}, expected at most ${mostPageBytes}`,
      );
    at = page.at + packed;
    if (header.type === 'DICTIONARY_PAGE') dictionary = page;
    const rows = header.data_page_header_v2?.num_rows ?? header.data_page_header?.num_values;
    if (rows === undefined) continue;
    if (!(rows >= 0 && rows <= end - row))
      throw new Error(`is damaged: its column ${name} has more than its ${end} rows`);
    if (rows > 0) yield { ...page, firstRow: row, rows, dictionary };
    row += rows;
  }
}

/** Enough for a head without the least and the greatest value, which may be geometries. */
const usualHeadBytes = 512;

function readHead(bytes: Bytes, at: number, end: number): { readonly header: PageHeader; readonly length: number } {
  for (let length = usualHeadBytes; ; length *= 32) {
    const isAll = length >= end - at;
    const reader = { view: viewOf(bytes.read(at, isAll ? end - at : length)), offset: 0 };
    try {
      return { header: undamaged('a page', () => withoutStatistics(parquetHeader(reader))), length: reader.offset };
    } catch (error) {
      if (isAll || length > mostPageBytes) throw error;
    }
  }
}

/** The head without the least and the greatest value. Throws for numbers that are none. */
function withoutStatistics(header: PageHeader): PageHeader {
  const { data_page_header: one, data_page_header_v2: two, dictionary_page_header: dictionary } = header;
  const counts = [one?.num_values, two?.num_values, two?.num_rows, dictionary?.num_values].map((n) => n ?? 0);
  const lengths = [two?.definition_levels_byte_length, two?.repetition_levels_byte_length].map((n) => n ?? 0);
  const sizes = [header.compressed_page_size, header.uncompressed_page_size];
  if (![...counts, ...lengths, ...sizes].every((n) => Number.isInteger(n) && n >= 0))
    throw new Error('is damaged: the head of a page counts what cannot be');
  return {
    ...header,
    ...(one && { data_page_header: { ...one, statistics: undefined } }),
    ...(two && { data_page_header_v2: { ...two, statistics: undefined } }),
  } as PageHeader;
}
