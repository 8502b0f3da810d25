import type { Position } from '../../area.ts';
import type { LeftOut } from '../../left-out.ts';
import type { Bbox } from '../../table.ts';
import { addRings, addWithoutArea, foundPolygons } from '../found-rings.ts';
import { type Bytes, inOrder, viewOf } from '../records/bytes.ts';
import { cutShort, polygonal, type ReadPolygons, UnreadableGeometry } from '../stored-polygons.ts';
import { polygonsOfPatches } from './patches.ts';
import { polygonsOfRings } from './polygons.ts';

/** The shapes of a .shp file. */
export interface Shapes {
  readonly count: number;
  readonly extent: Bbox | undefined;
  /** The bytes of a shape as it is stored. */
  bytesOf(row: number): number;
  /** The boxes of all shapes, as in a file of records. */
  boxes(): Float64Array;
  polygonsOf(row: number, left: LeftOut): ReadPolygons;
}

const headBytes = 100;
const magic = 9994;

/** The types of shapes: x and y alone, with heights (11 …) or with measures (21 …). */
const kinds = { none: 0, point: 1, line: 3, polygon: 5, points: 8, patches: 31 } as const;

/** The same types in well-known binary, for those without area. */
const withoutArea: Readonly<Record<number, number>> = { [kinds.point]: 1, [kinds.line]: 5, [kinds.points]: 4 };

/**
 * Finds the shapes of a .shp file by its .shx file, or one after the other without it. A place that
 * a .shx file names is compared with the size of the .shp file when the shape is read.
 */
export function findShapes(shp: Bytes, shx: Bytes | undefined): Shapes {
  const head = viewOf(shp.read(0, headBytes));
  if (head.getInt32(0) !== magic) throw new Error('is no shapefile');
  const kind = kindOf(head.getInt32(32, true));
  if (kind !== kinds.polygon && kind !== kinds.patches && kind !== kinds.none)
    throw new Error(`holds ${namesOf[kind] ?? `shapes of a type ${kind}`}, expected polygons`);
  const { places, lengths } = shx ? placesIn(shx) : placesAlong(shp);

  function contentOf(row: number): DataView {
    const [at, length] = [places[row] as number, lengths[row] as number];
    if (at < headBytes || length < 4 || at + 8 + length > shp.size) throw new UnreadableGeometry(cutShort);
    return viewOf(shp.read(at + 8, length));
  }

  return {
    count: places.length,
    extent: boxAt(head, 36),
    bytesOf: (row) => lengths[row] as number,
    boxes() {
      const from = inOrder(shp);
      const boxes = new Float64Array(4 * places.length).fill(Number.NaN);
      for (const [row, at] of places.entries()) {
        if ((lengths[row] as number) < 36 || at < headBytes || at + 44 > shp.size) continue;
        const content = viewOf(from.read(at + 8, 36));
        if (kindOf(content.getInt32(0, true)) === kinds.none) continue;
        for (let side = 0; side < 4; side++) boxes[4 * row + side] = content.getFloat64(4 + 8 * side, true);
      }
      return boxes;
    },
    polygonsOf: (row, left) => polygonsIn(contentOf(row), left),
  };
}

const namesOf: Readonly<Record<number, string>> = {
  [kinds.point]: 'points',
  [kinds.line]: 'lines',
  [kinds.points]: 'multipoints',
};

function kindOf(type: number): number {
  return type === kinds.patches ? type : type % 10;
}

interface Places {
  readonly places: Float64Array;
  readonly lengths: Float64Array;
}

function placesIn(shx: Bytes): Places {
  if (shx.size < headBytes || viewOf(shx.read(0, 4)).getInt32(0) !== magic)
    throw new Error('is damaged: its .shx file is none of a shapefile');
  const count = Math.floor((shx.size - headBytes) / 8);
  const from = inOrder(shx);
  const [places, lengths] = [new Float64Array(count), new Float64Array(count)];
  for (let row = 0; row < count; row++) {
    const entry = viewOf(from.read(headBytes + 8 * row, 8));
    places[row] = 2 * entry.getUint32(0);
    lengths[row] = 2 * entry.getUint32(4);
  }
  return { places, lengths };
}

function placesAlong(shp: Bytes): Places {
  const from = inOrder(shp);
  const [places, lengths]: number[][] = [[], []];
  for (let at = headBytes; at + 8 <= shp.size; ) {
    const length = 2 * viewOf(from.read(at, 8)).getUint32(4);
    places?.push(at);
    lengths?.push(length);
    at += 8 + length;
  }
  return { places: Float64Array.from(places ?? []), lengths: Float64Array.from(lengths ?? []) };
}

function boxAt(view: DataView, at: number): Bbox | undefined {
  const box = [0, 8, 16, 24].map((side) => view.getFloat64(at + side, true)) as unknown as Bbox;
  return box.every(Number.isFinite) ? box : undefined;
}

function polygonsIn(content: DataView, left: LeftOut): ReadPolygons {
  const found = foundPolygons(left);
  const type = content.getInt32(0, true);
  const kind = kindOf(type);
  if (kind === kinds.none) throw new UnreadableGeometry(`geometry is missing, expected ${polygonal}`);
  if (kind === kinds.polygon) for (const rings of polygonsOfRings(partsIn(content, 44))) addRings(found, rings);
  else if (kind === kinds.patches) {
    const parts = partsIn(content, 48);
    const typesAt = 44 + 4 * content.getUint32(36, true);
    const types = parts.map((_, i) => content.getInt32(typesAt + 4 * i, true));
    for (const rings of polygonsOfPatches(parts, types)) addRings(found, rings);
  } else addWithoutArea(found, withoutArea[kind] ?? type);
  return found;
}

/**
 * The parts of a shape, after their numbers are compared with its bytes. `least` bytes go before
 * the positions where there is one part: 40 for the head, and those of each part.
 */
function partsIn(content: DataView, least: 44 | 48): Position[][] {
  if (content.byteLength < 44) throw new UnreadableGeometry(cutShort);
  const [parts, points] = [content.getUint32(36, true), content.getUint32(40, true)];
  const positionsAt = 44 + (least - 40) * parts;
  if (positionsAt + 16 * points > content.byteLength) throw new UnreadableGeometry(cutShort);
  const startOf = (part: number) => (part === parts ? points : content.getUint32(44 + 4 * part, true));
  return Array.from({ length: parts }, (_, part) => {
    const [from, to] = [startOf(part), startOf(part + 1)];
    if (from > to || to > points)
      throw new UnreadableGeometry(`geometry has a part from position ${from} to ${to} of ${points}`);
    return Array.from({ length: to - from }, (_, i): Position => {
      const at = positionsAt + 16 * (from + i);
      return [content.getFloat64(at, true), content.getFloat64(at + 8, true)];
    });
  });
}
