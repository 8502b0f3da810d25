import type { CatalogRaster } from './entries.ts';

/**
 * The label of `value` of the raster: "no data" for null, undefined for a value that the legend
 * leaves out.
 */
export function labelOf({ legend }: Pick<CatalogRaster, 'legend'>, value: number | null): string | undefined {
  return value === null ? 'no data' : legend.get(value)?.label;
}

/**
 * The colour of `value` on a map, as `#rrggbb`; undefined for no data and where the legend names
 * none.
 */
export function colorOf({ legend }: Pick<CatalogRaster, 'legend'>, value: number | null): string | undefined {
  return value === null ? undefined : legend.get(value)?.color;
}
