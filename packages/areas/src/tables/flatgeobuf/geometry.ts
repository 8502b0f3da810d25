import type { Position } from '../../area.ts';
import type { LeftOut } from '../../left-out.ts';
import {
  addRings,
  addToCurve,
  addWithoutArea,
  checkDepth,
  type FoundRings,
  foundPolygons,
  refuseArcs,
} from '../found-rings.ts';
import { addEmpty, cutShort, polygonal, type ReadPolygons, UnreadableGeometry } from '../stored-polygons.ts';
import { byte, FlatError, type FlatTable, numberIn, tablesIn, vectorIn } from './flat-table.ts';
import { fields, geometryTypes } from './schema.ts';

/**
 * The polygons of a geometry of a FlatGeobuf, with Z and M dropped; `type` is that of the header,
 * where it has one. They come from the same types as in well-known binary. Counts are checked
 * against the bytes before anything is built. Throws UnreadableGeometry.
 */
export function readGeometry(geometry: FlatTable, type: number, left: LeftOut): ReadPolygons {
  const reading: Reading = { found: foundPolygons(left), parts: geometry.view.byteLength / 4 };
  try {
    read(geometry, type, reading, 0);
  } catch (error) {
    if (error instanceof FlatError) throw new UnreadableGeometry(cutShort);
    throw error;
  }
  return reading.found;
}

interface Reading {
  readonly found: FoundRings;
  /**
   * The parts that may still be read: one that several name cannot make more than the bytes are.
   */
  parts: number;
}

const { any, line, polygon, multiPolygon, collection, compound, curvePolygon } = geometryTypes;
const { multiSurface, polyhedral, tin, triangle } = geometryTypes;
const ofParts: readonly number[] = [multiPolygon, collection, multiSurface, polyhedral, tin];

function read(geometry: FlatTable, typeOfAll: number, reading: Reading, depth: number): void {
  const type = typeOfAll === any ? typeOf(geometry) : typeOfAll;
  const { found } = reading;
  checkDepth(depth);
  if (type === polygon || type === triangle) addRings(found, ringsOf(geometry));
  else if (type === curvePolygon)
    addRings(
      found,
      partsOf(geometry, reading).map((part) => curveOf(part, reading, depth + 1)),
    );
  else if (ofParts.includes(type)) {
    const parts = partsOf(geometry, reading);
    if (parts.length === 0) addEmpty(found.left);
    const typeOfParts = type === multiPolygon ? polygon : any;
    for (const part of parts) read(part, typeOfParts, reading, depth + 1);
  } else addWithoutArea(found, type);
}

function curveOf(curve: FlatTable, reading: Reading, depth: number): Position[] {
  checkDepth(depth);
  const type = typeOf(curve);
  if (type === line) return positionsOf(xyOf(curve));
  if (type !== compound) refuseArcs(type);
  const ring: Position[] = [];
  for (const part of partsOf(curve, reading)) addToCurve(ring, curveOf(part, reading, depth + 1));
  return ring;
}

function typeOf(geometry: FlatTable): number {
  return numberIn(geometry, fields.geometry.type, 1, byte) ?? any;
}

function partsOf(geometry: FlatTable, reading: Reading): FlatTable[] {
  const parts = tablesIn(geometry, fields.geometry.parts);
  reading.parts -= parts.length;
  if (reading.parts < 0) throw new UnreadableGeometry(cutShort);
  return parts;
}

/** The rings of a polygon: `ends` says where each of several ends. */
function ringsOf(geometry: FlatTable): Position[][] {
  const xy = xyOf(geometry);
  if (xy.length === 0) return [];
  const ends = vectorIn(geometry, fields.geometry.ends, 4);
  if (ends === undefined || ends.length < 2) return [positionsOf(xy)];
  let from = 0;
  return Array.from({ length: ends.length }, (_, i) => {
    const to = ends.view.getUint32(4 * i, true);
    if (to < from || 2 * to > xy.length)
      throw new UnreadableGeometry(`geometry has a ring from position ${from} to ${to}, expected ${polygonal}`);
    const ring = positionsOf(xy.subarray(2 * from, 2 * to));
    from = to;
    return ring;
  });
}

function positionsOf(xy: Float64Array): Position[] {
  return Array.from({ length: Math.floor(xy.length / 2) }, (_, i): Position => [xy[2 * i]!, xy[2 * i + 1]!]);
}

function xyOf(geometry: FlatTable): Float64Array {
  const { view, length } = vectorIn(geometry, fields.geometry.xy, 8) ?? { length: 0 };
  return Float64Array.from({ length }, (_, i) => view?.getFloat64(8 * i, true) ?? 0);
}
