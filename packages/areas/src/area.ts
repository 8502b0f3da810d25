import type { Crs } from '@catchment/crs';

/**
 * x and y in the CRS of the area or lines: longitude and latitude, in degrees, where these have
 * none of their own.
 */
export type Position = readonly [number, number];

/** Closed (last position equals the first), at least four positions. */
export type Ring = readonly Position[];

/** Rings under the even–odd rule; usually an outer ring and holes. */
export type Polygon = readonly Ring[];

/** Polygons, united: a cell that lies in several counts once. */
export type Polygons = readonly Polygon[];

/** What an area table answers for an id, and what parsing GeoJSON yields. */
export interface Area {
  /** As the source has them, digit for digit. */
  readonly polygons: Polygons;
  /**
   * The CRS of the polygons; absent: longitude and latitude on WGS 84, or on a datum that is as
   * good.
   */
  readonly crs?: Crs | undefined;
  /** Sentences for the result, such as that a ring crosses itself. */
  readonly warnings: readonly string[];
}
