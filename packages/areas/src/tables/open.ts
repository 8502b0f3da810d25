import { geoJsonEndings, isGeoJsonPath } from '../geojson/geojson-file.ts';
import type { AreaTable, AreaTableOptions } from '../table.ts';
import { openGeoJsonTable } from './geojson.ts';
import { openGeoPackageTable } from './geopackage/geopackage.ts';
import { isDatabase } from './postgis/database-url.ts';
import { tableVersion } from './table-version.ts';

/**
 * Opens an area table by the ending of its file (GeoJSON or GeoPackage) or by the URL of its
 * database. Throws a sentence for the operator.
 */
export async function openAreaTable(options: AreaTableOptions): Promise<AreaTable> {
  const table = await openSource(options);
  return {
    ...table,
    version: tableVersion(table.version, options),
    currentVersion: async () => tableVersion(await table.currentVersion(), options),
  };
}

async function openSource(options: AreaTableOptions): Promise<AreaTable> {
  if (isDatabase(options.path)) {
    // The database client is loaded only for a database.
    const { openPostgisTable } = await import('./postgis/postgis.ts');
    return openPostgisTable(options);
  }
  if (isGeoJsonPath(options.path)) return openGeoJsonTable(options);
  if (isGeoPackagePath(options.path)) return openGeoPackageTable(options);
  throw new Error(`area table ${options.name}: ${options.path}: ${areaSourceExpected}`);
}

/** The possible sources of an area table, for a sentence that refuses another. */
export const areaSourceExpected = `expected a file that ends in .gpkg, ${geoJsonEndings.join(', ')}, or postgresql://…; ogr2ogr -f GPKG makes a GeoPackage of most others`;

/** Whether a path has the ending of a GeoPackage. */
export function isGeoPackagePath(path: string): boolean {
  return path.toLowerCase().endsWith('.gpkg');
}
