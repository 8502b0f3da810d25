import proj4 from 'proj4';
import type { Crs } from '../crs.ts';
import { numberOf, type ProjWords, projText, projWords } from './proj-words.ts';
import { readShifts, type Shift } from './shifts.ts';

/** A parsed definition. */
export interface Parsed {
  /** The projection and its parameters, the unit and the axes. */
  readonly projection: ProjWords;
  /** The ellipsoid or sphere of the longitudes and latitudes. */
  readonly ellipsoid: ProjWords;
  readonly isGeographic: boolean;
  /** The zero of longitudes, in degrees east of Greenwich. */
  readonly meridian: number;
  /** Degrees in one unit of a geographic CRS. */
  readonly degrees: number;
  /** At least one. */
  readonly shifts: readonly Shift[];
  /** Whether the definition has a shift to WGS 84, even one of zero. */
  readonly isShiftSaid: boolean;
  /** The radius of the sphere that is projected in place of the ellipsoid. */
  readonly sphere?: number;
}

const ofEllipsoid = ['ellps', 'datum', 'a', 'b', 'rf', 'f', 'R'];
const ofOurs = ['pm', 'degrees', 'shifts', 'towgs84', 'sphere', 'R_A', 'nadgrids', 'wktext', 'no_defs', 'type'];

/** Defaults of PROJ, without which proj4 computes NaN. */
const defaults = new Map([
  ['lat_0', '0'],
  ['lon_0', '0'],
  ['x_0', '0'],
  ['y_0', '0'],
]);

export function parse(definition: string): Parsed {
  const words = projWords(definition);
  const ellipsoid = new Map([...words].filter(([name]) => ofEllipsoid.includes(name)));
  const projection = new Map(
    [...defaults, ...words].filter(([name]) => !ofEllipsoid.includes(name) && !ofOurs.includes(name)),
  );
  const [towgs84, shifts] = [words.get('towgs84'), words.get('shifts')];
  const sphere = words.has('R_A') ? authalicRadius(ellipsoid) : numberOf(words, 'sphere', Number.NaN);
  return {
    projection,
    ellipsoid,
    isGeographic: geographic.includes(String(words.get('proj'))),
    meridian: meridianOf(words),
    degrees: numberOf(words, 'degrees', 1),
    shifts: readShifts(typeof shifts === 'string' ? shifts : typeof towgs84 === 'string' ? towgs84 : 'none'),
    isShiftSaid: typeof shifts === 'string' || typeof towgs84 === 'string',
    ...(Number.isFinite(sphere) && { sphere }),
  };
}

const geographic = ['longlat', 'latlong', 'lonlat', 'latlon'];

/** PROJ text of the CRS for proj4 with one shift, without the unit of longitude and latitude. */
export function planeText(parsed: Parsed, { towgs84 }: Shift): string {
  const { projection, ellipsoid, sphere, meridian } = parsed;
  if (sphere !== undefined) return `${projText(projection)} +R=${sphere}`;
  return [projText(projection), projText(ellipsoid), meridian && `+pm=${meridian}`, towgs84 && `+towgs84=${towgs84}`]
    .filter(Boolean)
    .join(' ');
}

/** PROJ text for proj4 of longitude and latitude beneath the CRS, with one shift. */
export function geographicText(parsed: Parsed, shift: Shift): string {
  const { sphere: _, ...rest } = parsed;
  return planeText({ ...rest, projection: new Map([['proj', 'longlat']]) }, shift);
}

/** The members of a proj4 definition that are used here; its own types omit most of them. */
export interface Parameters {
  readonly projName: string;
  /** All names of the projection. */
  readonly names: readonly string[];
  /** The longitude in the middle of a projection, in radians. */
  readonly long0?: number;
  readonly to_meter?: number;
  readonly from_greenwich?: number;
  readonly a: number;
  readonly b: number;
}

const parameters = new Map<string, Parameters>();
const mostParameters = 100;

/**
 * Reads a definition, once. Throws the error of proj4 for a definition that it does not understand.
 */
export function parametersOf({ definition }: Pick<Crs, 'definition'>): Parameters {
  const known = parameters.get(definition);
  if (known) return known;
  const parsed = parse(definition);
  const read = new proj4.Proj(planeText(parsed, parsed.shifts[0] ?? {})) as unknown as Parameters;
  if (parameters.size >= mostParameters) parameters.clear();
  parameters.set(definition, read);
  return read;
}

/** Whether the ellipsoid is GRS 80 or WGS 84, which differ by a tenth of a millimetre. */
export function isModern(ellipsoid: ProjWords): boolean {
  const { a, b } = axesOf(ellipsoid);
  return a === 6_378_137 && Math.abs(b - 6_356_752.3142) < 0.001;
}

/** The semi-axes in metres. */
export function axesOf(ellipsoid: ProjWords): { readonly a: number; readonly b: number } {
  return new proj4.Proj(`+proj=longlat ${projText(ellipsoid)}`) as unknown as Parameters;
}

function meridianOf(words: ProjWords): number {
  const name = words.get('pm');
  const known = typeof name === 'string' ? meridians[name.toLowerCase()] : undefined;
  return known ?? numberOf(words, 'pm', 0);
}

/** The meridians of PROJ with all digits; those of proj4 have fewer. */
const meridians: Readonly<Record<string, number>> = {
  greenwich: 0,
  lisbon: -(9 + 7 / 60 + 54.862 / 3600),
  paris: 2 + 20 / 60 + 14.025 / 3600,
  bogota: -(74 + 4 / 60 + 51.3 / 3600),
  madrid: -(3 + 41 / 60 + 16.58 / 3600),
  rome: 12 + 27 / 60 + 8.4 / 3600,
  bern: 7 + 26 / 60 + 22.5 / 3600,
  jakarta: 106 + 48 / 60 + 27.79 / 3600,
  ferro: -(17 + 40 / 60),
  brussels: 4 + 22 / 60 + 4.71 / 3600,
  stockholm: 18 + 3 / 60 + 29.8 / 3600,
  athens: 23 + 42 / 60 + 58.815 / 3600,
  oslo: 10 + 43 / 60 + 22.5 / 3600,
  copenhagen: 12 + 34 / 60 + 40.35 / 3600,
};

/**
 * The radius of the sphere with the surface of the ellipsoid (Snyder, Map Projections, equation
 * 3-13).
 */
function authalicRadius(ellipsoid: ProjWords): number {
  const { a, b } = axesOf(ellipsoid);
  const e = Math.sqrt(1 - (b * b) / (a * a));
  if (e === 0) return a;
  const q = 1 - ((1 - e * e) / (2 * e)) * Math.log((1 - e) / (1 + e));
  return a * Math.sqrt(q / 2);
}
