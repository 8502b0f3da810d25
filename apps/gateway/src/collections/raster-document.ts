import type { CatalogRaster } from '@cellshed/catalog';
import type { RasterDocument } from '@cellshed/client';
import { provenanceOf } from '@cellshed/tables';

/**
 * Writes what the catalog tells people of a raster: title, units, provenance, and the meanings of
 * its values.
 */
export function rasterDocument({ name, title = name, legend, ...raster }: CatalogRaster): RasterDocument {
  const classes = Array.from(legend, ([value, { label, color }]) => ({ value, label, ...(color && { color }) }));
  return { id: name, title, ...provenanceOf(raster), ...(classes.length > 0 && { legend: classes }) };
}
