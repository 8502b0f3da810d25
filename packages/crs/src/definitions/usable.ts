import proj4 from 'proj4';
import type { Crs } from '../crs.ts';
import { axesOf, isModern, type Parsed, parametersOf, parse } from './parse.ts';
import { numberOf } from './proj-words.ts';

/**
 * Returns the same CRS. Throws a reason if proj4 is known to compute it in another way than PROJ.
 * It also throws if the shift from its datum is unknown, which may be hundreds of metres: datums on
 * modern ellipsoids agree within a metre or two, and a sphere has no datum.
 */
export function usable(crs: Crs): Crs {
  const parsed = parse(crs.definition);
  const name = parsed.projection.get('proj');
  if (name === 'geocent') throw new Error('it is geocentric, expected a projected or geographic one');
  if (!isComputed(String(name))) throw new Error(`its projection (${name}) is not one that proj4 computes`);
  const fault = faults.find((each) => each.isIn(parsed));
  if (fault) throw new Error(`its projection (${fault.what}) is not computed by proj4 as by PROJ`);
  refuseUnknownDatum(parsed);
  refuseWords(parsed);
  parametersOf(crs);
  return crs;
}

function isComputed(name: string): boolean {
  return (
    (proj4 as unknown as { Proj: { projections: { get: (name: string) => unknown } } }).Proj.projections.get(name) !==
    undefined
  );
}

interface Fault {
  readonly what: string;
  readonly isIn: (parsed: Parsed) => boolean;
}

const isRound = ({ ellipsoid, sphere }: Parsed) => {
  const { a, b } = axesOf(ellipsoid);
  return a === b || sphere !== undefined;
};
const has = (parsed: Parsed, name: string) => parsed.projection.get('proj') === name;

/**
 * Projections that proj4 was measured to put elsewhere than PROJ, or not to convert back
 * (`test/definitions/codes.test.ts`).
 */
const faults: readonly Fault[] = [
  { what: 'hyperbolic Cassini-Soldner', isIn: (p) => p.projection.has('hyperbolic') },
  { what: 'Guam projection', isIn: (p) => p.projection.has('guam') },
  { what: 'ellipsoidal Miller', isIn: (p) => has(p, 'mill') && !isRound(p) },
  { what: 'ellipsoidal orthographic', isIn: (p) => has(p, 'ortho') && !isRound(p) },
  { what: 'gnomonic', isIn: (p) => has(p, 'gnom') },
  { what: 'Van der Grinten', isIn: (p) => has(p, 'vandg') },
];

/** proj4 silently takes a word that is no number for NaN. */
function refuseWords({ projection }: Parsed): void {
  for (const name of projection.keys()) if (numeric.test(name)) numberOf(projection, name, 0);
}

const numeric = /^(lat|lon|lonc|x|y|k|h|zone|alpha|gamma|to_meter)(_\w+)?$/;

function refuseUnknownDatum({ ellipsoid, isShiftSaid }: Parsed): void {
  const { a, b } = axesOf(ellipsoid);
  if (!isShiftSaid && a !== b && !isModern(ellipsoid) && a !== hughes) throw new UnknownShiftError();
}

/**
 * The semi-major axis of the ellipsoid of Hughes 1980, which maps of sea ice use. No survey has
 * used it.
 */
const hughes = 6_378_273;

/** The distance of a datum from WGS 84 is unknown. */
export class UnknownShiftError extends Error {
  override readonly name = 'UnknownShiftError';
  constructor() {
    super('its datum lies far from WGS 84, and how far is not said: give it as PROJ text with +towgs84');
  }
}
