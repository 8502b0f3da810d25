/**
 * How positions on a datum are brought to WGS 84 within a box: by the numbers of `+towgs84`, or not
 * at all.
 */
export interface Shift {
  /**
   * Degrees of longitude and latitude on WGS 84; absent: everywhere. West is beyond east where it
   * crosses the antimeridian.
   */
  readonly box?: Box;
  /** Three or seven numbers as text; absent: longitude and latitude stay as they are. */
  readonly towgs84?: string;
  /** PROJ shifts positions here in a way that proj4 does not compute. */
  readonly isUnknown?: true;
}

type Box = readonly [west: number, south: number, east: number, north: number];

/**
 * Shifts from the text that tables and definitions have: `w,s,e,n:x,y,z;…`, first come first
 * served, the box left out where it is the whole world, `none` for a shift that is none, `!` for
 * one that proj4 does not compute.
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

/** The first of the shifts that is for this place, by its index; the first of all where none is. */
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

/** Whether the numbers of a shift move nothing. */
export function isZero(towgs84: string): boolean {
  return towgs84.split(',').every((number) => Number(number) === 0);
}
