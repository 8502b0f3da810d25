/** A coordinate reference system, ready to convert positions. */
export interface Crs {
  /**
   * The name that people call it by: `EPSG:5070` where a code is known, else the WKT's name or the
   * PROJ text.
   */
  readonly name: string;
  /**
   * PROJ text, with words of Catchment's own: `+degrees=0.9`, the unit of longitude and latitude;
   * `+sphere=6370997`, the radius of the sphere that is projected where the datum has an ellipsoid;
   * `+shifts=…`, several shifts to WGS 84, each for a box (`shifts.ts`). CRSs with equal
   * definitions are the same.
   */
  readonly definition: string;
}
