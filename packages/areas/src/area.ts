import type { Crs } from '@cellshed/crs';

/**
 * x and y in the CRS of the area or the lines. Without a CRS they are longitude and latitude in
 * degrees.
 */
export type Position = readonly [number, number];

/** A closed ring of at least four positions: the last position equals the first. */
export type Ring = readonly Position[];

/** Rings under the even–odd rule, usually an outer ring and its holes. */
export type Polygon = readonly Ring[];

/** Polygons that are united: a cell that lies in several of them counts once. */
export type Polygons = readonly Polygon[];

/** An area, as an area table or a parsed GeoJSON text gives it. */
export interface Area {
  /** The polygons of the source, digit for digit. */
  readonly polygons: Polygons;
  /**
   * The CRS of the polygons. Absent: longitude and latitude on WGS 84 or on an equally good datum.
   */
  readonly crs?: Crs | undefined;
  /** Sentences for the result, such as that a ring crosses itself. */
  readonly warnings: readonly string[];
}
