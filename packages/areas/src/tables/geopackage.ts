import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { show } from '../show.ts';
import { type AreaTable, type AreaTableOptions, type Bbox, ChangedTableError } from '../table.ts';
import { bboxOf } from './bbox.ts';
import { type Entry, entriesById, idExpected, idText, nameText } from './entries.ts';
import { fileTable } from './file-table.ts';
import { fileVersion } from './file-version.ts';
import { readEnvelope, readPolygons } from './geopackage-geometry.ts';
import { type Layer, readLayer } from './geopackage-layer.ts';

/**
 * The features of a layer of a GeoPackage as areas, in the layer's own CRS; lists and boxes are in longitude and latitude.
 *
 * Files rarely have an index on the column of ids, and they are opened for reading only: so ids and names are read once,
 * when the table is opened, and kept in memory with the primary key (about 100 bytes an area), by which `get` then finds
 * its row. Boxes come from the file's R-tree, or else from the geometries' headers, once a list first asks for some.
 * Properties are all columns but geometry, primary key and blobs. Nothing that is asked for becomes SQL text.
 *
 * Once the file is changed in place whatever is read of it throws, for the ids may no longer be right; a file that is replaced is
 * read on as it was.
 */
export async function openGeoPackageTable(options: AreaTableOptions): Promise<AreaTable> {
  const { name, path } = options;
  const currentVersion = async () => options.version ?? (await fileVersion(path));
  try {
    const version = await currentVersion();
    const db = openReadOnly(path);
    try {
      return geoPackageTable(db, { ...options, version }, currentVersion);
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (cause) {
    throw new Error(`area table ${name}: ${path}: ${(cause as Error).message}`, { cause });
  }
}

type Value = SQLOutputValue | undefined;
type Opened = AreaTableOptions & { readonly version: string };

function geoPackageTable(db: DatabaseSync, options: Opened, currentVersion: AreaTable['currentVersion']): AreaTable {
  const { name, path, version } = options;
  const layer = readLayer(db, options);
  const { lonLat, geometryColumn } = layer;
  const propertyColumns = [...layer.columns].filter(
    ([column]) => column !== geometryColumn && (column !== layer.keyColumn || column === options.id),
  );
  const dataVersion = db.prepare('PRAGMA data_version');
  const openedVersion = dataVersion.get()?.data_version;
  const entries = entriesById(readEntries(db, layer, options));
  const row = db.prepare(`SELECT * FROM ${quoted(layer.table)} WHERE ${quoted(layer.keyColumn)} = ?`);
  row.setReadBigInts(true);
  let boxes: ReadonlyMap<bigint, Bbox> | undefined;

  return fileTable({
    name,
    version,
    notes: lonLat.notes,
    currentVersion,
    entries,
    checkUnchanged() {
      if (dataVersion.get()?.data_version === openedVersion) return;
      throw new ChangedTableError(`area table ${name}: ${path} has changed since it was opened; open it again`);
    },
    read(key: bigint) {
      const values = row.get(key) ?? {};
      const properties = propertyColumns
        .filter(([column]) => !(values[column] instanceof Uint8Array))
        .map(([column, type]) => [column, propertyOf(values[column], type)]);
      return { properties: Object.fromEntries(properties), geometry: readPolygons(values[geometryColumn], lonLat.crs) };
    },
    outerBoxOf(key) {
      boxes ??= readBoxes(db, layer);
      return boxes.get(key);
    },
    async close() {
      if (db.isOpen) db.close();
    },
  });
}

/**
 * A file in write-ahead mode, as QGIS may leave one, asks for files beside it even to be read. Where there is no log and
 * the folder cannot be written to, nobody else can be writing, and the file is read as one that does not change.
 */
function openReadOnly(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.prepare('SELECT 1 FROM sqlite_master').get();
    return db;
  } catch (error) {
    db.close();
    const cannotWrite = [8, 14].includes(Number((error as { errcode?: number }).errcode) & 0xff);
    if (!cannotWrite || existsSync(`${path}-wal`)) throw error;
    return new DatabaseSync(new URL(`${pathToFileURL(path)}?immutable=1`), { readOnly: true });
  }
}

function readEntries(db: DatabaseSync, layer: Layer, { id, nameProperty }: AreaTableOptions): readonly Entry<bigint>[] {
  const { table, keyColumn } = layer;
  const name = nameProperty === undefined ? 'NULL' : quoted(nameProperty);
  const rows = db.prepare(
    `SELECT ${quoted(keyColumn)} AS key, ${quoted(id)} AS id, ${name} AS name FROM ${quoted(table)}`,
  );
  rows.setReadBigInts(true);
  const entries: Entry<bigint>[] = [];
  for (const { key, id: value, name: nameValue } of rows.iterate()) {
    const text = idText(value);
    if (text === undefined)
      throw new Error(`table ${table}, ${keyColumn} ${key}: ${id} is ${show(value)}, ${idExpected}`);
    const known = nameText(nameValue);
    entries.push({ id: text, ...(known === undefined ? {} : { name: known }), row: key as bigint });
  }
  return entries;
}

/** In longitude and latitude; rows without geometry have none. */
function readBoxes(db: DatabaseSync, { table, keyColumn, geometryColumn, rtree, lonLat }: Layer): Map<bigint, Bbox> {
  const boxes = new Map<bigint, Bbox>();
  const rows = db.prepare(
    rtree === undefined
      ? `SELECT ${quoted(keyColumn)} AS key, ${quoted(geometryColumn)} AS geometry FROM ${quoted(table)}`
      : `SELECT id AS key, minx, miny, maxx, maxy FROM ${quoted(rtree)}`,
  );
  rows.setReadBigInts(true);
  for (const { key, geometry, minx, miny, maxx, maxy } of rows.iterate()) {
    const box = rtree === undefined ? readEnvelope(geometry) : ([minx, miny, maxx, maxy] as unknown as Bbox);
    if (box !== undefined) boxes.set(key as bigint, lonLat.convertBox(box));
    else {
      const parsed = readPolygons(geometry, lonLat.crs);
      if (!('problem' in parsed)) boxes.set(key as bigint, lonLat.convertBox(bboxOf(parsed.polygons)));
    }
  }
  return boxes;
}

/** A value that JSON can express: whole numbers beyond what it can as text, what is not finite as null. */
function propertyOf(value: Value, type: string): unknown {
  if (typeof value === 'bigint') {
    if (type === 'BOOLEAN') return value !== 0n;
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  return typeof value === 'number' && !Number.isFinite(value) ? null : (value ?? null);
}

/** A name as SQL writes it. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
