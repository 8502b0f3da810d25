import type { AreaTable } from '../../table.ts';
import { openGeoPackageTable } from './geopackage.ts';
import { chooseLayer } from './layers.ts';
import { all, folded, openReadOnly } from './sqlite.ts';

/**
 * A layer of a GeoPackage from a client: the named one, or the only one with polygons. Its areas
 * have the whole numbers of its primary key for ids. A view is refused, and so are columns that are
 * computed: what they cost is not known before.
 */
export async function openUploadedGeoPackage(path: string, layer: string | undefined): Promise<AreaTable> {
  const { table, id } = plainLayer(path, layer);
  return openGeoPackageTable({ name: 'upload', path, table, id, version: 'upload' });
}

function plainLayer(path: string, layer: string | undefined): { readonly table: string; readonly id: string } {
  const file = openReadOnly(path);
  try {
    const { table } = chooseLayer(file, layer);
    if (file.kinds.get(folded(table)) !== 'table') throw new Error(`has a layer ${table} that is no table`);
    const columns = all(file, 'SELECT name, pk, hidden FROM pragma_table_xinfo(?)', table);
    if (columns.some(({ hidden }) => hidden !== 0)) throw new Error(`has a layer ${table} with computed columns`);
    const keys = columns.filter(({ pk }) => Number(pk) > 0);
    if (keys.length !== 1) throw new Error(`has a layer ${table} without a primary key of one column`);
    return { table, id: String(keys[0]?.name) };
  } finally {
    file.db.close();
  }
}
