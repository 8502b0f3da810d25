import type { ParsedPolygons } from '../geojson.ts';
import { checkPolygons, type FoundPolygon, type Problem } from '../rings.ts';
import type { Bbox } from '../table.ts';
import type { LonLat } from './lon-lat.ts';

/**
 * Polygons of a geometry as GeoPackage stores it: a header, then well-known binary
 * (https://www.geopackage.org/spec131/#gpb_format). Polygon and MultiPolygon, in either byte order, with Z and M (dropped)
 * in the codes of ISO and of extended WKB. Counts are checked against the bytes that are there before anything is built.
 */
export function readPolygons(blob: unknown, lonLat: LonLat): ParsedPolygons | Problem {
  try {
    const { view, wkbAt, isEmpty } = readHeader(blob);
    const polygons = isEmpty ? [] : readGeometry({ view, at: wkbAt, convert: lonLat.convert });
    // Parts without rings hold nothing.
    const parts = polygons.filter((rings) => rings.length > 0);
    if (parts.length === 0) return { problem: 'geometry is empty, expected a Polygon or MultiPolygon' };
    const found = parts.map((rings, i): FoundPolygon => ({ where: parts.length > 1 ? `polygon ${i}, ` : '', rings }));
    const checked = checkPolygons(found);
    return 'problem' in checked ? checked : { ...checked, places: found.map(({ where }) => where) };
  } catch (error) {
    if (error instanceof UnreadableGeometry) return { problem: error.message };
    throw error;
  }
}

/** The box that the header gives, in the CRS of the table; none if it gives none or there is no header. */
export function readEnvelope(blob: unknown): Bbox | undefined {
  try {
    const { view, envelopeSize, isEmpty, isLittleEndian } = readHeader(blob);
    if (isEmpty || envelopeSize === 0) return undefined;
    const [minX, maxX, minY, maxY] = [8, 16, 24, 32].map((at) => view.getFloat64(at, isLittleEndian));
    return [minX as number, minY as number, maxX as number, maxY as number];
  } catch (error) {
    if (error instanceof UnreadableGeometry) return undefined;
    throw error;
  }
}

class UnreadableGeometry extends Error {
  override readonly name = 'UnreadableGeometry';
}

const cutShort = 'geometry is cut short';

/** Bytes of the envelope, by the code in the flags. */
const envelopeSizes = [0, 32, 48, 48, 64];

function readHeader(blob: unknown) {
  if (blob === null) throw new UnreadableGeometry('geometry is missing, expected a Polygon or MultiPolygon');
  if (!(blob instanceof Uint8Array)) throw new UnreadableGeometry(`geometry is a ${typeof blob}, expected bytes`);
  if (blob.length < 8) throw new UnreadableGeometry(cutShort);
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const flags = view.getUint8(3);
  const envelopeSize = envelopeSizes[(flags >> 1) & 7];
  if (view.getUint16(0) !== 0x4750 || (flags & 0x20) !== 0 || envelopeSize === undefined) {
    throw new UnreadableGeometry('geometry has no GeoPackage header');
  }
  const wkbAt = 8 + envelopeSize;
  if (blob.length < wkbAt) throw new UnreadableGeometry(cutShort);
  return { view, wkbAt, envelopeSize, isEmpty: (flags & 0x10) !== 0, isLittleEndian: (flags & 1) !== 0 };
}

/** Where reading has come to. */
interface Cursor {
  readonly view: DataView;
  readonly convert: LonLat['convert'];
  at: number;
}

type Rings = readonly (readonly (readonly number[])[])[];

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

function readGeometry(cursor: Cursor): readonly Rings[] {
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

function refuse(type: number, expected: string): never {
  const hint = type >= 8 && type <= 12 ? ' (ogr2ogr -nlt CONVERT_TO_LINEAR makes straight edges of curves)' : '';
  throw new UnreadableGeometry(`geometry is a ${typeNames[type] ?? `type ${type}`}, expected ${expected}${hint}`);
}

/** ISO adds 1000 for Z, 2000 for M, 3000 for both; extended WKB has a bit for each, and one for an SRS id that follows. */
function readType(cursor: Cursor) {
  take(cursor, 5);
  const isLittleEndian = cursor.view.getUint8(cursor.at - 5) === 1;
  const code = cursor.view.getUint32(cursor.at - 4, isLittleEndian);
  const [bits, number] = [code >>> 28, code & 0x0fff_ffff];
  if ((bits & 2) !== 0) take(cursor, 4);
  const iso = [2, 3, 3, 4][Math.floor(number / 1000)] ?? 2;
  const dimensions = Math.max(iso, 2 + ((bits >> 3) & 1) + ((bits >> 2) & 1));
  return { type: number % 1000, dimensions, isLittleEndian };
}

function readRings(cursor: Cursor, dimensions: number, isLittleEndian: boolean): Rings {
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
function readCount(cursor: Cursor, bytesEach: number, isLittleEndian: boolean): number {
  take(cursor, 4);
  const n = cursor.view.getUint32(cursor.at - 4, isLittleEndian);
  if (n * bytesEach > cursor.view.byteLength - cursor.at) throw new UnreadableGeometry(cutShort);
  return n;
}

function take(cursor: Cursor, bytes: number): void {
  cursor.at += bytes;
  if (cursor.at > cursor.view.byteLength) throw new UnreadableGeometry(cutShort);
}
