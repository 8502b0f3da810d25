import { geoJsonEndings, isGeoJsonPath } from '../geojson-file.ts';
import type { AreaTable, AreaTableOptions } from '../table.ts';
import { isDatabase } from './database-url.ts';
import { openGeoJsonTable } from './geojson.ts';
import { openGeoPackageTable } from './geopackage.ts';

/**
 * Opens an area table by the ending of its file (GeoJSON or GeoPackage) or by the URL of its
 * database. Throws a sentence for an operator.
 */
export async function openAreaTable(options: AreaTableOptions): Promise<AreaTable> {
  if (isDatabase(options.path)) {
    // Its client is loaded by those who have a database.
    const { openPostgisTable } = await import('./postgis.ts');
    return openPostgisTable(options);
  }
  if (isGeoJsonPath(options.path)) return openGeoJsonTable(options);
  if (isGeoPackagePath(options.path)) return openGeoPackageTable(options);
  throw new Error(`area table ${options.name}: ${options.path}: ${areaSourceExpected}`);
}

/** What may be the source of an area table, for a sentence that refuses another. */
export const areaSourceExpected = `expected a file that ends in .gpkg, ${geoJsonEndings.join(', ')}, or postgresql://…; ogr2ogr -f GPKG makes a GeoPackage of most others`;

/** Whether a path ends as the name of a GeoPackage does. */
export function isGeoPackagePath(path: string): boolean {
  return path.toLowerCase().endsWith('.gpkg');
}
