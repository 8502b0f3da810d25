import type { Crs } from '../crs.ts';
import { type Code, isKnownCode } from './codes.ts';
import { crsFromText } from './from-text.ts';
import { isUndefinedWkt } from './wkt/wkt.ts';

/** A row of `gpkg_spatial_ref_sys` or of PostGIS's `spatial_ref_sys`. */
export interface CrsRecord {
  /** `EPSG`, `ESRI`, …, in any case. */
  readonly organization?: string | undefined;
  readonly code?: number | string | undefined;
  /** WKT of any dialect. */
  readonly wkt?: string | undefined;
  /** WKT of 2019. */
  readonly wkt2?: string | undefined;
  /** The name for messages. */
  readonly name?: string | undefined;
}

/**
 * The CRS of a record: by its code where that is known, whatever its texts are, else by its texts.
 * Absent for a record of no CRS (GDAL's `Undefined SRS`). Throws an Error that says why the CRS
 * cannot be used.
 */
export function crsOf(record: CrsRecord): Crs | undefined {
  const { organization = '', code = '', name } = record;
  const key: Code = `${organization.toUpperCase()}:${code}`;
  const texts = [record.wkt, record.wkt2].filter((text) => text !== undefined && !/^\s*(undefined)?\s*$/i.test(text));
  const isKnown = isKnownCode(key);
  if (
    !isKnown &&
    (/^undefined/i.test(name ?? '') || (texts.length > 0 && texts.every((text) => isUndefinedWkt(text!))))
  ) {
    return undefined;
  }
  let problem: unknown;
  // A known code may lack only the shift. A text without a shift means another CRS, if it can be
  // used.
  const candidates = isKnown ? [key, ...texts.filter((text) => /TOWGS84|ABRIDGEDTRANSFORMATION/i.test(text!))] : texts;
  for (const text of candidates) {
    try {
      return crsFromText(text!);
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem ?? new Error(`CRS ${name ?? key} has neither a code that is known nor WKT`);
}
