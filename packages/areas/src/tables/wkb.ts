import type { Position } from '../area.ts';
import type { LeftOut } from '../left-out.ts';
import {
  addRings,
  addToCurve,
  addWithoutArea,
  checkDepth,
  type FoundRings,
  foundPolygons,
  geometryNames,
  refuseArcs,
} from './found-rings.ts';
import { addEmpty, cutShort, polygonal, type ReadPolygons, UnreadableGeometry } from './stored-polygons.ts';

/** The bytes, and the position of the reader. */
export interface WkbCursor {
  readonly view: DataView;
  at: number;
}

/**
 * Reads polygons of well-known binary in either byte order, with Z and M (dropped) in the codes of
 * ISO and of extended WKB. They come from a Polygon, Triangle or CurvePolygon, a MultiPolygon or
 * MultiSurface, a PolyhedralSurface or TIN seen from above, or a GeometryCollection. Points and
 * lines of a collection are added to `left`. Arcs are refused. Counts are checked against the
 * remaining bytes before anything is built, and a polygon without rings builds nothing. Throws
 * UnreadableGeometry.
 */
export function readWkb(cursor: WkbCursor, left: LeftOut): ReadPolygons {
  const found = foundPolygons(left);
  readGeometry(cursor, found, 0);
  return found;
}

/** The head of a geometry. */
interface Head {
  readonly type: number;
  /** The bytes of a position. */
  readonly stride: number;
  readonly isLittleEndian: boolean;
}

const types = { point: 1, line: 2, arcs: 8, compound: 9, curvePolygon: 10 } as const;
const ofRings = [3, 17];
const ofPolygons = [6, 7, 12, 15, 16];

/** The least bytes of a geometry within another: byte order, type and a count. */
const leastBytes = 9;

function readGeometry(cursor: WkbCursor, found: FoundRings, depth: number): void {
  const head = readHead(cursor, depth);
  const { type } = head;
  if (ofRings.includes(type)) {
    addRings(
      found,
      times(readCount(cursor, 4, head), () => readPositions(cursor, head)),
    );
  } else if (type === types.curvePolygon) {
    addRings(
      found,
      times(readCount(cursor, leastBytes, head), () => readCurve(cursor, depth + 1)),
    );
  } else if (ofPolygons.includes(type)) {
    const length = readCount(cursor, leastBytes, head);
    if (length === 0) addEmpty(found.left);
    for (let i = 0; i < length; i++) readGeometry(cursor, found, depth + 1);
  } else {
    addWithoutArea(found, type);
    skip(cursor, head, depth);
  }
}

/**
 * A ring of a CurvePolygon, whose edges must be straight: a LineString, or a CompoundCurve of
 * several.
 */
function readCurve(cursor: WkbCursor, depth: number): Position[] {
  const head = readHead(cursor, depth);
  if (head.type === types.line) return readPositions(cursor, head);
  if (head.type !== types.compound) refuseArcs(head.type);
  const ring: Position[] = [];
  for (let left = readCount(cursor, leastBytes, head); left > 0; left--) {
    addToCurve(ring, readCurve(cursor, depth + 1));
  }
  return ring;
}

/** Skips a geometry without area. */
function skip(cursor: WkbCursor, head: Head, depth: number): void {
  const { type, stride } = head;
  if (type === types.point) take(cursor, stride);
  else if (type === types.line || type === types.arcs) take(cursor, stride * readCount(cursor, stride, head));
  else for (let left = readCount(cursor, leastBytes, head); left > 0; left--) skipNext(cursor, depth + 1);
}

function skipNext(cursor: WkbCursor, depth: number): void {
  skip(cursor, readHead(cursor, depth), depth);
}

/**
 * ISO adds 1000 for Z, 2000 for M, 3000 for both. Extended WKB has a bit for each, and one for an
 * SRS id that follows.
 */
function readHead(cursor: WkbCursor, depth: number): Head {
  take(cursor, 5);
  const order = cursor.view.getUint8(cursor.at - 5);
  if (order > 1) throw new UnreadableGeometry(`geometry has the byte order ${order}, expected 0 or 1`);
  checkDepth(depth);
  const isLittleEndian = order === 1;
  const code = cursor.view.getUint32(cursor.at - 4, isLittleEndian);
  const [bits, number] = [code >>> 28, code & 0x0fff_ffff];
  if ((bits & 2) !== 0) take(cursor, 4);
  const [type, iso] = [number % 1000, [2, 3, 3, 4][Math.floor(number / 1000)]];
  if (geometryNames[type] === undefined || iso === undefined)
    throw new UnreadableGeometry(`geometry is a type ${number}, expected ${polygonal}`);
  return { type, stride: 8 * Math.max(iso, 2 + ((bits >> 3) & 1) + ((bits >> 2) & 1)), isLittleEndian };
}

function readPositions(cursor: WkbCursor, head: Head): Position[] {
  const { stride, isLittleEndian } = head;
  const { view } = cursor;
  const start = cursor.at + 4;
  take(cursor, stride * readCount(cursor, stride, head));
  const positions: Position[] = [];
  for (let at = start; at < cursor.at; at += stride)
    positions.push([view.getFloat64(at, isLittleEndian), view.getFloat64(at + 8, isLittleEndian)]);
  return positions;
}

function times<Item>(length: number, make: () => Item): Item[] {
  return Array.from({ length }, make);
}

/** A count of things of at least so many bytes each. */
function readCount(cursor: WkbCursor, bytesEach: number, { isLittleEndian }: Head): number {
  take(cursor, 4);
  const n = cursor.view.getUint32(cursor.at - 4, isLittleEndian);
  if (n * bytesEach > cursor.view.byteLength - cursor.at) throw new UnreadableGeometry(cutShort);
  return n;
}

function take(cursor: WkbCursor, bytes: number): void {
  cursor.at += bytes;
  if (cursor.at > cursor.view.byteLength) throw new UnreadableGeometry(cutShort);
}
