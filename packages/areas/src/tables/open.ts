import { geoJsonEndings, isGeoJsonPath } from '../geojson-file.ts';
import type { AreaTable, AreaTableOptions } from '../table.ts';
import { isDatabase } from './database-url.ts';
import { openGeoJsonTable } from './geojson.ts';
import { openGeoPackageTable } from './geopackage.ts';

/**
 * Opens an area table by the ending of its file (GeoJSON or GeoPackage) or by the URL of its database. Throws a sentence for
 * an operator.
 */
export async function openAreaTable(options: AreaTableOptions): Promise<AreaTable> {
  if (isDatabase(options.path)) {
    // Its client is loaded by those who have a database.
    const { openPostgisTable } = await import('./postgis.ts');
    return openPostgisTable(options);
  }
  if (isGeoJsonPath(options.path)) return openGeoJsonTable(options);
  if (isGeoPackagePath(options.path)) return openGeoPackageTable(options);
  const endings = ['.gpkg', ...geoJsonEndings].join(', ');
  throw new Error(
    `area table ${options.name}: ${options.path}: expected a file ending in ${endings}, or a URL postgresql://…`,
  );
}

/** Whether a path ends as the name of a GeoPackage does. */
export function isGeoPackagePath(path: string): boolean {
  return path.toLowerCase().endsWith('.gpkg');
}
