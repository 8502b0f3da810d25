import { DatabaseSync } from 'node:sqlite';
import { bboxOf, type Polygons, type Ring } from '@cellshed/areas';
import type { TableRow } from './columns.ts';
import type { TableToWrite } from './formats.ts';
import { inPortions } from './portions.ts';
import type { Source } from './sources.ts';

const rowsAtOnce = 5000;

const wgs84 =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],' +
  'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]';

const frame = `PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10200; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
  CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
  INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL), ('WGS 84', 4326, 'EPSG', 4326, '${wgs84}', NULL);
  CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
  CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL PRIMARY KEY, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);
  CREATE TABLE areas (fid INTEGER PRIMARY KEY, geom MULTIPOLYGON);`;

/**
 * Writes rows as a GeoPackage 1.2 (OGC 12-128r14). Each geometry is stored once, in `areas`; the
 * rows are the attributes `answer_rows`; the feature layer `answers` is a view of both; `sources`
 * has the rasters. Throws what SQLite does.
 */
export async function writeGeoPackage(path: string, { columns, rows, sources = [] }: TableToWrite): Promise<void> {
  const db = new DatabaseSync(path);
  try {
    db.exec(frame);
    const named = columns.map(({ name, type }) => ({ sql: quoted(name), type: type === 'text' ? 'TEXT' : 'DOUBLE' }));
    const definitions = named.map(({ sql, type }) => `${sql} ${type}`).join(', ');
    db.exec(`CREATE TABLE answer_rows (fid INTEGER PRIMARY KEY, area_fid INTEGER, ${definitions});`);
    const list = named.map(({ sql }) => `answer_rows.${sql}`).join(', ');
    db.exec(`CREATE VIEW answers AS SELECT answer_rows.fid AS OGC_FID, areas.geom AS geom, ${list}
      FROM answer_rows LEFT JOIN areas ON areas.fid = answer_rows.area_fid;`);
    const box = await writeRows(db, columns.length, rows);
    writeSources(db, sources);
    writeContents(db, box);
  } finally {
    db.close();
  }
}

type Box = [west: number, south: number, east: number, north: number];

async function writeRows(db: DatabaseSync, columns: number, rows: AsyncIterable<TableRow>): Promise<Box> {
  const places = '?, '.repeat(columns).slice(0, -2);
  const insertRow = db.prepare(`INSERT INTO answer_rows VALUES (NULL, ?, ${places})`);
  const insertArea = db.prepare('INSERT INTO areas (geom) VALUES (?)');
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  let last: { readonly polygons: Polygons; readonly fid: number } | undefined;
  for await (const portion of inPortions(rows, rowsAtOnce)) {
    db.exec('BEGIN');
    for (const { values, polygons } of portion) {
      if (polygons && polygons.length > 0 && last?.polygons !== polygons) {
        widen(box, bboxOf(polygons));
        last = { polygons, fid: Number(insertArea.run(geometryBytes(polygons)).lastInsertRowid) };
      }
      insertRow.run(polygons && last?.polygons === polygons ? last.fid : null, ...values);
    }
    db.exec('COMMIT');
  }
  return box;
}

/** A row for each raster; legends are JSON. */
function writeSources(db: DatabaseSync, sources: readonly Source[]): void {
  db.exec(`CREATE TABLE sources (fid INTEGER PRIMARY KEY, raster TEXT, title TEXT, units TEXT, version TEXT, date TEXT,
    citation TEXT, legend TEXT);`);
  const insert = db.prepare('INSERT INTO sources VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)');
  for (const { raster, title, units, version, date, citation, legend } of sources) {
    const texts = [units, version, date, citation, legend && JSON.stringify(legend)].map((one) => one ?? null);
    insert.run(raster, title, ...texts);
  }
}

function writeContents(db: DatabaseSync, box: Box): void {
  const extent = box.every(Number.isFinite) ? box : [null, null, null, null];
  const insert = db.prepare('INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const now = new Date().toISOString();
  insert.run('answers', 'features', 'answers', 'a row for each area and group', now, ...extent, 4326);
  insert.run('areas', 'features', 'areas', 'the geometries', now, ...extent, 4326);
  insert.run(
    'answer_rows',
    'attributes',
    'answer_rows',
    'the rows without geometries',
    now,
    null,
    null,
    null,
    null,
    null,
  );
  insert.run('sources', 'attributes', 'sources', 'the rasters of the answers', now, null, null, null, null, null);
  const geometry = db.prepare("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'MULTIPOLYGON', 4326, 0, 0)");
  for (const layer of ['answers', 'areas']) geometry.run(layer);
}

/** The header of a GeoPackage's geometry with an envelope, and a MultiPolygon as WKB. */
function geometryBytes(polygons: Polygons): Buffer {
  const [west, south, east, north] = bboxOf(polygons);
  return Buffer.concat([
    Buffer.from([0x47, 0x50, 0, 0b011]),
    integer(4326),
    doubles([west, east, south, north]),
    wkbHead(6),
    integer(polygons.length),
    ...polygons.flatMap((rings) => [wkbHead(3), integer(rings.length), ...rings.flatMap(ringBytes)]),
  ]);
}

function ringBytes(ring: Ring): Buffer[] {
  return [integer(ring.length), doubles(ring.flat())];
}

function wkbHead(type: number): Buffer {
  return Buffer.concat([Buffer.from([1]), integer(type)]);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function doubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [i, value] of values.entries()) bytes.writeDoubleLE(value, 8 * i);
  return bytes;
}

function widen(box: Box, [west, south, east, north]: readonly [number, number, number, number]): void {
  box[0] = Math.min(box[0], west);
  box[1] = Math.min(box[1], south);
  box[2] = Math.max(box[2], east);
  box[3] = Math.max(box[3], north);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
