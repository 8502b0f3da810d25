import { type Code, geographicNamed, geographicOf } from './codes.ts';

/** The parts of a geographic CRS in a text or in the keys of a file. */
export interface GeographicParts {
  readonly name: string;
  readonly code?: Code | undefined;
  readonly datumName: string;
  readonly datumCode?: Code | undefined;
  /** Metres. */
  readonly a: number;
  /** 0 for a sphere. */
  readonly inverseFlattening: number;
  /** Degrees. */
  readonly meridian: number;
  /** Degrees in one unit. */
  readonly degrees: number;
}

/**
 * The shifts of a datum to WGS 84 in the tables: by the code of the CRS or the datum, else by their
 * names in any dialect. `none` for an unknown datum. The ellipsoid must equal the one in the table.
 */
export function shiftsOf(parts: GeographicParts): string {
  const { name, code, datumName, datumCode } = parts;
  const candidates = [
    code,
    datumCode?.startsWith('EPSG:') && geographicNamed('datum', datumCode.slice(5)),
    geographicNamed('datum', datumName),
    geographicNamed('crs', name),
  ];
  for (const candidate of candidates) {
    const line = candidate ? geographicOf(candidate) : undefined;
    if (line && isSameEllipsoid(line.text, parts)) return line.shifts;
  }
  return 'none';
}

function isSameEllipsoid(text: string, { a, inverseFlattening }: GeographicParts): boolean {
  const value = (word: string) => Number(new RegExp(`\\+${word}=(\\S+)`).exec(text)?.[1] ?? Number.NaN);
  const radius = value('R');
  if (!Number.isNaN(radius)) return inverseFlattening === 0 && Math.abs(radius - a) < 1;
  const semiMinor = Number.isNaN(value('b')) ? value('a') * (1 - 1 / value('rf')) : value('b');
  const given = inverseFlattening === 0 ? a : a * (1 - 1 / inverseFlattening);
  return Math.abs(value('a') - a) < 1 && Math.abs(semiMinor - given) < 1;
}
