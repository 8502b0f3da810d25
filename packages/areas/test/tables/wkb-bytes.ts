import type { Position } from '../../src/index.ts';

/**
 * A geometry for well-known binary: a type, and positions, rings of positions or other geometries.
 */
export type Geometry =
  | { readonly type: number; readonly position: Position }
  | { readonly type: number; readonly positions: readonly Position[] }
  | { readonly type: number; readonly rings: readonly (readonly Position[])[] }
  | { readonly type: number; readonly geometries: readonly Geometry[] };

/**
 * The style of well-known binary: the number added to a type's code, the number of additional
 * coordinates, and whether an SRS id follows.
 */
export interface WkbStyle {
  readonly isLittleEndian: boolean;
  readonly code: number;
  readonly extra: number;
  readonly hasSrid: boolean;
}

export const plainStyle: WkbStyle = { isLittleEndian: true, code: 0, extra: 0, hasSrid: false };

export const types = {
  ...{
    point: 1,
    line: 2,
    polygon: 3,
    multiPoint: 4,
    multiLine: 5,
    multiPolygon: 6,
    collection: 7,
    arcs: 8,
    compound: 9,
  },
  ...{ curvePolygon: 10, multiCurve: 11, multiSurface: 12, polyhedral: 15, tin: 16, triangle: 17 },
} as const;

export const polygon = (...rings: (readonly Position[])[]): Geometry => ({ type: types.polygon, rings });
export const line = (...positions: Position[]): Geometry => ({ type: types.line, positions });
export const point = (position: Position): Geometry => ({ type: types.point, position });
export const of = (type: keyof typeof types, ...geometries: Geometry[]): Geometry => ({
  type: types[type],
  geometries,
});

/** Well-known binary of a geometry; `styleOf` gives each inner geometry its own style. */
export function wkbOf(geometry: Geometry, styleOf: () => WkbStyle = () => plainStyle): Buffer {
  const { isLittleEndian, code, extra, hasSrid } = styleOf();
  const u32 = (value: number) => {
    const buffer = Buffer.alloc(4);
    if (isLittleEndian) buffer.writeUInt32LE(value);
    else buffer.writeUInt32BE(value);
    return buffer;
  };
  const place = (position: Position) => {
    const buffer = Buffer.alloc(8 * (2 + extra));
    [...position, ...Array.from({ length: extra }, () => Number.NaN)].forEach((value, i) => {
      if (isLittleEndian) buffer.writeDoubleLE(value, 8 * i);
      else buffer.writeDoubleBE(value, 8 * i);
    });
    return buffer;
  };
  const list = (positions: readonly Position[]) => [u32(positions.length), ...positions.map(place)];
  const head = [Buffer.of(Number(isLittleEndian)), u32((code + geometry.type + (hasSrid ? 0x2000_0000 : 0)) >>> 0)];
  if (hasSrid) head.push(u32(4326));
  if ('position' in geometry) return Buffer.concat([...head, place(geometry.position)]);
  if ('positions' in geometry) return Buffer.concat([...head, ...list(geometry.positions)]);
  if ('rings' in geometry) return Buffer.concat([...head, u32(geometry.rings.length), ...geometry.rings.flatMap(list)]);
  return Buffer.concat([
    ...head,
    u32(geometry.geometries.length),
    ...geometry.geometries.map((one) => wkbOf(one, styleOf)),
  ]);
}
