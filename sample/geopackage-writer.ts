import { DatabaseSync } from 'node:sqlite';

export interface LayerToWrite {
  readonly table: string;
  readonly title: string;
  /** The column that holds the ids. */
  readonly idColumn: string;
  /** Areas, also such as are made one after the other. */
  readonly areas: Iterable<{
    readonly id: string;
    readonly name: string;
    readonly areasqkm: number;
    readonly tohuc?: string;
    readonly county?: string;
    readonly rings: readonly Ring[];
  }>;
}

type Position = readonly [longitude: number, latitude: number];
type Ring = readonly Position[];
type Box = readonly [west: number, south: number, east: number, north: number];

const wgs84 =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],' +
  'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]';

/**
 * Writes a GeoPackage 1.2 (OGC 12-128r14) with polygon layers in EPSG:4326, with an index on the
 * ids.
 */
export function writeGeoPackage(path: string, layers: readonly LayerToWrite[]): void {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10200; BEGIN;
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
      organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
    INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
      ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL), ('WGS 84', 4326, 'EPSG', 4326, '${wgs84}', NULL);
    CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
      description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL PRIMARY KEY, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
      srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);`);
  for (const layer of layers) writeLayer(db, layer);
  db.exec('COMMIT');
  db.close();
}

function writeLayer(db: DatabaseSync, { table, title, idColumn, areas }: LayerToWrite): void {
  db.exec(`CREATE TABLE ${table} (fid INTEGER PRIMARY KEY, geom POLYGON, ${idColumn} TEXT NOT NULL, name TEXT, areasqkm REAL,
    tohuc TEXT, county TEXT);
    CREATE UNIQUE INDEX ${table}_by_${idColumn} ON ${table} (${idColumn})`);
  db.prepare("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', 4326, 0, 0)").run(table);
  const insert = db.prepare(
    `INSERT INTO ${table} (geom, ${idColumn}, name, areasqkm, tohuc, county) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  let extent = nowhere;
  for (const { id, name, areasqkm, tohuc = null, county = null, rings } of areas) {
    insert.run(geometryOf(rings), id, name, areasqkm, tohuc, county);
    extent = boxOf(rings.flat(), extent);
  }
  db.prepare(
    "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, '2026-01-01T00:00:00.000Z', ?, ?, ?, ?, 4326)",
  ).run(table, table, title, ...extent);
}

/** A GeoPackage's header with an envelope, and the polygon as WKB. */
function geometryOf(rings: readonly Ring[]): Buffer {
  const [west, south, east, north] = boxOf(rings.flat());
  const doubles = (values: readonly number[]) => Buffer.from(new Float64Array(values).buffer);
  const integer = (value: number) => Buffer.from(new Uint32Array([value]).buffer);
  return Buffer.concat([
    Buffer.from([0x47, 0x50, 0, 0b011]),
    integer(4326),
    doubles([west, east, south, north]),
    Buffer.from([1]),
    integer(3),
    integer(rings.length),
    ...rings.flatMap((ring) => [integer(ring.length), doubles(ring.flat())]),
  ]);
}

const nowhere: Box = [Infinity, Infinity, -Infinity, -Infinity];

/** The least box around some positions and another box. */
function boxOf(positions: readonly Position[], around: Box = nowhere): Box {
  let [west, south, east, north] = around;
  for (const [x, y] of positions) {
    west = Math.min(west, x);
    south = Math.min(south, y);
    east = Math.max(east, x);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}
