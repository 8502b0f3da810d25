import { viewOf } from '../records/bytes.ts';

/**
 * A table of FlatBuffers (https://flatbuffers.dev/internals/): fields by their numbers, each of
 * which may be missing. Whatever the bytes say, nothing outside them is read, and a vector is no
 * longer than they are.
 */
export interface FlatTable {
  readonly view: DataView;
  /** The place of its first byte. */
  readonly at: number;
}

/** A vector of items, whose bytes the view holds. */
export interface FlatVector {
  readonly view: DataView;
  readonly length: number;
}

/** The table at the root of bytes. Throws a sentence. */
export function rootOf(bytes: Uint8Array): FlatTable {
  const view = viewOf(bytes);
  return { view, at: wordAt(view, 0) };
}

/** Reads a number in a field; absent where the table lacks it. */
export function numberIn(
  table: FlatTable,
  field: number,
  bytes: number,
  read: (view: DataView, at: number) => number,
): number | undefined {
  const at = placeOf(table, field);
  if (at === undefined) return undefined;
  checkRoom(table.view, at, bytes);
  return read(table.view, at);
}

export const byte = (view: DataView, at: number) => view.getUint8(at);
export const short = (view: DataView, at: number) => view.getUint16(at, true);
export const int = (view: DataView, at: number) => view.getInt32(at, true);
export const long = (view: DataView, at: number) => Number(view.getBigUint64(at, true));

/** The vector in a field, of items of a size. */
export function vectorIn({ view, at }: FlatTable, field: number, itemBytes: number): FlatVector | undefined {
  const place = placeOf({ view, at }, field);
  if (place === undefined) return undefined;
  const start = place + wordAt(view, place);
  const length = wordAt(view, start);
  checkRoom(view, start + 4, length * itemBytes);
  return { length, view: new DataView(view.buffer, view.byteOffset + start + 4, length * itemBytes) };
}

/** The table in a field. */
export function tableIn(table: FlatTable, field: number): FlatTable | undefined {
  const place = placeOf(table, field);
  return place === undefined ? undefined : { view: table.view, at: place + wordAt(table.view, place) };
}

/** The tables in a vector of a field. */
export function tablesIn(table: FlatTable, field: number): FlatTable[] {
  const { view } = table;
  const { length, view: items } = vectorIn(table, field, 4) ?? { length: 0, view };
  return Array.from({ length }, (_, i) => {
    const place = items.byteOffset - view.byteOffset + 4 * i;
    return { view, at: place + wordAt(view, place) };
  });
}

const utf8 = new TextDecoder();

/** The text in a field. */
export function textIn(table: FlatTable, field: number): string | undefined {
  const text = vectorIn(table, field, 1)?.view;
  return text && utf8.decode(text);
}

/**
 * Where the value of a field is: the table begins with the distance to the places of its fields.
 */
function placeOf({ view, at }: FlatTable, field: number): number | undefined {
  checkRoom(view, at, 4);
  const fields = at - view.getInt32(at, true);
  checkRoom(view, fields, 4);
  const entry = 4 + 2 * field;
  if (entry + 2 > view.getUint16(fields, true)) return undefined;
  checkRoom(view, fields + entry, 2);
  const offset = view.getUint16(fields + entry, true);
  return offset === 0 ? undefined : at + offset;
}

function wordAt(view: DataView, at: number): number {
  checkRoom(view, at, 4);
  return view.getUint32(at, true);
}

function checkRoom({ byteLength }: DataView, at: number, bytes: number): void {
  if (!(at >= 0 && at + bytes <= byteLength)) throw new FlatError();
}

/** Bytes that are no tables of FlatBuffers. */
export class FlatError extends Error {
  override readonly name = 'FlatError';
  constructor() {
    super('is damaged: a part of it lies outside its bytes');
  }
}
