import { labelOf } from '@cellshed/catalog';
import type { CatalogNames } from './catalog-names.ts';

/** Rows of texts under a head; the first `labels` columns are labels, the others numbers. */
export interface ResultTable {
  readonly head: readonly string[];
  readonly labels: number;
  readonly rows: readonly (readonly string[])[];
  /** The noun for rows that are left out, in the plural. */
  readonly noun: string;
  /** Rows worth showing, where nobody says how many. */
  readonly mostRows?: number;
}

/** The title of a raster in the catalog, else its name. */
export function rasterTitle(name: string, catalog: CatalogNames | undefined): string {
  return catalog?.rasters.get(name)?.title ?? name;
}

export function titlesOf(rasters: readonly string[], catalog: CatalogNames | undefined): string[] {
  return rasters.map((name) => rasterTitle(name, catalog));
}

/** The title of a raster, and the units of its values. */
export function withUnits(name: string, catalog: CatalogNames | undefined): string {
  const units = catalog?.rasters.get(name)?.units;
  return `${rasterTitle(name, catalog)}${units === undefined ? '' : `, ${units}`}`;
}

/** A column for each raster: its values in groups, with their labels. */
export function labelColumns(
  groups: readonly { readonly values: readonly (number | null)[] }[],
  rasters: readonly string[],
  catalog: CatalogNames | undefined,
): string[][] {
  return rasters.map((raster, i) => groups.map(({ values }) => valueText(values[i] ?? null, raster, catalog)));
}

/** A value of a raster, with its label in the catalog. */
export function valueText(value: number | null, name: string, catalog: CatalogNames | undefined): string {
  const raster = catalog?.rasters.get(name);
  const label = raster && labelOf(raster, value);
  if (value === null) return label ?? 'no data';
  return label === undefined ? String(value) : `${value} ${label}`;
}

/** Columns as rows. */
export function rowsOf(columns: readonly (readonly string[])[]): string[][] {
  return (columns[0] ?? []).map((_, row) => columns.map((column) => column[row] as string));
}
