import type { CatalogOperation, CatalogRaster } from '@cellshed/catalog';
import { type Definition, rastersOf } from '@cellshed/contracts';
import type { Names } from '../src/index.ts';

type Rasters = Readonly<
  Record<string, { readonly legend?: Readonly<Record<number, string>>; readonly units?: string }>
>;

/** A catalog with rasters by their names, and operations with their definitions. */
export function namesWith(rasters: Rasters, operations: readonly CatalogOperation[]): Names {
  const raster = ([name, { legend = {}, ...others }]: [string, Rasters[string]]): [string, CatalogRaster] => {
    const classes = Object.entries(legend).map(([value, label]) => [Number(value), { label }] as const);
    return [name, { name, url: `/${name}.tif`, aliases: [], legend: new Map(classes), ...others }];
  };
  return {
    rasters: new Map(Object.entries(rasters).map(raster)),
    operations: new Map(operations.map((one) => [one.name, one])),
  };
}

/** A result, but for its own members. */
export function known(operation: string, definition: Definition, cells: number) {
  const roles = Object.fromEntries(
    ['target', 'weights'].flatMap((role) => {
      const raster = (definition as Readonly<Record<string, unknown>>)[role];
      return raster === undefined ? [] : [[role, raster]];
    }),
  );
  expect(rastersOf(definition).length).toBeGreaterThan(0);
  return {
    ...{ operation, area: 'huc/1', rasters: [...definition.rasters], ...roles },
    ...{ coverage: 'centre' as const, cellArea: 900, cells, covered: 0.5 },
  };
}
