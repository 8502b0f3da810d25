import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { parseGeoJson, recordSplitter, sequenceReader, takeAll } from './geojson-text.ts';

/**
 * The endings of GeoJSON files. Files with the third and later endings usually hold one feature a
 * line.
 */
export const geoJsonEndings = ['.geojson', '.json', '.geojsonl', '.geojsons', '.geojsonseq', '.ndjson', '.jsonl'];

/** Whether a path has the ending of a GeoJSON file. */
export function isGeoJsonPath(path: string): boolean {
  return geoJsonEndings.some((ending) => path.toLowerCase().endsWith(ending));
}

/**
 * The value of a GeoJSON file in UTF-8 or UTF-16, as `parseGeoJson` reads its text.
 * Newline-delimited GeoJSON may be longer than a string can be (`mostBytes`): then one record at a
 * time is held as text. Throws an Error that says what is wrong, without the path.
 */
export async function readGeoJsonFile(path: string, mostBytes = constants.MAX_STRING_LENGTH): Promise<unknown> {
  const { size } = await stat(path);
  if (size > mostBytes) return readSequence(path, mostBytes);
  const bytes = await readFile(path);
  return parseGeoJson(decoderOf(bytes).decode(bytes));
}

async function readSequence(path: string, mostBytes: number): Promise<unknown> {
  const splitter = recordSplitter();
  const reader = sequenceReader();
  let decoder: TextDecoder | undefined;
  for await (const bytes of createReadStream(path)) {
    decoder ??= decoderOf(bytes);
    takeAll(reader, splitter.push(decoder.decode(bytes, { stream: true })));
    if (!reader.isSequence || splitter.pending > mostBytes) break;
  }
  takeAll(reader, splitter.end());
  const collection = reader.end();
  if (collection !== undefined) return collection;
  const megabytes = Math.floor(mostBytes / 1e6);
  throw new Error(
    `has more than ${megabytes} MB in one JSON text, the most that is read: ogr2ogr -f GPKG makes a GeoPackage of it, -f GeoJSONSeq one feature a line`,
  );
}

/**
 * A decoder for the encoding that the first bytes show. Throws an Error for bytes of another
 * format.
 */
function decoderOf(bytes: Uint8Array): TextDecoder {
  const head = Array.from(bytes.subarray(0, 16), (byte) => String.fromCharCode(byte)).join('');
  for (const [start, format] of formats) if (start.test(head)) throw new Error(`is ${format}`);
  const encoding = encodings.find(([start]) => start.test(head))?.[1] ?? 'utf-8';
  return new TextDecoder(encoding);
}

/** A byte order mark, or a first character of JSON beside a byte of 0. */
const encodings: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xfe|^[\s{[]\0/, 'utf-16le'],
  [/^\xfe\xff|^\0[\s{[]/, 'utf-16be'],
];

const formats: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xfe\0\0|^\0\0\xfe\xff/, 'UTF-32, expected UTF-8'],
  [/^\x1f\x8b/, 'compressed by gzip: gunzip it first'],
  [/^PK\x03\x04/, 'a ZIP archive: unpack it first'],
  [/^SQLite format 3\0/, 'an SQLite database, expected GeoJSON: name a GeoPackage in areas of the catalog'],
  [/^\0\0\x27\x0a/, 'a shapefile, expected GeoJSON: ogr2ogr -f GeoJSON -t_srs EPSG:4326 makes it'],
  [/^fgb\x03/, 'a FlatGeobuf, expected GeoJSON: ogr2ogr -f GeoJSON -t_srs EPSG:4326 makes it'],
  [/^(?:\xef\xbb\xbf)?\s*</, 'XML or HTML, expected GeoJSON: ogr2ogr -f GeoJSON makes it of KML and GML'],
];
