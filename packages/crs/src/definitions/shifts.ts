/** The shift of a datum to WGS 84 within a box: the numbers of `+towgs84`, or no change. */
export interface Shift {
  /**
   * Degrees of longitude and latitude on WGS 84; absent: everywhere. West is greater than east
   * where the box crosses the antimeridian.
   */
  readonly box?: Box;
  /** Three or seven numbers as text; absent: longitude and latitude stay unchanged. */
  readonly towgs84?: string;
  /** Present where PROJ has a shift that proj4 cannot compute. */
  readonly isUnknown?: true;
}

type Box = readonly [west: number, south: number, east: number, north: number];

/**
 * Reads the shifts of tables and definitions: `w,s,e,n:x,y,z;…`. The first one that fits counts.
 * The box is omitted for the whole world. `none` means no shift, `!` a shift that proj4 cannot
 * compute.
 */
export function readShifts(text: string): readonly Shift[] {
  return text.split(';').map((entry) => {
    const [where = '', shift = ''] = entry.includes(':') ? entry.split(':') : ['', entry];
    const box = where.split(',').map(Number) as unknown as Box;
    return {
      ...(where && { box }),
      ...(shift === '!' ? { isUnknown: true } : shift !== 'none' && { towgs84: shift === '0' ? '0,0,0' : shift }),
    };
  });
}

/** The index of the first shift for a place, or 0 if there is none. */
export function shiftAt(shifts: readonly Shift[], longitude: number, latitude: number): number {
  for (let index = 0; index < shifts.length; index++) if (isFor(shifts[index]!, longitude, latitude)) return index;
  return 0;
}

export function isFor({ box }: Shift, longitude: number, latitude: number): boolean {
  if (box === undefined) return true;
  const [west, south, east, north] = box;
  if (!(latitude >= south && latitude <= north)) return false;
  return west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
}

/** Whether the numbers of a shift are all zero. */
export function isZero(towgs84: string): boolean {
  return towgs84.split(',').every((number) => Number(number) === 0);
}
