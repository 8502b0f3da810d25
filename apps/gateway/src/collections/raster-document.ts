import type { CatalogRaster } from '@catchment/catalog';
import type { RasterDocument } from '@catchment/client';

/**
 * Writes what the catalog tells people of a raster: title, units, and the meanings of its values.
 */
export function rasterDocument({ name, title = name, units, legend }: CatalogRaster): RasterDocument {
  const classes = Array.from(legend, ([value, { label, color }]) => ({ value, label, ...(color && { color }) }));
  return { id: name, title, ...(units && { units }), ...(classes.length > 0 && { legend: classes }) };
}
