import { viewOf } from '../records/bytes.ts';
import { finiteNumber, wholeNumber } from '../records/record-file.ts';
import type { Column } from './header.ts';

type ReadNumber = (view: DataView, at: number) => unknown;

/** The types of a fixed size, by their numbers. */
const fixed: Readonly<Record<number, readonly [bytes: number, read: ReadNumber]>> = {
  0: [1, (view, at) => view.getInt8(at)],
  1: [1, (view, at) => view.getUint8(at)],
  2: [1, (view, at) => view.getUint8(at) !== 0],
  3: [2, (view, at) => view.getInt16(at, true)],
  4: [2, (view, at) => view.getUint16(at, true)],
  5: [4, (view, at) => view.getInt32(at, true)],
  6: [4, (view, at) => view.getUint32(at, true)],
  7: [8, (view, at) => wholeNumber(view.getBigInt64(at, true))],
  8: [8, (view, at) => wholeNumber(view.getBigUint64(at, true))],
  9: [4, (view, at) => finiteNumber(view.getFloat32(at, true))],
  10: [8, (view, at) => finiteNumber(view.getFloat64(at, true))],
};

/** Text, JSON and times: a text after its length. JSON stays text, as GDAL reads it. */
const texts: readonly number[] = [11, 12, 13];

const utf8 = new TextDecoder();

/** Whether the values of a column can be shown. */
export function isShown({ type }: Column): boolean {
  return fixed[type] !== undefined || texts.includes(type);
}

/** The values in the properties of a feature, by the numbers of their columns. */
export function* valuesIn(
  properties: Uint8Array,
  columns: readonly Column[],
): Iterable<readonly [column: number, value: unknown]> {
  const view = viewOf(properties);
  for (let at = 0; at < properties.length; ) {
    checkRoom(properties, at, 2);
    const number = view.getUint16(at, true);
    const column = columns[number];
    if (column === undefined) throw new Error(`is damaged: a feature has a property ${number}, which the header lacks`);
    at += 2;
    const [bytes, read] = fixed[column.type] ?? [4, undefined];
    checkRoom(properties, at, bytes);
    if (read) {
      yield [number, read(view, at)];
      at += bytes;
    } else {
      const length = view.getUint32(at, true);
      at += 4;
      checkRoom(properties, at, length);
      if (isShown(column)) yield [number, utf8.decode(properties.subarray(at, at + length))];
      at += length;
    }
  }
}

function checkRoom({ length }: Uint8Array, at: number, bytes: number): void {
  if (at + bytes > length) throw new Error('is damaged: the properties of a feature are cut short');
}
