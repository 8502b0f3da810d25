import type { Position } from '../area.ts';
import type { ParsedPolygons } from '../geojson.ts';
import { checkPolygons, type FoundPolygon, type Problem } from '../rings.ts';

/** Where reading has come to. */
export interface WkbCursor {
  readonly view: DataView;
  /** What becomes of a position. */
  readonly convert: (x: number, y: number) => Position;
  at: number;
}

export type Rings = readonly (readonly (readonly number[])[])[];

/** Thrown for bytes that are no polygons; the message is the problem's sentence. */
export class UnreadableGeometry extends Error {
  override readonly name = 'UnreadableGeometry';
}

export const cutShort = 'geometry is cut short';

/** What `read` yields as polygons, or the first thing that is wrong with it. */
export function checkRead(read: () => readonly Rings[]): ParsedPolygons | Problem {
  try {
    // Parts without rings hold nothing.
    const parts = read().filter((rings) => rings.length > 0);
    if (parts.length === 0) return { problem: 'geometry is empty, expected a Polygon or MultiPolygon' };
    const found = parts.map((rings, i): FoundPolygon => ({ where: parts.length > 1 ? `polygon ${i}, ` : '', rings }));
    const checked = checkPolygons(found);
    return 'problem' in checked ? checked : { ...checked, places: found.map(({ where }) => where) };
  } catch (error) {
    if (error instanceof UnreadableGeometry) return { problem: error.message };
    throw error;
  }
}

/**
 * The polygons of well-known binary: Polygon and MultiPolygon, in either byte order, with Z and M (dropped) in the codes of ISO and of
 * extended WKB. Counts are checked against the bytes that are there before anything is built. Throws UnreadableGeometry.
 */
export function readWkb(cursor: WkbCursor): readonly Rings[] {
  const { type, dimensions, isLittleEndian } = readType(cursor);
  if (type === polygonType) return [readRings(cursor, dimensions, isLittleEndian)];
  if (type !== multiPolygonType) refuse(type, 'a Polygon or MultiPolygon');
  const length = readCount(cursor, 9, isLittleEndian);
  return Array.from({ length }, () => {
    const part = readType(cursor);
    if (part.type !== polygonType) refuse(part.type, 'only Polygons in a MultiPolygon');
    return readRings(cursor, part.dimensions, part.isLittleEndian);
  });
}

const polygonType = 3;
const multiPolygonType = 6;
const typeNames: Readonly<Record<number, string>> = {
  1: 'Point',
  2: 'LineString',
  3: 'Polygon',
  4: 'MultiPoint',
  5: 'MultiLineString',
  6: 'MultiPolygon',
  7: 'GeometryCollection',
  8: 'CircularString',
  9: 'CompoundCurve',
  10: 'CurvePolygon',
  11: 'MultiCurve',
  12: 'MultiSurface',
  15: 'PolyhedralSurface',
  16: 'TIN',
  17: 'Triangle',
};

function refuse(type: number, expected: string): never {
  const hint = type >= 8 && type <= 12 ? ' (ogr2ogr -nlt CONVERT_TO_LINEAR makes straight edges of curves)' : '';
  throw new UnreadableGeometry(`geometry is a ${typeNames[type] ?? `type ${type}`}, expected ${expected}${hint}`);
}

/** ISO adds 1000 for Z, 2000 for M, 3000 for both; extended WKB has a bit for each, and one for an SRS id that follows. */
function readType(cursor: WkbCursor) {
  take(cursor, 5);
  const isLittleEndian = cursor.view.getUint8(cursor.at - 5) === 1;
  const code = cursor.view.getUint32(cursor.at - 4, isLittleEndian);
  const [bits, number] = [code >>> 28, code & 0x0fff_ffff];
  if ((bits & 2) !== 0) take(cursor, 4);
  const iso = [2, 3, 3, 4][Math.floor(number / 1000)] ?? 2;
  const dimensions = Math.max(iso, 2 + ((bits >> 3) & 1) + ((bits >> 2) & 1));
  return { type: number % 1000, dimensions, isLittleEndian };
}

function readRings(cursor: WkbCursor, dimensions: number, isLittleEndian: boolean): Rings {
  const stride = 8 * dimensions;
  return Array.from({ length: readCount(cursor, 4, isLittleEndian) }, () =>
    Array.from({ length: readCount(cursor, stride, isLittleEndian) }, () => {
      take(cursor, stride);
      const start = cursor.at - stride;
      return cursor.convert(
        cursor.view.getFloat64(start, isLittleEndian),
        cursor.view.getFloat64(start + 8, isLittleEndian),
      );
    }),
  );
}

/** A number of things of at least so many bytes each. */
function readCount(cursor: WkbCursor, bytesEach: number, isLittleEndian: boolean): number {
  take(cursor, 4);
  const n = cursor.view.getUint32(cursor.at - 4, isLittleEndian);
  if (n * bytesEach > cursor.view.byteLength - cursor.at) throw new UnreadableGeometry(cutShort);
  return n;
}

function take(cursor: WkbCursor, bytes: number): void {
  cursor.at += bytes;
  if (cursor.at > cursor.view.byteLength) throw new UnreadableGeometry(cutShort);
}
