import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { isRefusal } from '@cellshed/contracts';
import { fileVersion } from '../../file-version.ts';
import { show } from '../../show.ts';
import { type AreaTable, type AreaTableOptions, type Bbox, ChangedTableError, NoPropertyError } from '../../table.ts';
import { bboxOf } from '../bbox.ts';
import { type Entry, entriesById, idExpected, idText, nameText } from '../entries.ts';
import { fileTable } from '../file-table.ts';
import { readEnvelope, readPolygons } from './geometry.ts';
import { inTable, type Layer, readLayer } from './layer.ts';
import { polygonLayers } from './layers.ts';
import { checkPlan, mostRows } from './query-plan.ts';
import { isKeyValue, type KeyValue } from './rows.ts';
import { folded, messageOf, openReadOnly, prepared, quoted, type Sqlite } from './sqlite.ts';

/**
 * The features of a layer of a GeoPackage as areas in the layer's own CRS. Lists and boxes are in
 * longitude and latitude.
 *
 * Files rarely have an index on the column of ids, and they are opened for reading only. So ids and
 * names are read once, when the table is opened, and kept in memory with the key of their row
 * (about 100 bytes an area). `get` finds a row by this key: the primary key, or the key that
 * `readKey` finds for views. Boxes come from the file's R-tree, or from the headers of the
 * geometries when a list first asks for them. Properties are all columns except the geometry, the
 * primary key and blobs. No input becomes SQL text.
 *
 * After the file was changed in place, reading throws, because the ids may no longer be right. A
 * file that was replaced is read on as it was.
 */
