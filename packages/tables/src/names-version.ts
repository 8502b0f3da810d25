import { hash } from 'node:crypto';
import type { CatalogRaster } from '@cellshed/catalog';
import { rastersOf } from '@cellshed/contracts';
import { sourcesOf } from './sources.ts';
import type { Names, TabledOperation } from './tabled-operation.ts';

/**
 * The number of the way in which results become tables and labelled documents. Raise it when the
 * same result with the same names is shown in other bytes.
 */
const layout = 2;

/**
 * The version of all names with which the results of an operation are shown: of legends, titles,
 * units and citations, of the parameters that become columns, and of what rows are. It has letters
 * and digits.
 */
export function namesVersion({ operation, definition, rows }: TabledOperation, names: Names): string {
  const known = names.operations.get(operation);
  const columns = known && [rastersOf(known), known.parameters];
  const rasters = rastersOf(definition).map((name) => names.rasters.get(name));
  const versions = rasters.map((raster) => raster && rasterVersion(raster, names));
  return shortHash([layout, operation, columns, versions, ...(rows ? [rows] : [])]);
}

const versions = new WeakMap<CatalogRaster, string>();

/** The version of a raster's names. A catalog stays as it was loaded, and legends may be long. */
function rasterVersion(raster: CatalogRaster, names: Names): string {
  let version = versions.get(raster);
  if (version === undefined) {
    version = shortHash(sourcesOf([{ rasters: [raster.name] }], names));
    versions.set(raster, version);
  }
  return version;
}

function shortHash(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'hex').slice(0, 16);
}
