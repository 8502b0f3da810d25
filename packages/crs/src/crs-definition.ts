import { toProj4 } from 'geotiff-geokeys-to-proj4';
import proj4 from 'proj4';

/** A coordinate reference system, ready for proj4. */
export interface Crs {
  /** What people call it: `EPSG:5070` where the code is known, else the PROJ text. */
  readonly name: string;
  /** A definition that proj4 understands. */
  readonly definition: string;
}

/** The keys of a GeoTIFF that tell its CRS, by their names. */
export type GeoKeys = Readonly<Record<string, unknown>>;

/** What proj4 makes of a definition; its own types leave most of it out. */
export interface CrsParameters {
  readonly projName: string;
  /** All names of the projection. */
  readonly names: readonly string[];
  /** The longitude in the middle of a projection, in radians. */
  readonly long0?: number;
  readonly to_meter?: number;
  readonly from_greenwich?: number;
  readonly a: number;
  readonly b: number;
  readonly datum: { readonly datum_type: number };
}

/** proj4's numbers for what is known of a datum: how to shift it by grid files (which it has not got), that it is as good as WGS 84, nothing. */
export const datumTypes = { grids: 3, wgs84: 4, unknown: 5 };

const parameters = new Map<string, CrsParameters>();
const mostParameters = 100;

/** Reads a definition, once. Throws what proj4 does of one that it does not understand. */
export function parametersOf({ definition }: Pick<Crs, 'definition'>): CrsParameters {
  const known = parameters.get(definition);
  if (known) return known;
  const read = new proj4.Proj(definition) as unknown as CrsParameters;
  if (parameters.size >= mostParameters) parameters.clear();
  parameters.set(definition, read);
  return read;
}

/** PROJ text for proj4, which computes NaN where PROJ would take one of these defaults. */
export function projDefinition(text: string): string {
  return `+lat_0=0 +lon_0=0 +x_0=0 +y_0=0 ${text}`;
}

/** PROJ text for an EPSG or ESRI code, or for what the keys of a GeoTIFF spell out. Throws an Error that says why there is none. */
export function projTextOfKeys(keys: GeoKeys): string {
  const { proj4, isGCS, errors, coordinatesConversionParameters } = toProj4({ ...keys } as unknown as Parameters<
    typeof toProj4
  >[0]);
  if (errors.CRSNotSupported) throw new Error('no such code is known');
  const fault = Object.entries(errors).find(([name]) => !harmless.test(name));
  if (fault !== undefined) throw new Error(fault.join(' '));
  const unit = coordinatesConversionParameters.x;
  if (isGCS && unit !== 1) throw new Error('its units are not degrees');
  if (misread.test(proj4)) throw new Error('its projection would be misread: give it as PROJ text');
  // EPSG names the order of axes; in a raster, x is always to the right.
  const text = proj4.replace(/ \+axis=\w+/, '').trim();
  const [, hemisphere] = /^\+proj=stere (?!.*\+lat_0=).*\+lat_ts=(-?)/.exec(text) ?? [];
  return [text, hemisphere !== undefined && `+lat_0=${hemisphere}90`, unit !== 1 && `+to_meter=${unit}`]
    .filter(Boolean)
    .join(' ');
}

/** What a comparison of all codes with PROJ has shown the library to get wrong: oblique Mercator, axes to the south or west, one more. */
const misread = /\+proj=omerc|\+axis=\w*[sw]|undefined/;

/** A file may well name the geographic CRS beneath the projected one; heights do not matter here. */
const harmless = /^(bothGCSAndPCSAreSet|vertical)/;

/**
 * The same CRS. Throws if it is geocentric, or if nothing says how to shift positions from its datum, which may be hundreds of
 * metres: datums on today's ellipsoids agree within a metre or two, and a sphere has none.
 */
export function usable(crs: Crs): Crs {
  const { names, a, b, datum } = parametersOf(crs);
  if (names.includes('geocent')) throw new Error('it is geocentric, expected a projected or geographic one');
  const modern = Math.abs(b - 6_356_752.3142) < 0.001;
  const unknown = datum.datum_type === datumTypes.unknown && !modern && a !== b;
  if (unknown || datum.datum_type === datumTypes.grids) {
    throw new Error('its datum lies far from WGS 84, and how far is not said: give it as PROJ text with +towgs84');
  }
  return crs;
}
