import { crsFromText } from './crs.ts';
import type { Crs } from './crs-definition.ts';

/** What a row of `gpkg_spatial_ref_sys` or of PostGIS's `spatial_ref_sys` says of a CRS. */
export interface CrsRecord {
  /** `EPSG`, `ESRI`, …, in any case. */
  readonly organization?: string | undefined;
  readonly code?: number | string | undefined;
  /** WKT of any dialect. */
  readonly wkt?: string | undefined;
  /** WKT of 2019. */
  readonly wkt2?: string | undefined;
  /** For messages. */
  readonly name?: string | undefined;
}

/**
 * The CRS of a record: by its code where that is known, whatever its texts say, else by its texts. Throws an Error that says why
 * there is none.
 */
export function crsOf({ organization = '', code = '', wkt, wkt2, name }: CrsRecord): Crs {
  const texts = [/^(EPSG|ESRI)$/i.test(organization) ? `${organization}:${code}` : undefined, wkt, wkt2];
  let problem: unknown;
  for (const text of texts) {
    if (text === undefined || /^(undefined)?$/i.test(text.trim())) continue;
    try {
      return crsFromText(text);
    } catch (error) {
      problem ??= error;
    }
  }
  throw problem ?? new Error(`CRS ${name ?? 'of the record'} has neither a known code nor WKT`);
}
