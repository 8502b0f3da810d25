import type { ProcessDescription, RasterDocument } from '@cellshed/client';

/**
 * The names that people use for a catalog's operations, rasters and values. Catalogs have them, and
 * gateways tell them.
 */
export interface CatalogNames {
  readonly operations: ReadonlyMap<string, { readonly title?: string }>;
  readonly rasters: ReadonlyMap<
    string,
    {
      readonly title?: string;
      readonly units?: string;
      readonly legend: ReadonlyMap<number, { readonly label: string }>;
    }
  >;
}

/**
 * The names that a gateway tells of an operation, and of other rasters that are counted in place of
 * its own.
 */
export function namesOf(
  { id, title, rasters = [] }: ProcessDescription,
  others: readonly RasterDocument[] = [],
): CatalogNames {
  const all = [...others, ...rasters].map(({ legend = [], ...raster }) => {
    return [raster.id, { ...raster, legend: new Map(legend.map((one) => [one.value, one])) }] as const;
  });
  return { operations: new Map([[id, { title }]]), rasters: new Map(all) };
}
