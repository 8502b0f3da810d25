import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ColumnMetaData, Compressors, DecodedArray, PageHeader, ParquetParsers } from 'hyparquet';
import { convert } from 'hyparquet/src/convert.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { type Bytes, viewOf } from '../records/bytes.ts';
import { finiteNumber, wholeNumber } from '../records/record-file.ts';
import type { FlatColumn } from './columns.ts';
import { undamaged } from './footer.ts';
import { readRuns } from './runs.ts';

export type Codec = ColumnMetaData['codec'];

/** A page as it is stored. */
export interface StoredPage {
  /** The place of its bytes, after its head. */
  readonly at: number;
  readonly header: PageHeader;
  readonly codec: Codec;
}

/** The values of a dictionary page. */
export function readDictionary(bytes: Bytes, page: StoredPage, column: FlatColumn): ArrayLike<unknown> {
  return undamaged('a page', () => {
    const { compressed_page_size, uncompressed_page_size, dictionary_page_header: head } = page.header;
    const data = unpacked(page, bytes.read(page.at, compressed_page_size), uncompressed_page_size);
    // A value takes at least a bit.
    const count = Math.min(head?.num_values ?? 0, 8 * data.length);
    const { type, type_length } = column.element;
    return converted(readPlain({ view: viewOf(data), offset: 0 }, type!, count, type_length), column);
  });
}

/** The values of a page, one for each row; null where there is none. */
export function readValues(
  bytes: Bytes,
  page: StoredPage,
  column: FlatColumn,
  dictionary: ArrayLike<unknown> | undefined,
): readonly unknown[] {
  return undamaged('a page', () => {
    const { count, encoding, levels, data } = partsOf(bytes, page, column);
    const present = levels === undefined ? count : levels.filter((level) => level === column.level).length;
    const values = decoded(data, { encoding, count: present, column, dictionary });
    if (values.length < present) throw new Error('is damaged: a page lacks values');
    let next = 0;
    return Array.from({ length: count }, (_, i) =>
      levels === undefined || levels[i] === column.level ? (values[next++] ?? null) : null,
    );
  });
}

interface Parts {
  readonly count: number;
  readonly encoding: string;
  /** The levels of the values; absent where all are there. */
  readonly levels: Uint32Array | undefined;
  readonly data: Uint8Array;
}

function partsOf(bytes: Bytes, page: StoredPage, { level }: FlatColumn): Parts {
  const { header } = page;
  const stored = bytes.read(page.at, header.compressed_page_size);
  const width = 32 - Math.clz32(level);
  const { data_page_header: one, data_page_header_v2: two } = header;
  if (two !== undefined) {
    const { num_values: count, repetition_levels_byte_length: before, definition_levels_byte_length: length } = two;
    const levels = level === 0 ? undefined : readRuns(stored.subarray(before, before + length), width, count);
    const rest = stored.subarray(before + length);
    const size = header.uncompressed_page_size - before - length;
    return {
      count,
      encoding: two.encoding,
      levels,
      data: two.is_compressed === false ? rest : unpacked(page, rest, size),
    };
  }
  if (one === undefined) throw new Error('is damaged: a page has no head');
  const { num_values: count, encoding } = one;
  const all = unpacked(page, stored, header.uncompressed_page_size);
  if (level === 0) return { count, encoding, levels: undefined, data: all };
  const length = viewOf(all).getUint32(0, true);
  return {
    count,
    encoding,
    levels: readRuns(all.subarray(4, 4 + length), width, count),
    data: all.subarray(4 + length),
  };
}

interface Decoding {
  readonly encoding: string;
  readonly count: number;
  readonly column: FlatColumn;
  readonly dictionary: ArrayLike<unknown> | undefined;
}

function decoded(data: Uint8Array, { encoding, count, column, dictionary }: Decoding): ArrayLike<unknown> {
  if (count === 0) return [];
  const { type, type_length } = column.element;
  const reader = { view: viewOf(data), offset: 0 };
  switch (encoding) {
    case 'PLAIN':
      return converted(readPlain(reader, type!, count, type_length), column);
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return Array.from(readRuns(data.subarray(1), data[0] ?? 0, count), (place) => {
        if (dictionary === undefined || place >= dictionary.length)
          throw new Error('is damaged: a page names a value that its dictionary lacks');
        return dictionary[place];
      });
    case 'RLE':
      return Array.from(readRuns(data.subarray(4), 1, count), (bit) => bit === 1);
    case 'BYTE_STREAM_SPLIT':
      return converted(byteStreamSplit(reader, count, type!, type_length), column);
    case 'DELTA_BINARY_PACKED': {
      const values = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
      deltaBinaryUnpack(reader, count, values);
      return converted(values, column);
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
    case 'DELTA_BYTE_ARRAY': {
      const values: Uint8Array[] = new Array(count);
      (encoding === 'DELTA_BYTE_ARRAY' ? deltaByteArray : deltaLengthByteArray)(reader, count, values);
      return converted(values, column);
    }
    default:
      throw new Error(
        `has values in an encoding (${encoding ?? 'unknown'}) that is not read: write it with its default encodings`,
      );
  }
}

function unpacked({ codec }: StoredPage, bytes: Uint8Array, size: number): Uint8Array {
  if (codec !== 'UNCOMPRESSED' && codec !== 'SNAPPY' && compressors[codec] === undefined)
    throw new Error(
      `is compressed by ${codec ?? 'another codec'}, which is not read: ogr2ogr -lco COMPRESSION=ZSTD makes another`,
    );
  return decompressPage(bytes, size, codec, compressors);
}

const compressors: Compressors = {
  GZIP: (bytes, size) => gunzipSync(bytes, { maxOutputLength: Math.max(1, size) }),
  BROTLI: (bytes, size) => brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, size) }),
  ZSTD: (bytes, size) => zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size) }),
};

function converted(values: DecodedArray, { element, schemaPath }: FlatColumn): ArrayLike<unknown> {
  return convert(values, { element, schemaPath, parsers, utf8: false, type: element.type! } as unknown as Parameters<
    typeof convert
  >[1]);
}

const utf8 = new TextDecoder();

/** Times become texts, and geometries stay bytes. */
const parsers = {
  timestampFromMilliseconds: (value: bigint) => timeText(Number(value)),
  timestampFromMicroseconds: (value: bigint) => timeText(Number(value / 1000n)),
  timestampFromNanoseconds: (value: bigint) => timeText(Number(value / 1_000_000n)),
  dateFromDays: (days: number) => timeText(days * 86_400_000)?.slice(0, 10),
  stringFromBytes: (bytes: Uint8Array) => utf8.decode(bytes),
  jsonFromBytes: (bytes: Uint8Array) => utf8.decode(bytes),
  geometryFromBytes: (bytes: Uint8Array) => bytes,
  geographyFromBytes: (bytes: Uint8Array) => bytes,
  uuidFromBytes: (bytes: Uint8Array) =>
    Buffer.from(bytes)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
} as unknown as ParquetParsers;

function timeText(milliseconds: number): string | undefined {
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : undefined;
}

/** A value in a form that JSON can express. */
export function shownValue(value: unknown): unknown {
  if (typeof value === 'bigint') return wholeNumber(value);
  if (typeof value === 'number') return finiteNumber(value);
  return value instanceof Uint8Array ? utf8.decode(value) : (value ?? null);
}
