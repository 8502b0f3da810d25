import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { type CrsRecord, crsOf } from '@catchment/crs';
import { show } from '../show.ts';
import type { AreaTableOptions } from '../table.ts';
import { alreadyLonLat, type LonLat, lonLatFrom } from './lon-lat.ts';

/** A layer of a GeoPackage: names as the file has them, not quoted. */
export interface Layer {
  readonly table: string;
  readonly geometryColumn: string;
  /** The integer primary key. */
  readonly keyColumn: string;
  /** All columns, with the types they were declared with. */
  readonly columns: ReadonlyMap<string, string>;
  readonly rtree?: string;
  readonly lonLat: LonLat;
}

/** The layer that the options name, checked for what they say of it. Throws a sentence without name and path. */
export function readLayer(db: DatabaseSync, options: AreaTableOptions): Layer {
  const geometry = readGeometryColumn(db, options.table);
  const table = String(geometry.table_name);
  const type = String(geometry.geometry_type_name).toUpperCase();
  if (!['POLYGON', 'MULTIPOLYGON', 'GEOMETRY'].includes(type)) {
    throw new Error(`table ${table} holds ${type}, expected POLYGON or MULTIPOLYGON`);
  }
  const info = all(db, 'SELECT name, type, pk FROM pragma_table_info(?)', table);
  const columns = new Map(info.map(({ name, type }) => [String(name), String(type).toUpperCase()]));
  for (const column of [options.id, options.nameProperty]) {
    if (column !== undefined && !columns.has(column)) {
      throw new Error(`table ${table} has no column ${show(column)}, only ${[...columns.keys()].join(', ')}`);
    }
  }
  const keys = info.filter(({ pk }) => Number(pk) > 0);
  const keyColumn = String(keys[0]?.name);
  if (keys.length !== 1 || columns.get(keyColumn) !== 'INTEGER') {
    throw new Error(`table ${table} has no INTEGER PRIMARY KEY, which a GeoPackage asks for`);
  }
  const geometryColumn = String(geometry.column_name);
  const rtree = `rtree_${table}_${geometryColumn}`;
  const hasRtree = all(db, 'SELECT 1 FROM sqlite_master WHERE name = ?', rtree).length > 0;
  const lonLat = readLonLat(db, table, Number(geometry.srs_id));
  return { table, geometryColumn, keyColumn, columns, ...(hasRtree ? { rtree } : {}), lonLat };
}

type Row = Readonly<Record<string, SQLOutputValue>>;

function all(db: DatabaseSync, sql: string, ...values: (string | number)[]): Row[] {
  return db.prepare(sql).all(...values);
}

function readGeometryColumn(db: DatabaseSync, table: string | undefined): Row {
  const isGeoPackage = all(db, "SELECT 1 FROM sqlite_master WHERE name = 'gpkg_geometry_columns'").length > 0;
  if (!isGeoPackage) throw new Error('is no GeoPackage with features: it has no table gpkg_geometry_columns');
  const layers = all(db, 'SELECT * FROM gpkg_geometry_columns ORDER BY table_name');
  const names = layers.map(({ table_name }) => table_name).join(', ');
  if (table === undefined && layers.length !== 1) throw new Error(`table is missing, expected one of ${names}`);
  const layer = table === undefined ? layers[0] : layers.find(({ table_name }) => table_name === table);
  if (layer === undefined) throw new Error(`has no table ${show(table)}, only ${names}`);
  return layer;
}

function readLonLat(db: DatabaseSync, table: string, srsId: number): LonLat {
  const [srs] = all(db, 'SELECT * FROM gpkg_spatial_ref_sys WHERE srs_id = ?', srsId);
  if (srs === undefined && srsId > 0) throw new Error(`table ${table} has the CRS ${srsId}, which is not in the file`);
  if (srs !== undefined && srsId > 0) return lonLatFrom(crsOf(recordOf(srs)));
  const [extent] = all(db, 'SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?', table);
  const { min_x = null, min_y = null, max_x = null, max_y = null } = extent ?? {};
  const isOutside = Math.max(Math.abs(Number(min_x)), Math.abs(Number(max_x))) > 180;
  if (isOutside || Math.max(Math.abs(Number(min_y)), Math.abs(Number(max_y))) > 90) {
    const shown = [min_x, min_y, max_x, max_y].join(', ');
    throw new Error(`table ${table} names no CRS, and its extent (${shown}) is not longitude and latitude`);
  }
  return { ...alreadyLonLat, notes: [`table ${table} names no CRS: taken as longitude and latitude`] };
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
