import { type Crs, crsOf } from '@cellshed/crs';
import type { Bbox } from '../../table.ts';
import { type Bytes, viewOf } from '../records/bytes.ts';
import {
  byte,
  type FlatTable,
  int,
  long,
  numberIn,
  rootOf,
  short,
  tableIn,
  tablesIn,
  textIn,
  vectorIn,
} from './flat-table.ts';
import { fields, geometryTypes, usualNodeSize } from './schema.ts';

/** The header of a FlatGeobuf. */
export interface FlatGeobufHeader {
  readonly columns: readonly Column[];
  /** The type of all geometries; 0 where each has its own. */
  readonly geometryType: number;
  /** The number of features; undefined where the file does not say. */
  readonly count: number | undefined;
  readonly crs: Crs | undefined;
  readonly extent: Bbox | undefined;
  /** The place of the boxes of the features in the index; absent without an index. */
  readonly boxesAt?: number;
  /** The place of the first feature. */
  readonly featuresAt: number;
}

export interface Column {
  readonly name: string;
  /** The number of the type, as in `properties.ts`. */
  readonly type: number;
}

/** The first bytes of a FlatGeobuf, before the number of its version. */
const magic = 'fgb';
const version = 3;
const magicBytes = 8;

/** The size of a header that GDAL takes at most. */
const mostHeaderBytes = 10 * 2 ** 20;

/** The bytes of a box and a place in the index. */
export const nodeBytes = 40;

/** Reads the header. Everything that it counts is compared with the size of the file. */
export function readHeader(bytes: Bytes): FlatGeobufHeader {
  const size = sizeOfHeader(bytes);
  const header = rootOf(bytes.read(magicBytes + 4, size));
  const indexAt = magicBytes + 4 + size;
  const count = numberIn(header, fields.header.count, 8, long) ?? 0;
  const left = bytes.size - indexAt;
  // A feature has its size and the head of a table.
  if (count * 8 > left) throw new Error(`says that it has ${count} features, for which it has no room`);
  const nodeSize = numberIn(header, fields.header.nodeSize, 2, short) ?? usualNodeSize;
  const nodes = nodeSize > 0 && count > 0 ? nodesOf(count, nodeSize) : 0;
  if (nodes * nodeBytes > left) throw new Error('is cut short within its index');
  return {
    columns: columnsOf(header),
    geometryType: numberIn(header, fields.header.geometryType, 1, byte) ?? geometryTypes.any,
    count: count === 0 ? undefined : count,
    crs: crsOfHeader(header),
    extent: extentOf(header),
    ...(nodes > 0 && { boxesAt: indexAt + (nodes - count) * nodeBytes }),
    featuresAt: indexAt + nodes * nodeBytes,
  };
}

function sizeOfHeader(bytes: Bytes): number {
  const start = bytes.read(0, Math.min(bytes.size, magicBytes + 4));
  const is = String.fromCharCode(...start.subarray(0, 3));
  if (is !== magic || start.length < magicBytes + 4) throw new Error('is no FlatGeobuf');
  if (start[3] !== version) throw new Error(`is a FlatGeobuf of version ${start[3]}, expected ${version}`);
  const size = viewOf(start).getUint32(magicBytes, true);
  if (size > mostHeaderBytes || size > bytes.size - start.length || size < 8)
    throw new Error(`says that its header has ${size} bytes, expected 8 to ${mostHeaderBytes} within the file`);
  return size;
}

/** The number of nodes of an index over so many features, which are its last nodes. */
function nodesOf(count: number, nodeSize: number): number {
  const fanOut = Math.max(2, nodeSize);
  let nodes = count;
  for (let level = count; level > 1; ) {
    level = Math.ceil(level / fanOut);
    nodes += level;
  }
  // One feature alone has a node above it.
  return count === 1 ? 2 : nodes;
}

function columnsOf(header: FlatTable): Column[] {
  return tablesIn(header, fields.header.columns).map((column) => ({
    name: textIn(column, fields.column.name) ?? '',
    type: numberIn(column, fields.column.type, 1, byte) ?? 0,
  }));
}

function extentOf(header: FlatTable): Bbox | undefined {
  const box = vectorIn(header, fields.header.envelope, 8);
  if (box === undefined || box.length < 4) return undefined;
  const sides = [0, 8, 16, 24].map((at) => box.view.getFloat64(at, true)) as unknown as Bbox;
  return sides.every(Number.isFinite) ? sides : undefined;
}

function crsOfHeader(header: FlatTable): Crs | undefined {
  const crs = tableIn(header, fields.header.crs);
  if (crs === undefined) return undefined;
  const code = numberIn(crs, fields.crs.code, 4, int) || textIn(crs, fields.crs.codeText) || undefined;
  const wkt = textIn(crs, fields.crs.wkt);
  if (code === undefined && wkt === undefined) return undefined;
  const organization = textIn(crs, fields.crs.organization) ?? 'EPSG';
  return crsOf({ organization, code, wkt, name: textIn(crs, fields.crs.name) });
}