export async function openGeoPackageTable(options: AreaTableOptions): Promise<AreaTable> {
  const { name, path } = options;
  const currentVersion = async () => options.version ?? (await fileVersion(path));
  try {
    const version = await currentVersion();
    const file = openReadOnly(path);
    try {
      return geoPackageTable(file, { ...options, version }, currentVersion);
    } catch (error) {
      file.db.close();
      throw error;
    }
  } catch (cause) {
    throw new Error(`area table ${name}: ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** The layers of a GeoPackage that may have polygons. */
export async function geoPackageTables(path: string): Promise<readonly string[]> {
  const file = openReadOnly(path);
  try {
    return polygonLayers(file);
  } finally {
    file.db.close();
  }
}

type Value = SQLOutputValue | undefined;
type Opened = AreaTableOptions & { readonly version: string };

function geoPackageTable(file: Sqlite, options: Opened, currentVersion: AreaTable['currentVersion']): AreaTable {
  const { name, path, version } = options;
  const layer = readLayer(file, options);
  const { lonLat, geometryColumn } = layer;
  const propertyColumns = [...layer.columns].filter(
    ([column]) => column !== geometryColumn && (column !== layer.key.name || column === options.id),
  );
  const dataVersion = prepared(file, 'PRAGMA data_version');
  const openedVersion = dataVersion.get()?.data_version;
  const entries = entriesById(readEntries(file, layer, options));
  // Lists and searches for boxes ask for one area after the other.
  const byKey = `SELECT * FROM ${quoted(layer.table)} WHERE ${layer.key.sql} = ? COLLATE BINARY`;
  const row = rowsOf(file, layer, byKey, Math.ceil(mostRows / Math.max(1, entries.size)));
  let boxes: ReadonlyMap<KeyValue, Bbox> | undefined;
  const reading = <Result>(read: () => Result): Result => {
    try {
      return read();
    } catch (cause) {
      throw new Error(`area table ${name}: ${path} cannot be read: ${messageOf(cause)}`, { cause });
    }
  };

  return fileTable({
    name,
    version,
    notes: lonLat.notes,
    currentVersion,
    entries,
    checkUnchanged() {
      if (reading(() => dataVersion.get())?.data_version === openedVersion) return;
      throw new ChangedTableError(`area table ${name}: ${path} has changed since it was opened; open it again`);
    },
    read(key: KeyValue) {
      const values = reading(() => row.get(key)) ?? {};
      const properties = propertyColumns
        .filter(([column]) => !(values[column] instanceof Uint8Array))
        .map(([column, type]) => [column, propertyOf(values[column], type)]);
      return { properties: Object.fromEntries(properties), geometry: readPolygons(values[geometryColumn], lonLat.crs) };
    },
    valuesOf(property) {
      const column = propertyColumns.find(([one]) => one === property);
      if (!column) {
        const known = propertyColumns.map(([one]) => one);
        throw new NoPropertyError(
          `area table ${name}: ${path}: table ${layer.table} has no column ${show(property)}, only ${known.join(', ')}`,
          { property, known },
        );
      }
      return reading(() => readColumn(file, layer, column));
    },
    outerBoxOf(key) {
      boxes ??= reading(() => readBoxes(file, layer));
      return boxes.get(key);
    },
    async close() {
      if (file.db.isOpen) file.db.close();
    },
  });
}

/** The rows of a query over a layer. Throws a sentence for a view that would take too long. */
function rowsOf(file: Sqlite, { table }: Layer, sql: string, most = mostRows): StatementSync {
  if (file.kinds.get(folded(table)) === 'view') inTable(table, () => checkPlan(file, sql, most));
  const rows = prepared(file, sql);
  rows.setReadBigInts(true);
  return rows;
}

function readEntries(file: Sqlite, layer: Layer, { id, nameProperty }: AreaTableOptions): readonly Entry<KeyValue>[] {
  const { table, key, geometryColumn } = layer;
  const name = nameProperty === undefined ? 'NULL' : quoted(nameProperty);
  // A view may have to make its geometries first.
  const isView = file.kinds.get(folded(table)) === 'view';
  const bytes = isView ? 'NULL' : `COALESCE(length(${quoted(geometryColumn)}), 0)`;
  const sql = `SELECT ${key.sql} AS key, ${quoted(id)} AS id, ${name} AS name, ${bytes} AS bytes FROM ${quoted(table)}`;
  const rows = rowsOf(file, layer, sql);
  const entries: Entry<KeyValue>[] = [];
  for (const { key: row, id: value, name: nameValue, bytes: size } of rows.iterate()) {
    const text = idText(value);
    if (text === undefined || !isKeyValue(row))
      throw new Error(`table ${table}, ${key.name} ${row}: ${id} is ${show(value)}, ${idExpected}`);
    const areaName = nameText(nameValue);
    if (entries.length >= file.mostRows)
      throw new Error(`table ${table} has more than ${Math.floor(file.mostRows)} rows, for which the file has no room`);
    entries.push({
      id: text,
      ...(areaName === undefined ? {} : { name: areaName }),
      row,
      ...(size === null ? {} : { bytes: Number(size) }),
    });
  }
  return entries;
}

function readColumn(file: Sqlite, layer: Layer, [column, type]: readonly [string, string]): Map<KeyValue, unknown> {
  const sql = `SELECT ${layer.key.sql} AS key, ${quoted(column)} AS value FROM ${quoted(layer.table)}`;
  const values = new Map<KeyValue, unknown>();
  for (const { key, value } of rowsOf(file, layer, sql).iterate()) {
    if (values.size > file.mostRows) throw new Error(`table ${layer.table} has more rows than the file has room for`);
    values.set(key as KeyValue, propertyOf(value, type));
  }
  return values;
}

/**
 * The boxes in longitude and latitude; rows without geometry have none. The geometries give the
 * boxes that the R-tree lacks.
 */
function readBoxes(file: Sqlite, layer: Layer): Map<KeyValue, Bbox> {
  const { table, key, geometryColumn, rtree, lonLat } = layer;
  const boxes = rtree === undefined ? new Map<KeyValue, Bbox>() : readRtreeBoxes(file, rtree, lonLat);
  const others = rtree === undefined ? '' : ` WHERE ${key.sql} NOT IN (SELECT id FROM ${quoted(rtree)})`;
  const sql = `SELECT ${key.sql} AS key, ${quoted(geometryColumn)} AS geometry FROM ${quoted(table)}`;
  rowsOf(file, layer, sql);
  const rows = prepared(file, sql + others);
  rows.setReadBigInts(true);
  for (const { key, geometry } of rows.iterate()) {
    const box = readEnvelope(geometry);
    if (box !== undefined) boxes.set(key as KeyValue, lonLat.convertBox(box));
    else {
      const parsed = readPolygons(geometry, lonLat.crs);
      if (!isRefusal(parsed)) boxes.set(key as KeyValue, lonLat.convertBox(bboxOf(parsed.polygons)));
    }
  }
  return boxes;
}

function readRtreeBoxes(file: Sqlite, rtree: string, lonLat: Layer['lonLat']): Map<KeyValue, Bbox> {
  const boxes = new Map<KeyValue, Bbox>();
  const rows = prepared(file, `SELECT id, minx, miny, maxx, maxy FROM ${quoted(rtree)}`);
  rows.setReadBigInts(true);
  let count = 0;
  for (const { id, minx, miny, maxx, maxy } of rows.iterate()) {
    if (++count > file.mostRows) throw new Error(`${rtree} has more boxes than the file has room for: it is damaged`);
    boxes.set(id as bigint, lonLat.convertBox([minx, miny, maxx, maxy] as unknown as Bbox));
  }
  return boxes;
}

/** A value that JSON can express: large whole numbers become text, and infinite numbers null. */
function propertyOf(value: Value, type: string): unknown {
  if (typeof value === 'bigint') {
    if (type === 'BOOLEAN') return value !== 0n;
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  return typeof value === 'number' && !Number.isFinite(value) ? null : (value ?? null);
}
