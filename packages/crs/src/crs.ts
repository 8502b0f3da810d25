/** A coordinate reference system, ready to convert positions. */
export interface Crs {
  /**
   * The usual name: `EPSG:5070` where a code is known, else the name in the WKT, or the PROJ text.
   */
  readonly name: string;
  /**
   * PROJ text with words of Catchment's own. `+degrees=0.9` is the unit of longitude and latitude.
   * `+sphere=6370997` is the radius of the projected sphere where the datum has an ellipsoid.
   * `+shifts=…` has several shifts to WGS 84, each for a box (`shifts.ts`). CRSs with equal
   * definitions are the same.
   */
  readonly definition: string;
}
