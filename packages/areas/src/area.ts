/** Longitude and latitude, in degrees. */
export type Position = readonly [number, number];

/** Closed (last position equals the first), at least four positions. */
export type Ring = readonly Position[];

/** Rings under the even–odd rule; usually an outer ring and holes. */
export type Polygon = readonly Ring[];

/** Polygons, united: a cell that lies in several counts once. */
export type Polygons = readonly Polygon[];

/** What an area table answers for an id, and what parsing GeoJSON yields. */
export interface Area {
  readonly polygons: Polygons;
  /** Sentences for the result, such as that a ring crosses itself. */
  readonly warnings: readonly string[];
}
