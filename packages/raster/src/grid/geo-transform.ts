/**
 * A transform as in GDAL: x of the upper left corner, width of a cell, shear, y, shear, step from
 * row to row.
 */
export type GeoTransform = readonly number[];
