import { isRefusal, type Refusal } from '@cellshed/contracts';
import type { Crs } from '@cellshed/crs';
import { kinds, type LeftOut, leftOut } from '../left-out.ts';
import { storedPositions } from '../positions.ts';
import { checkPolygons, type ParsedPolygons } from '../rings.ts';

export type Rings = readonly (readonly (readonly number[])[])[];

/**
 * The polygons of a geometry, counted from 0: the ones with rings, and the numbers of the ones
 * without.
 */
export interface ReadPolygons {
  readonly filled: readonly { readonly at: number; readonly rings: Rings }[];
  readonly empty: readonly number[];
}

/** Bytes that are no polygons; the message is the problem's sentence. */
export class UnreadableGeometry extends Error {
  override readonly name = 'UnreadableGeometry';
}

export const cutShort = 'geometry is cut short';

export const polygonal = 'a Polygon or MultiPolygon';

/**
 * The polygons that `read` returns in a CRS, or the first problem. `read` adds everything that is
 * no polygon to what is left out.
 */
export function checkRead(read: (left: LeftOut) => ReadPolygons, crs: Crs | undefined): ParsedPolygons | Refusal {
  const left = leftOut();
  try {
    const { filled, empty } = read(left);
    const where = (i: number) => (filled.length + empty.length > 1 ? `polygon ${i}, ` : '');
    for (const i of empty) addEmpty(left, where(i));
    const found = filled.map(({ at, rings }) => ({ where: where(at), rings }));
    const checked = checkPolygons(found, left, { check: storedPositions(crs) });
    return isRefusal(checked) || crs === undefined ? checked : { ...checked, crs };
  } catch (error) {
    if (error instanceof UnreadableGeometry) return { problem: error.message };
    throw error;
  }
}

export function addEmpty(left: LeftOut, where = ''): void {
  left.add(kinds.empty, where, `geometry is empty, expected ${polygonal}`);
}
