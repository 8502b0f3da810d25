import type { Crs } from '../crs.ts';
import { keysWhere, lineOf } from './tables.ts';
import { usable } from './usable.ts';

/** A code such as `EPSG:5070` or `ESRI:102003`. */
export type Code = `${string}:${string}`;

/** A geographic CRS of the tables. */
export interface GeographicLine {
  readonly name: string;
  /** PROJ text of ellipsoid, prime meridian and unit. */
  readonly text: string;
  /** Text that `readShifts` reads. */
  readonly shifts: string;
}

/** Whether the code names a projected or geographic CRS, or a compound of one and heights. */
export function isKnownCode(code: Code): boolean {
  return tables.some((table) => lineOf(table, code) !== undefined);
}

const tables = ['projected', 'geographic', 'horizontal'] as const;

/** The CRSs by codes that were asked for. There are as many as operators have. */
const known = new Map<Code, Crs>();
const mostKnown = 100;

/** The CRS of a code, without its heights. Throws a reason why there is none. */
export function crsOfCode(code: Code): Crs {
  const before = known.get(code);
  if (before) return before;
  const found = lookUp(code);
  if (known.size >= mostKnown) known.clear();
  known.set(code, found);
  return found;
}

function lookUp(code: Code): Crs {
  const [, horizontal] = lineOf('horizontal', code) ?? [];
  if (horizontal !== undefined) return { ...crsOfCode(horizontal as Code), name: code };
  const [where] = lineOf('refused', code) ?? [];
  if (where !== undefined) throw new Error(`proj4 puts positions ${where}`);
  const projected = lineOf('projected', code);
  if (projected === undefined) {
    const geographic = geographicOf(code);
    if (geographic === undefined) throw new Error('no such code of a projected or geographic CRS is known');
    return usable({ name: code, definition: geographicDefinition({ ...geographic, ...ownShifts(code) }) });
  }
  const [, base = '', projection = ''] = projected;
  if (projection === '') throw new Error('its projection cannot be written as PROJ text, which is what proj4 computes');
  return usable({
    name: code,
    definition: projectedDefinition(inFull(projection), { ...beneath(base), ...ownShifts(code) }),
  });
}

/** The full text of a projection whose conversion is given by its code: `@16018 +units=us-ft`. */
function inFull(projection: string): string {
  return projection.replace(/^@(\S+)/, (_, conversion: string) => lineOf('conversions', conversion)?.[0] ?? '');
}

/** The geographic CRS beneath a projected CRS, from a code or from text and shifts. */
function beneath(base: string): GeographicLine {
  const own = geographicOf(base as Code);
  if (own) return own;
  const at = base.indexOf(':');
  return { name: '', text: base.slice(0, at), shifts: base.slice(at + 1) };
}

/** The shifts of a code, where PROJ has better ones than for the geographic CRS beneath. */
function ownShifts(code: Code): { readonly shifts?: string } {
  const [shifts] = lineOf('own-shifts', code) ?? [];
  return shifts === undefined ? {} : { shifts };
}

/** The CRS of a code with the shifts of a file. */
export function crsOfCodeShifted(code: Code, shifts: string): Crs {
  const geographic = geographicOf(code);
  if (geographic) return usable({ name: code, definition: geographicDefinition({ ...geographic, shifts }) });
  const [, base = '', projection = ''] = lineOf('projected', code) ?? [];
  if (projection === '') return crsOfCode(code);
  return usable({ name: code, definition: projectedDefinition(inFull(projection), { ...beneath(base), shifts }) });
}

export function geographicOf(code: Code): GeographicLine | undefined {
  const line = lineOf('geographic', code);
  return line && { name: line[0]!, text: line[1]!, shifts: line[2]! };
}

export function geographicDefinition({ text, shifts }: GeographicLine): string {
  return `+proj=longlat ${text}${shiftWord(shifts)}`;
}

/**
 * The definition of a projected CRS. The unit of longitude and latitude beneath a projection does
 * not matter.
 */
export function projectedDefinition(projection: string, { text, shifts }: GeographicLine): string {
  return `${projection} ${text.replace(/ \+degrees=\S+/, '')}${shiftWord(shifts)}`;
}

/** The word of a definition for these shifts. Throws a reason if proj4 cannot compute them. */
export function shiftWord(shifts: string): string {
  if (shifts === 'none') return '';
  if (shifts === '!') throw new Error('its datum is shifted to WGS 84 in a way that proj4 does not compute');
  if (shifts === '0') return ' +towgs84=0,0,0';
  return /[:;]/.test(shifts) ? ` +shifts=${shifts}` : ` +towgs84=${shifts}`;
}

/** A name without the characters that differ among dialects. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^(gcs_|d_)/, '')
    .replace(/[^a-z0-9]/g, '');
}

/** The geographic CRS with this name in any dialect, or with a datum of this name or code. */
export function geographicNamed(kind: 'crs' | 'datum', name: string): Code | undefined {
  const [code] = lineOf('names', `${kind === 'crs' ? 'g' : 'd'}${plainName(name)}`) ?? [];
  return code as Code | undefined;
}

/** The code of the projected CRS with this name, if there is exactly one. */
export function projectedNamed(name: string): Code | undefined {
  const plain = plainName(name);
  if (plain === '') return undefined;
  const [code, ...others] = keysWhere('projected', (each) => plainName(each) === plain);
  return others.length === 0 ? (code as Code | undefined) : undefined;
}
