import type { CatalogRaster } from '@catchment/catalog';
import type { RasterDocument } from '@catchment/client';

/** What the catalog says of a raster to people: its title, its units, what its values stand for. */
export function rasterDocument({ name, title = name, units, legend }: CatalogRaster): RasterDocument {
  const classes = Array.from(legend, ([value, { label, color }]) => ({ value, label, ...(color && { color }) }));
  return { id: name, title, ...(units && { units }), ...(classes.length > 0 && { legend: classes }) };
}
