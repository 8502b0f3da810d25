import { extname } from 'node:path';
import type { AreaTable, AreaTableOptions } from '../table.ts';
import { isDatabase } from './database-url.ts';
import { openGeoJsonTable } from './geojson.ts';
import { openGeoPackageTable } from './geopackage.ts';

/**
 * Opens an area table by the ending of its file, `.geojson` or `.json` or `.gpkg`, or by the URL of its database. Throws a sentence for
 * an operator.
 */
export async function openAreaTable(options: AreaTableOptions): Promise<AreaTable> {
  if (isDatabase(options.path)) {
    // Its client is loaded by those who have a database.
    const { openPostgisTable } = await import('./postgis.ts');
    return openPostgisTable(options);
  }
  const ending = extname(options.path).toLowerCase();
  if (ending === '.geojson' || ending === '.json') return openGeoJsonTable(options);
  if (ending === '.gpkg') return openGeoPackageTable(options);
  throw new Error(
    `area table ${options.name}: ${options.path}: expected a file ending in .geojson, .json or .gpkg, or a URL postgresql://…`,
  );
}
