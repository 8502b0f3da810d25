import type { SQLOutputValue } from 'node:sqlite';
import { type Crs, type CrsRecord, crsOf, ogr2ogrToLonLat } from '@cellshed/crs';
import { type LonLat, lonLatFrom, withoutCrs } from '../../lon-lat.ts';
import { show } from '../../show.ts';
import type { AreaTableOptions } from '../../table.ts';
import { chooseLayer } from './layers.ts';
import { type RowKey, readKey, readRtree } from './rows.ts';
import { all, folded, hasPlainTable, isSameName, type Row, type Sqlite } from './sqlite.ts';

/** A layer of a GeoPackage. Names are unquoted, as in the file. */
export interface Layer {
  readonly table: string;
  readonly geometryColumn: string;
  readonly key: RowKey;
  /** All columns with their declared types. */
  readonly columns: ReadonlyMap<string, string>;
  /** The name of the R-tree. Its ids are the keys. */
  readonly rtree?: string;
  readonly lonLat: LonLat;
}

/**
 * The layer that the options name, after a check of its columns. Throws a sentence without name and
 * path.
 */
export function readLayer(file: Sqlite, options: AreaTableOptions): Layer {
  const geometry = chooseLayer(file, options.table);
  const { table } = geometry;
  const kind = file.kinds.get(folded(table));
  if (kind === 'virtual') throw new Error(`table ${table} is virtual, expected a table or a view`);
  if (kind === 'view' && !file.authorizer)
    throw new Error(`table ${table} is a view, which needs Node 24.10 or newer; expected a table`);
  const columns = readColumns(file, table);
  const known = [...columns.keys()].join(', ');
  for (const column of [options.id, options.nameProperty]) {
    if (column !== undefined && !columns.has(column))
      throw new Error(`table ${table} has no column ${show(column)}, only ${known}`);
  }
  // SQLite ignores the case of names.
  const geometryColumn = [...columns.keys()].find((name) => isSameName(name, geometry.column));
  if (geometryColumn === undefined)
    throw new Error(`table ${table} has no column ${show(geometry.column)} of geometries, only ${known}`);
  const key = inTable(table, () => readKey(file, table, options.id));
  const rtree = readRtree(file, key, { table, geometryColumn });
  const lonLat = readLonLat(file, { table, path: options.path, srsId: geometry.srsId });
  return { table, geometryColumn, key, columns, ...(rtree === undefined ? {} : { rtree }), lonLat };
}

/** Runs an action on a table and adds the table's name to its errors. */
export function inTable<Result>(table: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    throw new Error(`table ${table}: ${(cause as Error).message}`, { cause });
  }
}

function readColumns(file: Sqlite, table: string): ReadonlyMap<string, string> {
  try {
    const info = all(file, 'SELECT name, type FROM pragma_table_info(?)', table);
    return new Map(info.map(({ name, type }) => [String(name), String(type).toUpperCase()]));
  } catch (cause) {
    throw new Error(`table ${table} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

interface Named {
  readonly table: string;
  readonly path: string;
  readonly srsId: number;
}

function readLonLat(file: Sqlite, { table, path, srsId }: Named): LonLat {
  const [srs] = hasPlainTable(file, 'gpkg_spatial_ref_sys')
    ? all(file, 'SELECT * FROM gpkg_spatial_ref_sys WHERE srs_id = ?', srsId)
    : [];
  if (srs === undefined && srsId > 0) throw new Error(`table ${table} has the CRS ${srsId}, which is not in the file`);
  const crs = srs !== undefined && srsId > 0 ? crsOfRow(srs, path, table) : undefined;
  if (crs !== undefined) return lonLatFrom(crs);
  const [extent] = hasPlainTable(file, 'gpkg_contents') ? all(file, extentSql, table) : [];
  const { min_x = null, min_y = null, max_x = null, max_y = null } = extent ?? {};
  return withoutCrs(
    `table ${table}`,
    [min_x, min_y, max_x, max_y].map((side) => (side === null ? null : Number(side))),
  );
}

const extentSql = 'SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ? COLLATE NOCASE';

function crsOfRow(srs: Row, path: string, table: string): Crs | undefined {
  try {
    return crsOf(recordOf(srs));
  } catch (cause) {
    throw new Error(`${(cause as Error).message}; bring it to another: ${ogr2ogrToLonLat(path, table)}`, { cause });
  }
}

function recordOf(srs: Row): CrsRecord {
  const text = (value: SQLOutputValue | undefined) => (typeof value === 'string' ? value : undefined);
  return {
    organization: text(srs.organization),
    code: Number(srs.organization_coordsys_id),
    wkt: text(srs.definition),
    wkt2: text(srs.definition_12_063),
    name: text(srs.srs_name),
  };
}
