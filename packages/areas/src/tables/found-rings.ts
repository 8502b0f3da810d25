import type { Position } from '../area.ts';
import { kindOf, type LeftOut } from '../left-out.ts';
import { polygonal, type ReadPolygons, type Rings, UnreadableGeometry } from './stored-polygons.ts';

/** The rings of polygons that a reader of stored geometries has found so far. */
export interface FoundRings extends ReadPolygons {
  readonly filled: { readonly at: number; readonly rings: Rings }[];
  readonly empty: number[];
  readonly left: LeftOut;
}

/** Begins with nothing found; `left` collects what is no polygon. */
export function foundPolygons(left: LeftOut): FoundRings {
  return { filled: [], empty: [], left };
}

/** Adds a polygon, which may have no rings. */
export function addRings({ filled, empty }: FoundRings, rings: Rings): void {
  const at = filled.length + empty.length;
  if (rings.length === 0) empty.push(at);
  else filled.push({ at, rings });
}

/** Adds a geometry without area to what is left out. */
export function addWithoutArea({ left }: FoundRings, type: number): void {
  const name = geometryNames[type];
  if (name === undefined) throw new UnreadableGeometry(`geometry is a type ${type}, expected ${polygonal}`);
  left.add(kindOf(name), '', `geometry is a ${name}, expected ${polygonal}`);
}

/** Adds a part to a curve. Each part begins where the one before it ends. */
export function addToCurve(curve: Position[], [first, ...others]: readonly Position[]): void {
  const last = curve.at(-1);
  if (first !== undefined && (last === undefined || last[0] !== first[0] || last[1] !== first[1])) curve.push(first);
  for (const position of others) curve.push(position);
}

/** The types of geometries by their numbers in well-known binary. */
export const geometryNames: Readonly<Record<number, string>> = {
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

/** Throws for a ring with a curve that is not straight. */
export function refuseArcs(type: number): never {
  throw new UnreadableGeometry(
    `geometry has a ${geometryNames[type] ?? `type ${type}`} for an edge, expected straight ones: ogr2ogr -nlt CONVERT_TO_LINEAR makes them, or ST_CurveToLine in a database`,
  );
}

/** The most levels of collections; other programs write none. */
const mostDepth = 16;

/** Throws for a geometry that is so many levels deep within collections. */
export function checkDepth(depth: number): void {
  if (depth > mostDepth) throw new UnreadableGeometry(`geometry is nested more than ${mostDepth} collections deep`);
}
