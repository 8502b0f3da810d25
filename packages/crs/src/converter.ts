import proj4 from 'proj4';
import type { Crs } from './crs.ts';
import { geographicText, isModern, type Parsed, parse, planeText } from './definitions/parse.ts';
import { isFor, isZero, type Shift, shiftAt } from './definitions/shifts.ts';

/**
 * Converts a position of one CRS to another. The result is not finite where the other CRS has no
 * place for it.
 */
export type Convert = (x: number, y: number) => [x: number, y: number];

export interface Converter {
  readonly fromLonLat: Convert;
  readonly toLonLat: Convert;
  /** Whether positions stay unchanged. */
  readonly isLonLat: boolean;
}

/** A function from degrees of longitude and latitude on WGS 84 to x and y of the CRS. */
export function fromLonLat(crs: Crs): Convert {
  return converter(crs).fromLonLat;
}

/** A function from x and y of the CRS to degrees of longitude and latitude on WGS 84. */
export function toLonLat(crs: Crs): Convert {
  return converter(crs).toLonLat;
}

/** Whether the CRS is longitude and latitude in degrees, taken for WGS 84 digit for digit. */
export function isLonLat(crs: Crs): boolean {
  return converter(crs).isLonLat;
}

/** Converters by definition. There are as many as operators have CRSs. */
const converters = new Map<string, Converter>();
const mostConverters = 100;

function converter(crs: Crs): Converter {
  const known = converters.get(crs.definition);
  if (known) return known;
  const made = makeConverter(parse(crs.definition));
  if (converters.size >= mostConverters) converters.clear();
  converters.set(crs.definition, made);
  return made;
}

const unchanged: Convert = (x, y) => [x, y];
const nowhere: Convert = () => [Number.NaN, Number.NaN];

/** Conversions in both directions. */
type Way = Pick<Converter, 'fromLonLat' | 'toLonLat'>;

function makeConverter(parsed: Parsed): Converter {
  const { isGeographic, meridian, degrees, shifts } = parsed;
  if (isGeographic && !meridian && degrees === 1 && isUnshifted(parsed)) {
    return { fromLonLat: unchanged, toLonLat: unchanged, isLonLat: true };
  }
  const made = new Map<string, Way>();
  const ways = shifts.map((shift) => {
    const key = shift.isUnknown ? '!' : (shift.towgs84 ?? '');
    const way = made.get(key) ?? wayBy(parsed, shift);
    made.set(key, way);
    return way;
  });
  const way = ways.length === 1 ? ways[0]! : byPlace(shifts, ways);
  return { ...(degrees === 1 ? way : inUnits(way, degrees)), isLonLat: false };
}

/**
 * Whether longitude and latitude stay unchanged: there is no shift, or a shift of zero between
 * practically equal ellipsoids.
 */
function isUnshifted({ ellipsoid, shifts }: Parsed): boolean {
  return shifts.every(({ towgs84, isUnknown }) =>
    towgs84 === undefined ? !isUnknown : isZero(towgs84) && isModern(ellipsoid),
  );
}

function wayBy(parsed: Parsed, shift: Shift): Way {
  if (shift.isUnknown) return { fromLonLat: nowhere, toLonLat: nowhere };
  return parsed.sphere === undefined ? wayOf(planeText(parsed, shift)) : overSphere(parsed, shift);
}

function wayOf(text: string, from = 'WGS84'): Way {
  const [source, target] = [systemOf(from), systemOf(text)];
  return { fromLonLat: between(source, target), toLonLat: between(target, source) };
}

type System = Parameters<typeof proj4.transform>[0];

function systemOf(text: string): System {
  // The library declares a class of its own for what it takes here.
  return new proj4.Proj(text) as unknown as System;
}

/**
 * proj4 throws for numbers that are not finite, and some projections (oblique Mercator) throw where
 * there is no place.
 */
function between(source: System, target: System): Convert {
  return (fromX, fromY) => {
    if (!Number.isFinite(fromX) || !Number.isFinite(fromY)) return nowhere(fromX, fromY);
    try {
      // proj4's own converter takes 1.5 times as long for the same steps. Without a height, both
      // take twice as long.
      const position = proj4.transform(source, target, { x: fromX, y: fromY, z: 0 }, true);
      return position ? [position.x, position.y] : nowhere(fromX, fromY);
    } catch {
      return nowhere(fromX, fromY);
    }
  };
}

/** Shifts on the ellipsoid, then projects from a sphere with the same longitudes and latitudes. */
function overSphere(parsed: Parsed, shift: Shift): Way {
  const onPlane = wayOf(planeText(parsed, {}), `+proj=longlat +R=${parsed.sphere}`);
  if (shift.towgs84 === undefined && parsed.meridian === 0) return onPlane;
  const onEllipsoid = wayOf(geographicText(parsed, shift));
  return {
    fromLonLat: (longitude, latitude) => onPlane.fromLonLat(...onEllipsoid.fromLonLat(longitude, latitude)),
    toLonLat: (x, y) => onEllipsoid.toLonLat(...onPlane.toLonLat(x, y)),
  };
}

/** Converts each position with the first shift for its place. */
function byPlace(shifts: readonly Shift[], ways: readonly Way[]): Way {
  const anyway = ways.find((way) => way.toLonLat !== nowhere) ?? ways[0]!;
  return {
    fromLonLat: (longitude, latitude) => ways[shiftAt(shifts, longitude, latitude)]!.fromLonLat(longitude, latitude),
    toLonLat: (x, y) => {
      // Every shift finds the place within some hundred metres. That selects the right shift
      // everywhere except at the edge of a box.
      const [longitude, latitude] = anyway.toLonLat(x, y);
      const index = shiftAt(shifts, longitude, latitude);
      const position = ways[index]!.toLonLat(x, y);
      if (shiftAt(shifts, ...position) === index) return position;
      const other = ways[shiftAt(shifts, ...position)]!.toLonLat(x, y);
      return isFor(shifts[shiftAt(shifts, ...position)]!, ...other) ? other : position;
    },
  };
}

function inUnits({ fromLonLat, toLonLat }: Way, degrees: number): Way {
  return {
    fromLonLat: (longitude, latitude) => {
      const [x, y] = fromLonLat(longitude, latitude);
      return [x / degrees, y / degrees];
    },
    toLonLat: (x, y) => toLonLat(x * degrees, y * degrees),
  };
}
