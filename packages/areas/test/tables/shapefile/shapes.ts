import { writeFileSync } from 'node:fs';
import type { Position } from '../../../src/index.ts';

/**
 * A shape for a test: its type and its parts; `patches` are the types of the parts of a multipatch.
 */
export interface Shape {
  readonly type: number;
  readonly parts: readonly (readonly Position[])[];
  readonly patches?: readonly number[];
}

/** Writes a .shp file of some shapes, without .shx; undefined is no shape. */
export function writeShapes(path: string, shapes: readonly (Shape | undefined)[], type = 5): void {
  const head = Buffer.alloc(100);
  head.writeInt32BE(9994, 0);
  head.writeInt32LE(1000, 28);
  head.writeInt32LE(type, 32);
  const records = shapes.map((shape, i) => {
    const content = shape === undefined ? Buffer.alloc(4) : contentOf(shape);
    const record = Buffer.alloc(8);
    record.writeInt32BE(i + 1, 0);
    record.writeInt32BE(content.length / 2, 4);
    return Buffer.concat([record, content]);
  });
  writeFileSync(path, Buffer.concat([head, ...records]));
}

function contentOf({ type, parts, patches = [] }: Shape): Buffer {
  const points = parts.flat();
  const content = Buffer.alloc(44 + 4 * (parts.length + patches.length) + 16 * points.length);
  content.writeInt32LE(type, 0);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  for (const [i, side] of [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].entries())
    content.writeDoubleLE(side, 4 + 8 * i);
  content.writeInt32LE(parts.length, 36);
  content.writeInt32LE(points.length, 40);
  let at = 44;
  for (let i = 0, start = 0; i < parts.length; start += parts[i++]?.length ?? 0) at = content.writeInt32LE(start, at);
  for (const patch of patches) at = content.writeInt32LE(patch, at);
  for (const position of points) for (const value of position) at = content.writeDoubleLE(value, at);
  return content;
}

/** A field of a .dbf file for a test: a letter for its type, its length, and its decimals. */
export interface DbfField {
  readonly name: string;
  readonly type: string;
  readonly length: number;
}

/** Writes a .dbf file of texts as they are to be stored. A record that begins with * is deleted. */
export function writeDbf(
  path: string,
  fields: readonly DbfField[],
  {
    records,
    driver = 0,
  }: { readonly records: readonly (readonly (string | Uint8Array)[])[]; readonly driver?: number },
): void {
  const length = 1 + fields.reduce((sum, field) => sum + field.length, 0);
  const head = Buffer.alloc(32 + 32 * fields.length + 1);
  head[0] = 3;
  head.writeUInt32LE(records.length, 4);
  head.writeUInt16LE(head.length, 8);
  head.writeUInt16LE(length, 10);
  head[29] = driver;
  for (const [i, field] of fields.entries()) {
    head.write(field.name, 32 + 32 * i, 'latin1');
    head.write(field.type, 32 + 32 * i + 11, 'latin1');
    head[32 + 32 * i + 16] = field.length;
  }
  head[head.length - 1] = 0x0d;
  const rows = records.map((record) => {
    const row = Buffer.alloc(length, ' ');
    if (record.length > fields.length) row[0] = 0x2a;
    let at = 1;
    for (const [i, field] of fields.entries()) {
      row.set(Buffer.from(record[i] as string), at);
      at += field.length;
    }
    return row;
  });
  writeFileSync(path, Buffer.concat([head, ...rows]));
}
