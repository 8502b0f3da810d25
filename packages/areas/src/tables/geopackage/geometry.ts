import type { Refusal } from '@cellshed/contracts';
import type { Crs } from '@cellshed/crs';
import type { ParsedPolygons } from '../../rings.ts';
import type { Bbox } from '../../table.ts';
import { addEmpty, checkRead, cutShort, UnreadableGeometry } from '../stored-polygons.ts';
import { readWkb } from '../wkb.ts';

/**
 * The polygons of a geometry as GeoPackage stores it: a header, then well-known binary
 * (https://www.geopackage.org/spec131/#gpb_format).
 */
export function readPolygons(blob: unknown, crs: Crs | undefined): ParsedPolygons | Refusal {
  return checkRead((left) => {
    const { view, wkbAt, isEmpty } = readHeader(blob);
    if (!isEmpty) return readWkb({ view, at: wkbAt }, left);
    addEmpty(left);
    return { filled: [], empty: [] };
  }, crs);
}

/**
 * The box in the header, in the CRS of the table. Undefined if there is no header, no box, or a box
 * without numbers.
 */
export function readEnvelope(blob: unknown): Bbox | undefined {
  try {
    const { view, envelopeSize, isEmpty, isLittleEndian } = readHeader(blob);
    if (isEmpty || envelopeSize === 0) return undefined;
    const [minX, maxX, minY, maxY] = [8, 16, 24, 32].map((at) => view.getFloat64(at, isLittleEndian));
    const box: Bbox = [minX as number, minY as number, maxX as number, maxY as number];
    return box.every(Number.isFinite) ? box : undefined;
  } catch (error) {
    if (error instanceof UnreadableGeometry) return undefined;
    throw error;
  }
}

/** The bytes of the envelope, by the code in the flags. */
const envelopeSizes = [0, 32, 48, 48, 64];

function readHeader(blob: unknown) {
  if (blob === null || blob === undefined)
    throw new UnreadableGeometry('geometry is missing, expected a Polygon or MultiPolygon');
  if (!(blob instanceof Uint8Array)) throw new UnreadableGeometry(`geometry is a ${typeof blob}, expected bytes`);
  if (blob.length < 8) throw new UnreadableGeometry(cutShort);
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const flags = view.getUint8(3);
  const envelopeSize = envelopeSizes[(flags >> 1) & 7];
  if (view.getUint16(0) !== 0x4750 || envelopeSize === undefined) {
    const is = isSpatialite(blob)
      ? 'is one of SpatiaLite: ogr2ogr -f GPKG makes a GeoPackage'
      : 'has no GeoPackage header';
    throw new UnreadableGeometry(`geometry ${is}`);
  }
  const wkbAt = 8 + envelopeSize;
  if (blob.length < wkbAt) throw new UnreadableGeometry(cutShort);
  // An extended geometry begins with the code of its extension, except curves, which are plain.
  if ((flags & 0x20) !== 0 && (blob[wkbAt] ?? 0) > 1) {
    const code = String.fromCharCode(...blob.subarray(wkbAt, wkbAt + 4)).replace(/[^ -~]/g, '?');
    throw new UnreadableGeometry(`geometry is one of the extension ${code}, expected well-known binary`);
  }
  return { view, wkbAt, envelopeSize, isEmpty: (flags & 0x10) !== 0, isLittleEndian: (flags & 1) !== 0 };
}

/**
 * Whether bytes are a geometry of SpatiaLite: it begins with 0 and a byte order, and has a mark
 * after the box.
 */
function isSpatialite(blob: Uint8Array): boolean {
  return blob[0] === 0 && (blob[1] ?? 2) <= 1 && blob[38] === 0x7c && blob.at(-1) === 0xfe;
}
